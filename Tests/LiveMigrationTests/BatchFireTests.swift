import LiveMigration
import Postgres
import TestSupport
import Testing

/// Statements in batches, while clients write to the same rows and the program dies again and again.
@Suite("Batches under fire", .database)
struct BatchFireTests {
  private static let setup = """
    CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL, hits int NOT NULL DEFAULT 0, b text NOT NULL);
    INSERT INTO t SELECT g, g, 0, 'b' || g % 3 FROM generate_series(1, 2000) g;
    CREATE TABLE u (id int PRIMARY KEY);
    INSERT INTO u SELECT g FROM generate_series(3, 2000, 3) g;
    CREATE TABLE log (t int NOT NULL, b text);
    CREATE SEQUENCE born START 10000;
    ANALYZE;
    """

  /// Each client adds 1000 to what it finds, and says so beside it.
  private static let writes = [
    "UPDATE t SET n = n + 1000, hits = hits + 1 WHERE id = (SELECT 1 + (random() * 1998)::int)",
    "UPDATE t SET n = n + 1000, hits = hits + 1 WHERE id BETWEEN 100 AND 105",
    "INSERT INTO t (id, n, b) VALUES (nextval('born'), 0, 'new')",
  ]

  /// A statement, and the queries that must find nothing at its end.
  struct Statement: Sendable, CustomTestStringConvertible {
    let sql: String
    let wrong: [String]
    var testDescription: String { sql }
  }

  static let statements = [
    Statement(
      sql: "UPDATE t SET n = n + 1",
      wrong: [
        "SELECT FROM t WHERE id <= 2000 AND n <> id + 1 + 1000 * hits",
        "SELECT FROM t WHERE id > 2000 AND n - 1000 * hits NOT IN (0, 1)",
      ]),
    Statement(
      sql: "UPDATE t SET b = 'x' WHERE b = 'b0'",
      wrong: [
        "SELECT FROM t WHERE id <= 2000 AND b <> CASE id % 3 WHEN 0 THEN 'x' ELSE 'b' || id % 3 END",
        "SELECT FROM t WHERE id <= 2000 AND n <> id + 1000 * hits",
        "SELECT FROM t WHERE id > 2000 AND b <> 'new'",
      ]),
    Statement(
      sql: "DELETE FROM t WHERE b = 'b0'",
      wrong: [
        "SELECT FROM t WHERE id <= 2000 AND id % 3 = 0",
        "SELECT FROM generate_series(1, 2000) g WHERE g % 3 <> 0 AND NOT EXISTS (SELECT FROM t WHERE id = g)",
        "SELECT FROM t WHERE id <= 2000 AND n <> id + 1000 * hits",
      ]),
    Statement(
      sql: "DELETE FROM t USING u WHERE u.id = t.id",
      wrong: [
        "SELECT FROM t JOIN u USING (id)",
        "SELECT FROM generate_series(1, 2000) g WHERE g % 3 <> 0 AND NOT EXISTS (SELECT FROM t WHERE id = g)",
      ]),
    Statement(
      sql: "INSERT INTO log SELECT id, b FROM t WHERE id <= 2000",
      wrong: [
        "SELECT FROM generate_series(1, 2000) g WHERE (SELECT count(*) FROM log WHERE t = g AND b = 'b' || g % 3) <> 1"
      ]),
    Statement(
      sql: "WITH m AS (SELECT max(id) AS most FROM u) UPDATE t SET n = n + most FROM m",
      wrong: ["SELECT FROM t WHERE id <= 2000 AND n <> id + 1998 + 1000 * hits"]),
  ]

  @Test(arguments: statements)
  func `Each row is changed once`(_ statement: Statement) async throws {
    var settings = Rehearsal.quick
    settings.backfillChunkSize = 100
    let rehearsal = try await Rehearsal(
      setup: Self.setup, migration: statement.sql + ";", settings: settings, comparing: false)
    let id = try await rehearsal.plan()
    let clients = (0..<3).map { number in
      Task { try await Self.write(rehearsal.database, from: number) }
    }
    var deaths = 0
    while try await !rehearsal.die(id, after: 2 * deaths, answered: deaths % 2 == 0) { deaths += 1 }
    #expect(deaths > 5)
    for client in clients {
      client.cancel()
      #expect(try await client.value > 0)
    }
    let asking = try await rehearsal.database.connect()
    for query in statement.wrong {
      let count: Int = try await asking.query(
        "SELECT count(*) FROM (\(raw: query)) AS wrong"
      ).only().decode(0)
      #expect(count == 0, "\(query)")
    }
    await asking.close()
    #expect(try await rehearsal.leftOvers() == [])
    try await rehearsal.dispose()
  }

  /// Writes until it is stopped; returns how many statements it sent.
  private static func write(_ database: TestDatabase, from number: Int) async throws -> Int {
    let client = try await database.connect(applicationName: "client")
    var written = 0
    do {
      while !Task.isCancelled {
        try await client.script(writes[(number + written) % writes.count])
        written += 1
        try await Task.sleep(for: .milliseconds(1))
      }
    } catch is CancellationError {}
    await client.close()
    return written
  }
}
