import LiveMigration
import Postgres
import Rehearsals
import TestSupport
import Testing

/// What was done to a table between the gate and the swap is refused, or kept; never lost without a word.
@Suite("Before the swap", .database)
struct SwapGuardTests {
  private static let setup = """
    CREATE TABLE t (id int PRIMARY KEY, v text, note text);
    INSERT INTO t SELECT g, g::text, 'n' FROM generate_series(1, 50) g;
    """
  private static let migration = "ALTER TABLE t ALTER COLUMN v TYPE integer USING v::integer;"

  @Test func `A value that does not convert is found before its column goes`() async throws {
    let (rehearsal, id, client) = try await Self.ready()
    try await client.execute("INSERT INTO t VALUES (100, 'no number', 'late')")
    let refused = try await Self.refusal(of: rehearsal, id)
    guard case .gateDisagreed(_, .finalize, let outcomes, _) = refused else {
      Issue.record("\(refused)")
      return
    }
    #expect(outcomes.last?.found == 1)
    #expect(outcomes.last?.sample == ["id=100"])
    #expect(refused.next == NextStep(.finalize(id), after: .rows))
    #expect(try await rehearsal.engine().show(id).row.status == .finalizing)
    try await client.execute("UPDATE t SET v = '7' WHERE id = 100")
    try await rehearsal.drive(id)
    let value: Int = try await client.query("SELECT v FROM t WHERE id = 100").only().decode(0)
    #expect(value == 7)
    await client.close()
    try await rehearsal.dispose()
  }

  @Test(arguments: [false, true])
  func `Rows that were loaded without triggers are not lost`(partitioned: Bool) async throws {
    let (rehearsal, id, client) = try await Self.ready(partitioned: partitioned)
    try await client.script(
      """
      ALTER TABLE t DISABLE TRIGGER ALL;
      INSERT INTO t SELECT g, g::text, 'loaded' FROM generate_series(60, 79) g;
      UPDATE t SET v = '1000' WHERE id = 1;
      ALTER TABLE t ENABLE TRIGGER ALL;
      """)
    guard
      case .gateDisagreed(_, .finalize, let outcomes, _) = try await Self.refusal(of: rehearsal, id)
    else {
      Issue.record("the rows without a value were not found")
      return
    }
    #expect(outcomes.last?.found == 20)
    try await client.execute("UPDATE t SET v = v WHERE note = 'loaded'")
    // No row lacks its value now; that the triggers were off is known all the same.
    let refused = try await Self.refusal(of: rehearsal, id)
    guard case .dataRefused(_, .finalizing, .cleanupLegacyState, let error, _, _) = refused else {
      Issue.record("\(refused)")
      return
    }
    #expect(error.message.contains("was switched off on"))
    let repair = try #require(error.hint?.split(separator: "then finalize: ").last)
    try await client.script(String(repair))
    try await rehearsal.drive(id)
    let sum: Int = try await client.query("SELECT sum(v) FROM t").only().decode(0)
    #expect(sum == (1...50).reduce(0, +) - 1 + 1000 + (60...79).reduce(0, +))
    await client.close()
    try await rehearsal.dispose()
  }

  @Test(arguments: [
    "CREATE INDEX t_v_note ON t (v, note)", "ALTER TABLE t ADD CONSTRAINT t_v_ck CHECK (v <> 'x')",
    "ALTER TABLE t ALTER COLUMN v SET DEFAULT '5'",
    "ALTER TABLE t ADD CONSTRAINT t_v_uq UNIQUE (v)",
    "ALTER TABLE t ALTER COLUMN v SET NOT NULL", "CREATE STATISTICS t_v_st ON v, note FROM t",
    "CREATE VIEW w AS SELECT v FROM t",
  ])
  func `What was put on the old column since does not go with it`(statement: String) async throws {
    let (rehearsal, id, client) = try await Self.ready()
    try await client.script(statement)
    let refused = try await Self.refusal(of: rehearsal, id)
    guard case .dataRefused(_, .finalizing, _, let error, _, _) = refused else {
      Issue.record("\(refused)")
      return
    }
    #expect(error.message.contains("has what the plan does not carry over: "))
    try await client.script(
      """
      DROP INDEX IF EXISTS t_v_note; DROP VIEW IF EXISTS w; DROP STATISTICS IF EXISTS t_v_st;
      ALTER TABLE t ALTER COLUMN v DROP DEFAULT, ALTER COLUMN v DROP NOT NULL,
        DROP CONSTRAINT IF EXISTS t_v_ck, DROP CONSTRAINT IF EXISTS t_v_uq;
      """)
    #expect(try await rehearsal.drive(id).status == .complete)
    await client.close()
    try await rehearsal.dispose()
  }

  @Test func `A partition that came since brings what the table has, and nothing is refused`()
    async throws
  {
    let (rehearsal, id, client) = try await Self.ready(partitioned: true)
    try await client.script(
      """
      CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (1000) TO (2000);
      CREATE TABLE t3 (LIKE t INCLUDING ALL);
      ALTER TABLE t ATTACH PARTITION t3 FOR VALUES FROM (2000) TO (3000);
      INSERT INTO t VALUES (1001, '11', 'new'), (2001, '22', 'new');
      """)
    #expect(try await rehearsal.drive(id).status == .complete)
    let sum: Int = try await client.query("SELECT sum(v) FROM t WHERE note = 'new'").only().decode(
      0)
    #expect(sum == 33)
    await client.close()
    try await rehearsal.dispose()
  }

  @Test func `Rows of a partition that came with them are found`() async throws {
    let (rehearsal, id, client) = try await Self.ready(partitioned: true)
    try await client.script(
      """
      CREATE TABLE t2 (LIKE t INCLUDING ALL);
      INSERT INTO t2 SELECT g, g::text, 'came' FROM generate_series(1000, 1009) g;
      ALTER TABLE t ATTACH PARTITION t2 FOR VALUES FROM (1000) TO (2000);
      """)
    guard
      case .gateDisagreed(_, .finalize, let outcomes, _) = try await Self.refusal(of: rehearsal, id)
    else {
      Issue.record("the rows without a value were not found")
      return
    }
    #expect(outcomes.last?.found == 10)
    try await client.execute("UPDATE t SET v = v WHERE note = 'came'")
    #expect(try await rehearsal.drive(id).status == .complete)
    let missing: Int = try await client.query("SELECT count(*) FROM t WHERE v IS NULL").only()
      .decode(0)
    #expect(missing == 0)
    await client.close()
    try await rehearsal.dispose()
  }

  @Test func `What a writer put into the new column stays when others change the row`() async throws
  {
    let (rehearsal, id, client) = try await Self.ready()
    let shadow: String = try await client.query(
      "SELECT attname::text FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 3"
    ).only().decode(0)
    try await client.execute("UPDATE t SET \(identifier: shadow) = 7000 WHERE id = 1")
    try await client.execute("UPDATE t SET note = 'x' WHERE id = 1")
    try await rehearsal.drive(id)
    let value: Int = try await client.query("SELECT v FROM t WHERE id = 1").only().decode(0)
    #expect(value == 7000)
    await client.close()
    try await rehearsal.dispose()
  }

  @Test func `A client without the right to convert changes other columns of a row`() async throws {
    let rehearsal = try await Rehearsal(
      setup: Self.setup + """
        CREATE FUNCTION conv(text) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1::integer';
        REVOKE ALL ON FUNCTION conv(text) FROM PUBLIC;
        """,
      migration: "ALTER TABLE t ALTER COLUMN v TYPE integer USING conv(v);", comparing: false)
    let role = try await rehearsal.database.makeRole()
    let admin = try await rehearsal.database.connect()
    let id = try await rehearsal.plan()
    // Before, the plan would have been refused.
    try await admin.execute("GRANT SELECT, UPDATE ON t TO \(identifier: role)")
    try await rehearsal.drive(id, until: .finalizing)
    let client = try await rehearsal.database.connect(user: role)
    try await client.execute("UPDATE t SET note = 'x' WHERE id = 1")
    await client.close()
    try await rehearsal.drive(id)
    let value: Int = try await admin.query("SELECT v FROM t WHERE id = 1").only().decode(0)
    #expect(value == 1)
    await admin.close()
    try await rehearsal.dispose()
  }

  @Test func `A number that a client took from an identity is not given again`() async throws {
    let rehearsal = try await Rehearsal(
      setup: """
        CREATE TABLE t (id int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, note text);
        INSERT INTO t (note) SELECT 'n' FROM generate_series(1, 20);
        """,
      migration: "ALTER TABLE t ALTER COLUMN id TYPE bigint;", comparing: false)
    let id = try await rehearsal.plan()
    try await rehearsal.drive(id, until: .finalizing)
    let client = try await rehearsal.database.connect()
    try await client.script("BEGIN; SELECT nextval('t_id_seq')")
    let finalizing = Task { try await rehearsal.drive(id) }
    try await rehearsal.database.waitUntilBlocked("rehearsal")
    let second: Int = try await client.query("SELECT nextval('t_id_seq')").only().decode(0)
    try await client.execute("COMMIT")
    #expect(try await finalizing.value.status == .complete)
    let next: Int = try await client.query("INSERT INTO t (note) VALUES ('y') RETURNING id").only()
      .decode(0)
    #expect(next > second)
    await client.close()
    try await rehearsal.dispose()
  }

  // MARK: - Row security

  private static let forced = """
    ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t FORCE ROW LEVEL SECURITY;
    CREATE POLICY mine ON t USING (note = current_setting('app.tenant', true));
    """

  @Test func `Rows that are hidden from the role are no reason to lose their values`() async throws
  {
    let database = try TestDatabase.current
    let role = try await database.makeRole()
    let admin = try await database.connect()
    try await admin.script(
      "GRANT ALL ON SCHEMA public TO \(role); SET ROLE \(role); \(Self.setup) RESET ROLE")
    let rehearsal = try await Rehearsal(
      setup: "SELECT 1", migration: Self.migration, user: role, comparing: false)
    try await admin.script(Self.forced)
    await #expect(throws: EngineError.self) { _ = try await rehearsal.plan() }
    do {
      _ = try await rehearsal.plan()
    } catch EngineError.missingPrivilege(let text) {
      #expect(text.contains("BYPASSRLS"))
    }
    try await admin.script("ALTER TABLE t NO FORCE ROW LEVEL SECURITY")
    let id = try await rehearsal.plan()
    try await admin.script("ALTER TABLE t FORCE ROW LEVEL SECURITY")
    await #expect(throws: EngineError.self) { try await rehearsal.drive(id) }
    #expect(try await rehearsal.engine().show(id).row.status == .paused)
    try await admin.script("ALTER TABLE t NO FORCE ROW LEVEL SECURITY")
    #expect(try await rehearsal.drive(id).status == .complete)
    let count: Int = try await admin.query("SELECT count(v) FROM t").only().decode(0)
    #expect(count == 50)
    await admin.close()
    try await rehearsal.dispose()
  }

  // MARK: - Others who look on

  @Test func `Subscribers that would stop are told of when the plan is made`() async throws {
    let rehearsal = try await Rehearsal(
      setup: Self.setup
        + "CREATE PUBLICATION pub FOR TABLE t; CREATE PUBLICATION other FOR TABLE t (id);",
      migration: Self.migration, comparing: false)
    let engine = rehearsal.engine()
    let results = try await engine.plan(version: nil, app: nil, dryRun: true)
    guard case .dryRun(_, _, let remarks, _) = results.first else {
      Issue.record("\(results)")
      return
    }
    let published = remarks.filter { $0.contains("is published by") }
    #expect(published.count == 1)
    #expect(published.first?.contains("public.t is published by pub: ") == true)
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  // MARK: - Other applications

  @Test func `No other migration is about the table meanwhile`() async throws {
    let (rehearsal, id, client) = try await Self.ready()
    try rehearsal.workspace.add("ALTER TABLE t RENAME COLUMN v TO value;", app: "other")
    let engine = rehearsal.engine()
    do {
      _ = try await engine.apply(
        version: nil, app: "other", allowDestructive: true, justification: "rehearsal")
      Issue.record("the column was renamed under the plan")
    } catch EngineError.tableInPlan(_, let plan, .finalizing, _) {
      #expect(plan == id)
    }
    await engine.disconnect()
    await client.close()
    try await rehearsal.dispose()
  }

  // MARK: -

  /// A plan that waits for finalize, and a client.
  private static func ready(
    partitioned: Bool = false
  ) async throws -> (Rehearsal, PlanID, PostgresConnection) {
    let setup =
      partitioned
      ? Self.setup.replacing(
        "note text);",
        with: "note text) PARTITION BY RANGE (id);"
          + "CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (1000);")
      : Self.setup
    let rehearsal = try await Rehearsal(setup: setup, migration: migration, comparing: false)
    let id = try await rehearsal.plan()
    try await rehearsal.drive(id, until: .finalizing)
    return (rehearsal, id, try await rehearsal.database.connect())
  }

  /// What finalize answers.
  private static func refusal(of rehearsal: Rehearsal, _ id: PlanID) async throws -> EngineError {
    let engine = rehearsal.engine()
    do {
      _ = try await engine.finalize(id, justification: "rehearsal") { _ in }
    } catch let error as EngineError {
      await engine.disconnect()
      return error
    }
    throw RehearsalError("the plan was finalized")
  }
}
