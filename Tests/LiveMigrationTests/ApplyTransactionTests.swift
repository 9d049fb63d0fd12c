import Postgres
import Rehearsals
import SchemaChange
import TestSupport
import Testing

@testable import LiveMigration

/// What `apply` makes of the transactions that a file has, and of what its statements really do.
@Suite("Applying: transactions and the forecast", .database)
struct ApplyTransactionTests {
  private func apply(
    _ migration: String, setup: String, settings: LiveSettings = Rehearsal.quick
  ) async throws -> (Rehearsal, any Error) {
    let rehearsal = try await Rehearsal(setup: setup, migration: migration, comparing: false)
    let engine = rehearsal.engine(settings: settings)
    var thrown: (any Error)?
    do {
      _ = try await engine.apply(
        version: nil, app: nil, allowDestructive: true, justification: "test")
    } catch {
      thrown = error
    }
    await engine.disconnect()
    return (rehearsal, try #require(thrown))
  }

  @Test
  func `A file from BEGIN to COMMIT is applied whole or not at all`() async throws {
    let rehearsal = try await Rehearsal(
      setup: "CREATE TABLE t (old int); CREATE TABLE t2 (new int);",
      migration: "BEGIN; ALTER TABLE t RENAME TO t_old; ALTER TABLE t2 RENAME TO t; COMMIT;",
      comparing: false)
    let reader = try await rehearsal.database.connect(applicationName: "reader")
    try await reader.script("BEGIN; SELECT FROM t2")
    var settings = Rehearsal.quick
    settings.lockTimeout = .milliseconds(50)
    settings.lockRetries = 2
    let engine = rehearsal.engine(settings: settings)
    await #expect(throws: EngineError.self) {
      try await engine.apply(version: nil, app: nil, allowDestructive: true, justification: "x")
    }
    let columns = """
      SELECT string_agg(attrelid::regclass || '.' || attname, ' ' ORDER BY 1) FROM pg_attribute
      WHERE attrelid IN (SELECT oid FROM pg_class WHERE relname LIKE 't%' AND relkind = 'r'
        AND relnamespace = 'public'::regnamespace) AND attnum > 0
      """
    let client = try await rehearsal.database.connect()
    #expect(try await client.query(SQL(raw: columns)).only().decode(0) == "t.old t2.new")
    try await reader.script("COMMIT")
    let results = try await engine.apply(
      version: nil, app: nil, allowDestructive: true, justification: "x")
    #expect(results.map(\.statements) == [2])
    #expect(try await client.query(SQL(raw: columns)).only().decode(0) == "t.new t_old.old")
    await reader.close()
    await client.close()
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  @Test
  func `A transaction in the middle of a file is applied whole or not at all`() async throws {
    let (rehearsal, error) = try await apply(
      """
      ALTER TABLE t ADD COLUMN a int;
      BEGIN; ALTER TABLE t ADD COLUMN b int; INSERT INTO t (id) VALUES (NULL); COMMIT;
      ALTER TABLE t ADD COLUMN c int;
      """, setup: "CREATE TABLE t (id int NOT NULL)")
    #expect("\(error)".contains("id"))
    let client = try await rehearsal.database.connect()
    #expect(
      try await client.query(
        """
        SELECT string_agg(attname, ' ' ORDER BY attnum) FROM pg_attribute
        WHERE attrelid = 't'::regclass AND attnum > 0
        """
      ).only().decode(0) == "id a")
    await client.close()
    try await rehearsal.dispose()
  }

  @Test
  func `A transaction around what no transaction takes is refused`() async throws {
    let (rehearsal, error) = try await apply(
      "BEGIN; CREATE TABLE u (a int); CREATE INDEX CONCURRENTLY i ON t (a); COMMIT;",
      setup: "CREATE TABLE t (a int)")
    guard case EngineError.offlineOnly(_, let verdicts) = error else { throw error }
    #expect(verdicts.map(\.rule) == [.transactionControl])
    let client = try await rehearsal.database.connect()
    #expect(try await client.query("SELECT to_regclass('u') IS NULL").only().decode(0))
    await client.close()
    try await rehearsal.dispose()
  }

  @Test(arguments: [
    (
      """
      ALTER FUNCTION fast() RENAME TO fast_old; ALTER FUNCTION slow() RENAME TO fast;
      ALTER TABLE big ADD COLUMN m int NOT NULL DEFAULT fast();
      """, "big"
    ),
    (
      "ALTER DOMAIN d1 RENAME TO d1_old; ALTER DOMAIN d2 RENAME TO d1; ALTER TABLE big ALTER n TYPE d1;",
      "big"
    ),
    (
      "ALTER SCHEMA a RENAME TO a_old; ALTER SCHEMA b RENAME TO a; CREATE INDEX t_n ON a.t (n);",
      "a.t"
    ),
  ])
  func `What reads a table that the forecast leaves out is rolled back`(
    migration: String, table: String
  ) async throws {
    let (rehearsal, error) = try await apply(
      migration,
      setup: """
        CREATE DOMAIN d1 AS int; CREATE DOMAIN d2 AS int CHECK (value > 0);
        CREATE FUNCTION fast() RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
        CREATE FUNCTION slow() RETURNS int LANGUAGE plpgsql VOLATILE AS 'BEGIN RETURN 2; END';
        CREATE TABLE big (id int PRIMARY KEY, n int);
        INSERT INTO big SELECT g, g FROM generate_series(1, 5000) AS g;
        CREATE SCHEMA a; CREATE SCHEMA b;
        CREATE TABLE a.t (n int); CREATE TABLE b.t (n int);
        INSERT INTO b.t SELECT g FROM generate_series(1, 5000) AS g;
        """)
    // Judged where it stands, it is refused or staged before anything runs; a forecast that still is wrong is rolled back.
    switch error {
    case EngineError.offlineOnly(_, let verdicts):
      #expect(verdicts.map(\.rule) == [.typeIsConstrainedDomain])
      #expect(verdicts.first?.change.location.line == 1)
    case EngineError.needsLivePlan: #expect(!migration.contains("d1_old"))
    default: throw error
    }
    let client = try await rehearsal.database.connect()
    let isThere: Bool = try await client.query(
      """
      SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'big'::regclass AND attname = 'm')
        OR to_regclass('a.t_n') IS NOT NULL
      """
    ).only().decode(0)
    #expect(!isThere)
    await client.close()
    try await rehearsal.dispose()
  }

  @Test
  func `What is refused in a row of statements leaves those before it applied`() async throws {
    let (rehearsal, _) = try await apply(
      "COMMENT ON TABLE k IS 'a'; COMMENT ON COLUMN k.a IS 'b'; GRANT SELECT ON k TO gone;",
      setup: "CREATE TABLE k (a int)")
    let client = try await rehearsal.database.connect()
    let comments: [String] = try await client.query(
      "SELECT description FROM pg_description WHERE objoid = 'k'::regclass ORDER BY 1"
    ).map { try $0.decode(0) }
    #expect(comments == ["a", "b"])
    await client.close()
    try await rehearsal.dispose()
  }
}
