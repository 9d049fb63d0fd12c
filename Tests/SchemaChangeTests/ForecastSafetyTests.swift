import Postgres
import SchemaChange
import Synchronization
import TestSupport
import Testing

@Suite("Forecasts leave the application alone", .database)
struct ForecastSafetyTests {
  private let migration = """
    ALTER TABLE t ALTER COLUMN id TYPE bigint;
    ALTER TABLE t ADD COLUMN x int REFERENCES u (id);
    CREATE INDEX ON t (v);
    CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f();
    ALTER TABLE p ATTACH PARTITION c1 FOR VALUES FROM (1) TO (2);
    ALTER TABLE p ADD CHECK (d > 0);
    CREATE FUNCTION g() RETURNS bigint BEGIN ATOMIC SELECT count(*) FROM t; END;
    CREATE FUNCTION h() RETURNS void LANGUAGE sql AS 'INSERT INTO t DEFAULT VALUES'
    """

  @Test func `No lock stronger than a reader's is taken or waited for`() async throws {
    let database = try TestDatabase.current
    let (connection, other) = (try await database.connect(), try await database.connect())
    try await connection.script(measuredTables + "ALTER TABLE t DROP COLUMN gen CASCADE")
    try await connection.script("DROP VIEW vw; DROP MATERIALIZED VIEW mv")
    let expected = try await probe(migration, on: connection)
    // EXCLUSIVE tolerates ACCESS SHARE and nothing else.
    try await other.script("BEGIN; LOCK TABLE t, u, ONLY p, c1, c2 IN EXCLUSIVE MODE")
    let outcome = try await probe(migration, on: connection)
    #expect(outcome == expected)
    // Each statement is tried, the one with a parsed function body too.
    #expect(outcome.results.indices.filter { outcome.forecast($0) == nil } == [])
  }

  /// The dump without the key that each one makes up.
  private func definitions() async throws -> [Substring] {
    try await TestDatabase.current.dumpSchema().split(separator: "\n").filter {
      !$0.hasPrefix("\\restrict") && !$0.hasPrefix("\\unrestrict")
    }
  }

  @Test func `Nothing is left behind`() async throws {
    let database = try TestDatabase.current
    let connection = try await database.connect()
    try await connection.script(measuredTables)
    let before = try await definitions()
    let outcome = try await probe(migration + "; CREATE TYPE late AS ENUM ()", on: connection)
    #expect(outcome.results.contains { $0 != nil })
    #expect(try await definitions() == before)
    let state = await connection.transactionStatus
    #expect(state == .idle)
    let temporary = try await connection.query(
      "SELECT count(*) FROM pg_class WHERE relnamespace = pg_my_temp_schema()")
    #expect(try temporary.only().decode(0, as: Int.self) == 0)
    let level = try await connection.query("SHOW client_min_messages").only()
      .decode(0, as: String.self)
    #expect(level == "notice")
  }

  @Test func `A locked table is not tried, and the others are`() async throws {
    let database = try TestDatabase.current
    let (connection, other) = (try await database.connect(), try await database.connect())
    try await connection.script("CREATE TABLE t (a int); CREATE TABLE u (a int)")
    try await other.script("BEGIN; LOCK TABLE t")
    let outcome = try await probe(
      "ALTER TABLE t ADD COLUMN b int; ALTER TABLE u ADD COLUMN b int", on: connection)
    #expect(outcome.results[0] == nil)
    #expect(outcome.forecast(1)?.catalogueOnly == true)
    #expect(outcome.columnsAfter.keys.map(\.name) == ["u"])
  }

  @Test func `A role that may not make temporary tables learns nothing`() async throws {
    let database = try TestDatabase.current
    let role = try await database.makeRole()
    try await database.connect().script(
      """
      REVOKE TEMPORARY ON DATABASE \(database.name) FROM PUBLIC;
      GRANT CREATE ON SCHEMA public TO \(role)
      """)
    let connection = try await database.connect(user: role)
    try await connection.script("CREATE TABLE t (a int)")
    let outcome = try await probe("ALTER TABLE t ADD COLUMN b int", on: connection)
    #expect(outcome == ProbeOutcome(results: [nil]))
  }

  @Test func `A session that shows its notices learns the same and shows nothing`() async throws {
    let heard = Mutex<[ServerNotice]>([])
    let connection = try await TestDatabase.current.connect { notice in
      heard.withLock { $0.append(notice) }
    }
    try await connection.script("CREATE TABLE t (a int)")
    let outcome = try await probe("ALTER TABLE t ALTER COLUMN a TYPE bigint", on: connection)
    #expect(outcome.forecast(0)?.rewrites == true)
    #expect(heard.withLock { $0 } == [])
    #expect(await connection.takeNotices() == [])
  }

  @Test func `A role that is no superuser learns the same`() async throws {
    let database = try TestDatabase.current
    let role = try await database.makeRole()
    try await database.connect().script("GRANT CREATE ON SCHEMA public TO \(role)")
    let connection = try await database.connect(user: role)
    try await connection.script("CREATE TABLE t (a int PRIMARY KEY)")
    let outcome = try await probe("ALTER TABLE t ALTER COLUMN a TYPE bigint", on: connection)
    #expect(
      outcome.results == [
        .forecast(
          Forecast(
            locks: [Forecast.RelationLock(relation: "t", mode: .accessExclusive)], rewrites: true,
            buildsIndex: true))
      ])
  }
}
