import LiveMigration
import Postgres
import TestSupport
import Testing

/// A role that owns its tables and no more can do everything; another is told what it lacks.
@Suite("Privileges", .database)
struct PrivilegeTests {
  private static func setup(owner role: String) -> String {
    """
    CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL DEFAULT 1, seen timestamptz);
    CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
    CREATE TRIGGER touch BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch();
    INSERT INTO t SELECT g, g FROM generate_series(1, 300) g;
    ALTER TABLE t OWNER TO \(role);
    ANALYZE t;
    """
  }

  @Test
  func `A plan is driven by a role that owns its table and may create in its schema`() async throws
  {
    let role = try await TestDatabase.current.makeRole()
    let rehearsal = try await Rehearsal(
      setup: Self.setup(owner: role) + "GRANT CREATE ON SCHEMA public TO \(role);",
      migration: "ALTER TABLE t ALTER a TYPE bigint; CREATE INDEX ON t (a);", user: role)
    let id = try await rehearsal.plan()
    let engine = rehearsal.engine()
    // It may not silence triggers, so the operator is told which will fire.
    #expect(try await engine.show(id).firingTriggers == ["touch on public.t"])
    await engine.disconnect()
    #expect(try await rehearsal.drive(id).status == .complete)
    try await rehearsal.runDirectly()
    let rows = try await rehearsal.rows(of: "t")
    #expect(rows.live == rows.direct)
    #expect(try await rehearsal.leftOvers() == [])
    try await rehearsal.dispose()
  }

  @Test
  func `No role's functions are called in the place of the server's`() async throws {
    // They match the arguments as they are written better than the server's own.
    let imposters = [
      "hashtextextended(text, integer) RETURNS bigint", "quote_ident(name) RETURNS text",
      "pg_try_advisory_lock(integer) RETURNS boolean",
      "pg_advisory_xact_lock(integer) RETURNS void", "to_regclass(name) RETURNS regclass",
      "has_table_privilege(regclass, text) RETURNS boolean",
      "unnest(text[]) RETURNS SETOF text", "unnest(bigint[]) RETURNS SETOF bigint",
      "unnest(integer[]) RETURNS SETOF integer", "unnest(oid[]) RETURNS SETOF oid",
      "cardinality(integer[]) RETURNS integer", "pg_relation_size(oid) RETURNS bigint",
      "jsonb_build_object(text, jsonb) RETURNS jsonb",
    ].map {
      "CREATE FUNCTION public.\($0) LANGUAGE plpgsql AS 'BEGIN RAISE ''called''; END';"
    }
    let rehearsal = try await Rehearsal(
      setup: imposters.joined() + """
        CREATE TABLE t (id int PRIMARY KEY, a int DEFAULT 1);
        INSERT INTO t SELECT g, g FROM generate_series(1, 300) g;
        """,
      migration: "ALTER TABLE t ALTER a TYPE bigint; CREATE INDEX ON t (a);", comparing: false)
    #expect(try await rehearsal.drive(try await rehearsal.plan()).status == .complete)
    try await rehearsal.dispose()
  }

  @Test
  func `The owner of a new column's sequence is told what it lacks`() async throws {
    let database = try TestDatabase.current
    let (owner, role) = (try await database.makeRole(), try await database.makeRole())
    let grant = "GRANT CREATE ON SCHEMA public TO"
    let rehearsal = try await Rehearsal(
      setup: Self.setup(owner: owner) + "GRANT \(owner) TO \(role); \(grant) \(role);",
      migration: "ALTER TABLE t ADD COLUMN n bigserial;", user: role)
    let error = await #expect(throws: EngineError.self) { try await rehearsal.plan() }
    #expect(error?.description.contains("\(grant) \(owner), who will own the sequence") == true)
    let admin = try await database.connect()
    try await admin.script("\(grant) \(owner)")
    await admin.close()
    #expect(try await rehearsal.drive(try await rehearsal.plan()).status == .complete)
    try await rehearsal.dispose()
  }

  @Test
  func `A role is told which grants are missing`() async throws {
    let role = try await TestDatabase.current.makeRole()
    let rehearsal = try await Rehearsal(
      setup: Self.setup(owner: "postgres") + "CREATE SCHEMA own AUTHORIZATION \(role);"
        + "GRANT SELECT ON t TO \(role);",
      migration: "ALTER TABLE t ALTER a TYPE bigint;", user: role, comparing: false)
    let error = await #expect(throws: EngineError.self) { try await rehearsal.plan() }
    #expect(error?.description.contains("GRANT CREATE ON SCHEMA public") == true)
    var settings = Rehearsal.quick
    settings.ledgerSchema = "own"
    let engine = rehearsal.engine(settings: settings)
    let second = await #expect(throws: EngineError.self) {
      try await engine.plan(version: nil, app: nil, dryRun: false)
    }
    #expect(second?.description.contains("GRANT postgres TO \(role)") == true)
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  @Test
  func `A role that may not use the tables of plans is told which grants are missing`() async throws
  {
    let role = try await TestDatabase.current.makeRole()
    let rehearsal = try await Rehearsal(
      setup: Self.setup(owner: role) + "GRANT CREATE ON SCHEMA public TO \(role);",
      migration: "ALTER TABLE t ALTER a TYPE bigint;", user: role, comparing: false)
    // Somebody else has made them.
    let database = rehearsal.database
    let first = LiveEngine(
      workspace: Workspace(folder: rehearsal.folder), database: .main, settings: rehearsal.settings,
      node: 1
    ) { try await database.connect() }
    guard
      case .planned(let file, _, _, _) = try await first.plan(version: nil, app: nil, dryRun: false)
        .first
    else { throw RehearsalError("no plan") }
    let id = file.plan.header.planID
    let engine = rehearsal.engine()
    let unseen = await #expect(throws: EngineError.self) {
      try await engine.list(statuses: nil, all: true)
    }
    let tables = ["djogi_live_plan_events", "djogi_live_plans", "djogi_schema_migrations"]
    for table in tables {
      #expect(unseen?.description.contains("GRANT SELECT ON public.\(table) TO \(role)") == true)
    }
    let admin = try await first.connection()
    for table in tables { try await admin.script("GRANT SELECT ON \(table) TO \(role)") }
    #expect(try await engine.list(statuses: nil, all: true).map(\.planID) == [id])
    for attempt in 0..<2 {
      let unwritten = await #expect(throws: EngineError.self) {
        if attempt == 0 { return _ = try await engine.abandon(id, justification: nil) }
        _ = try await engine.plan(version: nil, app: nil, dryRun: false)
      }
      #expect(unwritten?.category == .runtime)
      for grant in [
        "INSERT, UPDATE ON public.djogi_live_plans", "INSERT ON public.djogi_live_plan_",
      ] {
        #expect(unwritten?.description.contains("GRANT \(grant)") == true)
      }
    }
    try await admin.script(
      """
      GRANT INSERT, UPDATE ON djogi_live_plans, djogi_schema_migrations TO \(role);
      GRANT INSERT ON djogi_live_plan_events TO \(role)
      """)
    // These are all.
    #expect(try await rehearsal.drive(id, with: engine).status == .complete)
    await first.disconnect()
    try await rehearsal.dispose()
  }

  @Test
  func `A role that may not see the schema of the tables is told so`() async throws {
    let role = try await TestDatabase.current.makeRole()
    var settings = Rehearsal.quick
    settings.ledgerSchema = "ledger"
    let rehearsal = try await Rehearsal(
      setup: Self.setup(owner: role) + "CREATE SCHEMA ledger;",
      migration: "ALTER TABLE t ALTER a TYPE bigint;", user: role, settings: settings,
      comparing: false)
    let engine = rehearsal.engine()
    let error = await #expect(throws: EngineError.self) {
      try await engine.list(statuses: nil, all: true)
    }
    #expect(error?.description.contains("GRANT USAGE ON SCHEMA ledger") == true)
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  @Test(arguments: [
    "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES target (id);",
    "ALTER TABLE t ADD COLUMN c int REFERENCES target;",
  ])
  func `A foreign key needs a right on its target`(migration: String) async throws {
    let role = try await TestDatabase.current.makeRole()
    let rehearsal = try await Rehearsal(
      setup: Self.setup(owner: role)
        + """
        CREATE TABLE target (id int PRIMARY KEY, other int);
        INSERT INTO target SELECT generate_series(1, 300);
        GRANT SELECT ON target TO \(role);
        GRANT CREATE ON SCHEMA public TO \(role);
        """, migration: migration + "ALTER TABLE t ALTER seen TYPE date;", user: role,
      comparing: false)
    let error = await #expect(throws: EngineError.self) { try await rehearsal.plan() }
    #expect(error?.description.contains("GRANT REFERENCES ON public.target TO \(role)") == true)
    let admin = try await rehearsal.database.connect()
    // A right on the column is enough.
    try await admin.execute("GRANT REFERENCES (id) ON target TO \(identifier: role)")
    await admin.close()
    try await rehearsal.drive(try await rehearsal.plan())
    try await rehearsal.dispose()
  }
}
