import LiveMigration
import Postgres
import TestSupport
import Testing

/// No client's write fails because of a plan, whatever its columns are called and whatever becomes of them.
@Suite("Clients in the window", .database)
struct WindowClientTests {
  private static func ready(
    _ setup: String, _ migration: String
  ) async throws -> (Rehearsal, PlanID, PostgresConnection) {
    let rehearsal = try await Rehearsal(setup: setup, migration: migration, comparing: false)
    let id = try await rehearsal.plan()
    try await rehearsal.drive(id, until: .finalizing)
    return (rehearsal, id, try await rehearsal.database.connect())
  }

  @Test(arguments: [
    "begin", "by", "if", "loop", "while", "execute", "declare", "foreach", "strict", "djogi_row",
  ])
  func `A column bears a word of PL/pgSQL`(word: String) async throws {
    let (rehearsal, id, client) = try await Self.ready(
      """
      CREATE TABLE t (id int PRIMARY KEY, "\(word)" text, n text);
      INSERT INTO t SELECT g, g::text, 'x' FROM generate_series(1, 50) g;
      """,
      "ALTER TABLE t ALTER \"\(word)\" TYPE int USING t.\"\(word)\"::int;")
    try await client.script(
      """
      INSERT INTO t VALUES (100, '7', 'new'); UPDATE t SET "\(word)" = '8' WHERE id = 1;
      UPDATE t SET n = 'y' WHERE id = 2;
      """)
    #expect(try await rehearsal.drive(id).status == .complete)
    let sum: Int = try await client.query("SELECT sum(\(identifier: word)) FROM t").only().decode(0)
    #expect(sum == 1275 - 1 + 8 + 7)
    await client.close()
    try await rehearsal.dispose()
  }

  private static let texts = """
    CREATE TABLE t (id int PRIMARY KEY, v text, note text);
    INSERT INTO t SELECT g, g::text, 'n' FROM generate_series(1, 50) g;
    """
  private static let guarded = "ALTER TABLE t ALTER COLUMN v TYPE integer USING v::integer;"

  @Test(arguments: [
    "ALTER TABLE t RENAME v TO w", "ALTER TABLE t RENAME TO tt; ALTER TABLE tt RENAME v TO w",
    "CREATE SCHEMA s; ALTER TABLE t SET SCHEMA s; ALTER TABLE s.t RENAME v TO w",
  ])
  func `Clients go on and a revert ends when names change`(change: String) async throws {
    let (rehearsal, id, client) = try await Self.ready(Self.texts, Self.guarded)
    try await client.script(change)
    let table: String = try await client.query(
      "SELECT attrelid::regclass::text FROM pg_attribute WHERE attname = 'w'"
    ).only().decode(0)
    try await client.script(
      """
      INSERT INTO \(table) VALUES (100, '7', 'new'); UPDATE \(table) SET w = '8' WHERE id = 1;
      UPDATE \(table) SET note = 'y' WHERE id = 2;
      """)
    let engine = rehearsal.engine()
    let outcome = try await engine.revert(id, justification: "names") { _ in }
    #expect(outcome.status == .abandoned)
    let columns: Int = try await client.query(
      "SELECT count(*) FROM pg_attribute WHERE attrelid = \(table)::regclass AND attnum > 0 AND NOT attisdropped"
    ).only().decode(0)
    #expect(columns == 3)
    let left: Int = try await client.query(
      "SELECT count(*) FROM pg_proc WHERE starts_with(proname, 'djogi_')"
    ).only().decode(0)
    #expect(left == 0)
    await engine.disconnect()
    await client.close()
    try await rehearsal.dispose()
  }

  @Test func `A column that the hook reads is not dropped under it`() async throws {
    let (rehearsal, id, client) = try await Self.ready(Self.texts, Self.guarded)
    let refused = await #expect(throws: PostgresError.self) {
      try await client.execute("ALTER TABLE t DROP COLUMN v")
    }
    #expect(refused?.sqlState == .dependentObjectsStillExist)
    #expect(try await rehearsal.drive(id).status == .complete)
    await client.close()
    try await rehearsal.dispose()
  }

  @Test func `A table that is dropped needs no undoing`() async throws {
    let (rehearsal, id, client) = try await Self.ready(
      Self.texts, "ALTER TABLE t ALTER COLUMN id TYPE bigint;")
    try await client.execute("DROP TABLE t")
    let engine = rehearsal.engine()
    let outcome = try await engine.revert(id, justification: "gone") { _ in }
    #expect(outcome.status == .abandoned)
    await engine.disconnect()
    await client.close()
    try await rehearsal.dispose()
  }

  @Test func `Who may read the columns one by one goes on reading them all`() async throws {
    let database = try TestDatabase.current
    let role = try await database.makeRole()
    let (rehearsal, id, client) = try await Self.ready(
      Self.texts + "GRANT SELECT (id, v, note) ON t TO \(role);", Self.guarded)
    let reader = try await database.connect(user: role)
    let rows: Int = try await reader.query("SELECT count(*) FROM (SELECT * FROM t) AS all_of_it")
      .only().decode(0)
    #expect(rows == 50)
    #expect(try await rehearsal.drive(id).status == .complete)
    await reader.close()
    await client.close()
    try await rehearsal.dispose()
  }

  @Test(arguments: [
    (
      "ALTER TABLE t ALTER COLUMN v TYPE integer USING conv(v);",
      "GRANT EXECUTE ON ROUTINE conv(text)"
    ),
    ("ALTER TABLE t ADD COLUMN c text DEFAULT token();", "GRANT EXECUTE ON ROUTINE token()"),
  ])
  func `What a client may not call is found when the plan is made`(
    migration: String, grant: String
  ) async throws {
    let database = try TestDatabase.current
    let role = try await database.makeRole()
    let rehearsal = try await Rehearsal(
      setup: Self.texts + """
        CREATE FUNCTION conv(text) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1::integer';
        CREATE FUNCTION token() RETURNS text LANGUAGE sql VOLATILE AS 'SELECT random()::text';
        REVOKE ALL ON FUNCTION conv(text), token() FROM PUBLIC;
        GRANT SELECT, UPDATE ON t TO \(role);
        """, migration: migration, comparing: false)
    let refused = await #expect(throws: EngineError.self) { try await rehearsal.plan() }
    guard case .missingPrivilege(let text) = try #require(refused) else {
      Issue.record("\(String(describing: refused))")
      return
    }
    #expect(text.contains("\(grant) TO \(role)"))
    let admin = try await database.connect()
    try await admin.script(grant + " TO \(role)")
    try await rehearsal.drive(try await rehearsal.plan())
    await admin.close()
    try await rehearsal.dispose()
  }

  @Test(arguments: [
    ("ALTER TABLE t ALTER note SET NOT NULL;", "UPDATE t SET note = NULL WHERE id = 7"),
    ("ALTER TABLE t ADD CONSTRAINT c CHECK (v <> '7');", "SELECT 1"),
    (
      "ALTER TABLE t ADD CONSTRAINT c FOREIGN KEY (id) REFERENCES p;",
      "CREATE TABLE p (id int PRIMARY KEY); INSERT INTO p SELECT g FROM generate_series(1, 50) g WHERE g <> 7"
    ),
  ])
  func `Rows are looked at before clients are bound`(migration: String, setup: String) async throws
  {
    let rehearsal = try await Rehearsal(
      setup: Self.texts + setup + ";", migration: migration, comparing: false)
    let id = try await rehearsal.plan()
    let refused = await #expect(throws: EngineError.self) { try await rehearsal.drive(id) }
    #expect("\(try #require(refused))".contains("id=7"))
    let client = try await rehearsal.database.connect()
    try await client.execute("UPDATE t SET id = id, v = v WHERE id = 7")
    let constraints: Int = try await client.query(
      "SELECT count(*) FROM pg_constraint WHERE conrelid = 't'::regclass"
    ).only().decode(0)
    #expect(constraints == 1)
    await client.close()
    try await rehearsal.dispose()
  }

  @Test func `Whatever a client's settings are, the values are the plan's`() async throws {
    let rehearsal = try await Rehearsal(
      setup: """
        CREATE TABLE t (id int PRIMARY KEY, v point);
        INSERT INTO t SELECT g, point(g / 3.0, g) FROM generate_series(1, 50) g;
        """, migration: "ALTER TABLE t ALTER v TYPE text;")
    let id = try await rehearsal.plan()
    try await rehearsal.drive(id, until: .finalizing)
    for name in [rehearsal.database.name, rehearsal.directName] {
      let client = try await rehearsal.database.cluster.connect(database: name)
      try await client.script(
        "SET extra_float_digits = -3; INSERT INTO t VALUES (100, point(1 / 3.0, 2)); UPDATE t SET v = point(2 / 3.0, 1) WHERE id = 1"
      )
      await client.close()
    }
    try await rehearsal.drive(id)
    try await rehearsal.runDirectly()
    let rows = try await rehearsal.rows(of: "t")
    #expect(rows.live == rows.direct)
    try await rehearsal.dispose()
  }
}
