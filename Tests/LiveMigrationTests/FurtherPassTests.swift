import LiveMigration
import Postgres
import TestSupport
import Testing

/// A statement in batches whose rows clients write meanwhile: the gate counts them, and further passes change them.
@Suite("Further passes", .database)
struct FurtherPassTests {
  private static let setup = """
    CREATE TABLE t (id int PRIMARY KEY, a int, b text);
    INSERT INTO t SELECT g, g, CASE WHEN g % 3 = 0 THEN '' ELSE 'b' || g END FROM generate_series(1, 1000) g;
    CREATE TABLE u (id int PRIMARY KEY, x int);
    INSERT INTO u SELECT g, g * 2 FROM generate_series(1, 5000) g;
    CREATE TABLE log (t int UNIQUE, note text NOT NULL);
    ANALYZE;
    """

  /// A statement, what a client writes behind its back, and how many rows it would still change.
  struct Statement: Sendable, CustomTestStringConvertible {
    let sql: String
    let left: String
    var written =
      "INSERT INTO t SELECT g, g, '' FROM generate_series(2001, 2300) g; UPDATE t SET b = '' WHERE id < 50"
    var testDescription: String { sql }
  }

  static let statements = [
    Statement(
      sql: "UPDATE t SET b = NULL WHERE b = ''", left: "SELECT count(*) FROM t WHERE b = ''"),
    Statement(sql: "DELETE FROM t WHERE b = ''", left: "SELECT count(*) FROM t WHERE b = ''"),
    Statement(
      sql: "UPDATE t SET b = (SELECT 'x' || u.x FROM u WHERE u.id = t.id) WHERE a > 10",
      left:
        "SELECT count(*) FROM t JOIN u USING (id) WHERE a > 10 AND b IS DISTINCT FROM 'x' || u.x"),
    Statement(
      sql: "UPDATE t SET b = 'x' || u.x FROM u WHERE u.id = t.id",
      left: "SELECT count(*) FROM t JOIN u USING (id) WHERE b IS DISTINCT FROM 'x' || u.x"),
    Statement(
      sql: "DELETE FROM t USING u WHERE u.id = t.id AND t.b = ''",
      left: "SELECT count(*) FROM t WHERE b = ''"),
    Statement(
      sql:
        "INSERT INTO log (t, note) SELECT id, b FROM t WHERE b IS NOT NULL ON CONFLICT (t) DO NOTHING",
      left: "SELECT count(*) FROM t WHERE id NOT IN (SELECT t FROM log)"),
  ]

  private func rehearsal(_ migration: String) async throws -> Rehearsal {
    var settings = Rehearsal.quick
    settings.backfillChunkSize = 100
    return try await Rehearsal(
      setup: Self.setup, migration: migration, settings: settings, comparing: false)
  }

  /// Drives to the gate, and writes rows that match once more.
  private func reachGate(_ rehearsal: Rehearsal, _ statement: Statement) async throws -> PlanID {
    let id = try await rehearsal.plan()
    let engine = rehearsal.engine()
    let options = RunOptions(
      allowDestructive: true, acceptsTriggers: true, justification: "rehearsal")
    let outcome = try await engine.run(id, options: options) { _ in }
    #expect(outcome.status == .validating)
    #expect(outcome.gates.map(\.found) == [0])
    await engine.disconnect()
    let client = try await rehearsal.database.connect()
    try await client.script(statement.written)
    #expect(try await count(statement.left, client) > 0)
    await client.close()
    return id
  }

  private func count(_ query: String, _ connection: PostgresConnection) async throws -> Int {
    try await connection.query(SQL(raw: query)).only().decode(0)
  }

  private func left(_ statement: Statement, _ rehearsal: Rehearsal) async throws -> Int {
    let client = try await rehearsal.database.connect()
    let left = try await count(statement.left, client)
    await client.close()
    return left
  }

  @Test(arguments: statements)
  func `The gate repeats until nothing is left`(_ statement: Statement) async throws {
    let rehearsal = try await rehearsal(statement.sql + ";")
    let id = try await reachGate(rehearsal, statement)
    #expect(try await rehearsal.drive(id).status == .complete)
    #expect(try await left(statement, rehearsal) == 0)
    #expect(try await rehearsal.leftOvers() == [])
    try await rehearsal.dispose()
  }

  @Test(arguments: [statements[0], statements[4], statements[5]])
  func `A pass that is cut off begins anew`(_ statement: Statement) async throws {
    let rehearsal = try await rehearsal(statement.sql + ";")
    let id = try await reachGate(rehearsal, statement)
    var deaths = 0
    while try await !rehearsal.die(id, after: 2 * deaths, answered: deaths % 2 == 0) { deaths += 1 }
    #expect(deaths > 3)
    #expect(try await left(statement, rehearsal) == 0)
    #expect(try await rehearsal.leftOvers() == [])
    try await rehearsal.dispose()
  }

  @Test(arguments: statements)
  func `djogi:once takes the rows of the start`(_ statement: Statement) async throws {
    let rehearsal = try await rehearsal("-- djogi:once: clients stop\n\(statement.sql);")
    let id = try await rehearsal.plan()
    try await rehearsal.dieInBackfill(id)
    let client = try await rehearsal.database.connect()
    try await client.script("INSERT INTO t SELECT g, g, '' FROM generate_series(2001, 2300) g")
    await client.close()
    #expect(try await rehearsal.drive(id).status == .complete)
    #expect(try await left(statement, rehearsal) == 300)
    try await rehearsal.dispose()
  }

  /// Rows and values are those of one snapshot, where a statement reads the table that it changes.
  @Test(arguments: [
    "UPDATE t SET a = (SELECT count(*) FROM t AS o WHERE o.id <= t.id AND o.b = ''), b = 'fixed' WHERE id > 20",
    "UPDATE t SET a = o.a + 1 FROM t AS o WHERE o.id = t.id + 1",
    "UPDATE t SET b = b || now()::text WHERE a > 500",
  ])
  func `djogi:once takes the values of the start where they need it`(
    _ statement: String
  ) async throws {
    var settings = Rehearsal.quick
    settings.backfillChunkSize = 100
    let plain = try await Rehearsal(
      setup: Self.setup, migration: statement + ";", settings: settings, comparing: false)
    let error = await #expect(throws: EngineError.self) { try await plain.plan() }
    #expect(String(describing: error).contains("write -- djogi:once above it"))
    try await plain.dispose()
    let rehearsal = try await Rehearsal(
      setup: "", migration: "-- djogi:once\n\(statement);", settings: settings)
    try await rehearsal.runDirectly()
    let id = try await rehearsal.plan()
    try await rehearsal.dieInBackfill(id)
    #expect(try await rehearsal.drive(id).status == .complete)
    // The clock's word differs between both.
    let rows = try await rehearsal.rows(of: "t", without: statement.contains("now()") ? ["b"] : [])
    #expect(rows.live == rows.direct)
    #expect(try await rehearsal.leftOvers() == [])
    try await rehearsal.dispose()
  }

  /// What reads its own table takes the rows that nothing has changed since they were listed, and lists the others anew.
  @Test(arguments: [
    Statement(
      sql: "DELETE FROM t USING t AS o WHERE o.id < t.id AND o.b = t.b",
      left:
        "SELECT count(*) FROM t WHERE EXISTS (SELECT FROM t AS o WHERE o.id < t.id AND o.b = t.b)"),
    Statement(
      sql:
        "UPDATE t SET a = (SELECT count(*) FROM t AS o WHERE o.id <= t.id AND o.b = '') WHERE id > 20",
      left:
        "SELECT count(*) FROM t WHERE id > 20 AND a <> (SELECT count(*) FROM t AS o WHERE o.id <= t.id AND o.b = '')"
    ),
    Statement(
      sql: "UPDATE t SET a = o.id FROM t AS o WHERE o.id = t.id + 1",
      left: "SELECT count(*) FROM t JOIN t AS o ON o.id = t.id + 1 WHERE t.a <> o.id",
      written: "UPDATE t SET a = 0 WHERE id BETWEEN 100 AND 200"),
  ])
  func `A statement that reads its own table is decided by one snapshot`(
    _ statement: Statement
  ) async throws {
    var settings = Rehearsal.quick
    settings.backfillChunkSize = 100
    let rehearsal = try await Rehearsal(
      setup: Self.setup, migration: statement.sql + ";", settings: settings)
    try await rehearsal.runDirectly()
    let id = try await rehearsal.plan()
    try await rehearsal.dieInBackfill(id)
    let engine = rehearsal.engine()
    let options = RunOptions(
      allowDestructive: true, acceptsTriggers: true, justification: "rehearsal")
    _ = try await engine.resume(id, options: options) { _ in }
    await engine.disconnect()
    let rows = try await rehearsal.rows(of: "t")
    #expect(rows.live == rows.direct)
    let client = try await rehearsal.database.connect()
    try await client.script(statement.written)
    #expect(try await count(statement.left, client) > 0)
    await client.close()
    #expect(try await rehearsal.drive(id).status == .complete)
    #expect(try await left(statement, rehearsal) == 0)
    try await rehearsal.dispose()
  }

  /// What clients write until the swap is copied in its transaction, before what it is copied from goes.
  @Test(arguments: [
    "ALTER TABLE t ADD COLUMN c text; UPDATE t SET c = b; ALTER TABLE t DROP COLUMN b",
    "ALTER TABLE t ADD COLUMN c int; UPDATE t SET c = u.x FROM u WHERE u.id = t.id; ALTER TABLE u DROP COLUMN x",
    "DELETE FROM t WHERE b = ''; ALTER TABLE t DROP COLUMN b",
    "INSERT INTO log (t, note) SELECT id, 'n' FROM t ON CONFLICT (t) DO NOTHING; DROP TABLE t",
  ])
  func `What a statement reads goes with the swap that runs it once more`(
    _ migration: String
  ) async throws {
    let late =
      "INSERT INTO t SELECT g, g, '' FROM generate_series(2001, 2100) g; UPDATE u SET x = -1 WHERE id < 90"
    let rehearsal = try await Rehearsal(setup: Self.setup, migration: migration + ";")
    let id = try await rehearsal.plan()
    try await rehearsal.drive(id, until: .finalizing)
    for name in [rehearsal.database.name, rehearsal.directName] {
      let client = try await rehearsal.database.cluster.connect(database: name)
      try await client.script(late)
      await client.close()
    }
    try await rehearsal.runDirectly()
    #expect(try await rehearsal.drive(id).status == .complete)
    let schemas = try await rehearsal.schemas()
    #expect(SchemaText.differences(schemas.live, schemas.direct) == [])
    for table in ["u", "log"] + (migration.contains("DROP TABLE t") ? [] : ["t"]) {
      let rows = try await rehearsal.rows(of: table)
      #expect(rows.live == rows.direct, "\(table)")
    }
    #expect(try await rehearsal.leftOvers() == [])
    try await rehearsal.dispose()
  }

  /// What a later statement of the file makes of the rows is right, and no reason to run the first again.
  @Test func `A statement is not repeated behind a later one of the file`() async throws {
    let rehearsal = try await rehearsal(
      "UPDATE t SET b = 'new' WHERE b = ''; UPDATE t SET b = '' WHERE a > 500;")
    let id = try await rehearsal.plan()
    #expect(try await rehearsal.drive(id).status == .complete)
    let rows = try await rehearsal.liveRows(of: "t")
    // 166 rows up to 500 stay new; a second run of the first statement would take the others back.
    #expect(rows.count { $0.contains("new") } == 166)
    try await rehearsal.dispose()
  }

  /// A table whose size is not known may be too large for a run under the last locks.
  @Test func `A statement is not run once more over a table of unknown size`() async throws {
    let rehearsal = try await Rehearsal(
      setup: Self.setup.replacing("ANALYZE;", with: "ANALYZE u; ANALYZE log;"),
      migration:
        "INSERT INTO log (t, note) SELECT id, 'n' FROM t ON CONFLICT (t) DO NOTHING; DROP TABLE t;",
      comparing: false)
    let error = await #expect(throws: EngineError.self) { try await rehearsal.plan() }
    #expect(String(describing: error).contains("would be lost"), "\(String(describing: error))")
    try await rehearsal.dispose()
  }

  /// Any role that may make tables can take the list's name; that must not end a plan.
  @Test func `A table of the list's name holds a plan up, and no more`() async throws {
    let rehearsal = try await rehearsal("UPDATE t SET b = 'x' || u.x FROM u WHERE u.id = t.id;")
    let id = try await rehearsal.plan()
    let client = try await rehearsal.database.connect()
    let name = "djogi_\(id)_rows0"
    try await client.execute("CREATE TABLE \(identifier: name) (theirs int)")
    let engine = rehearsal.engine()
    await #expect(throws: EngineError.self) {
      try await engine.run(id, options: Rehearsal.everything) { _ in }
    }
    #expect(try await engine.show(id).row.status == .paused)
    await engine.disconnect()
    #expect(try await client.query("SELECT theirs FROM \(identifier: name)").count == 0)
    try await client.execute("DROP TABLE \(identifier: name)")
    await client.close()
    #expect(try await rehearsal.drive(id).status == .complete)
    try await rehearsal.dispose()
  }
}
