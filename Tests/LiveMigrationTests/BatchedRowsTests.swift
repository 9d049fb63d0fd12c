import LiveMigration
import Rehearsals
import TestSupport
import Testing

/// Statements that write many rows are made in batches of a list of them, each row once.
@Suite("Rows in batches", .database)
struct BatchedRowsTests {
  private static let setup = """
    CREATE TABLE t (id int PRIMARY KEY, a int, b text);
    INSERT INTO t SELECT g, g, CASE WHEN g % 3 = 0 THEN '' ELSE 'b' || g END FROM generate_series(1, 3000) g;
    CREATE TABLE u (id int PRIMARY KEY, x int);
    INSERT INTO u SELECT g, g * 2 FROM generate_series(1, 1000) g;
    CREATE TABLE log (n serial PRIMARY KEY, t int UNIQUE, note text NOT NULL DEFAULT 'none');
    INSERT INTO log (t) SELECT g FROM generate_series(1, 50) g;
    ANALYZE;
    """

  private func rehearsal(_ migration: String) async throws -> Rehearsal {
    var settings = Rehearsal.quick
    settings.backfillChunkSize = 200
    return try await Rehearsal(setup: Self.setup, migration: migration, settings: settings)
  }

  static let migrations = [
    "UPDATE t SET a = a + 1",
    "UPDATE t AS r SET a = r.a + u.x, b = upper(r.b) FROM u WHERE u.id = r.id AND (u.x > 10 OR r.b = '')",
    "UPDATE t SET b = (SELECT 'x' || u.x FROM u WHERE u.id = t.a) WHERE id IN (SELECT id FROM u)",
    "DELETE FROM t WHERE b = ''",
    "DELETE FROM t USING u WHERE t.id = u.id AND u.x > 500",
    "DELETE FROM t WHERE NOT EXISTS (SELECT FROM u WHERE u.id = t.id); ALTER TABLE t ADD FOREIGN KEY (id) REFERENCES u",
    "INSERT INTO log (t, note) SELECT id, b FROM t WHERE a > 10 ON CONFLICT (t) DO UPDATE SET note = excluded.note",
    "INSERT INTO t SELECT id + 10000, max(a) FROM t GROUP BY id; DELETE FROM t WHERE a = 3",
    "ALTER TABLE t ADD COLUMN x int; UPDATE t SET x = u.x FROM u WHERE u.id = t.id; "
      + "DELETE FROM t WHERE x IS NULL; ALTER TABLE t ALTER x SET NOT NULL",
    "UPDATE t SET a = a + 1; ALTER TABLE t ALTER a TYPE bigint",
    "WITH x AS (SELECT id, max(x) AS m FROM u GROUP BY id) UPDATE t SET b = 'm' || x.m FROM x WHERE x.id = t.id",
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) "
      + "UPDATE t SET a = a + 1 WHERE id IN (SELECT i FROM n)",
    "WITH gone AS (SELECT id FROM u WHERE x > 500) DELETE FROM t USING gone WHERE gone.id = t.id",
    "WITH x AS (SELECT id FROM t WHERE a > 10) INSERT INTO log (t, note) SELECT id, 'w' FROM x ON CONFLICT DO NOTHING",
    "INSERT INTO log (t, note) SELECT id, b FROM t ON CONFLICT (t) DO NOTHING",
    "UPDATE t SET b = u.id::text FROM u WHERE u.id % 10 = t.id % 10 AND t.id < 500 AND u.id < 5",
    "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN new.a := new.a + 7; RETURN new; END'; "
      + "CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f(); UPDATE t SET b = 'x' WHERE id < 1500",
  ]

  @Test(arguments: migrations)
  func `The end is a direct run's`(_ migration: String) async throws {
    let rehearsal = try await rehearsal(migration + ";")
    try await rehearsal.runDirectly()
    let id = try await rehearsal.plan()
    #expect(try await rehearsal.drive(id).status == .complete)
    try await compare(rehearsal)
    try await rehearsal.dispose()
  }

  /// The commit of a batch is lost, or its answer is; the program goes on, or another one does.
  @Test(arguments: [
    "UPDATE t SET a = a + 1", "DELETE FROM t USING u WHERE t.id = u.id AND t.a > 5",
    "INSERT INTO log (t, note) SELECT id, b FROM t WHERE a > 50",
  ])
  func `Each row is changed once, also when the program dies halfway`(
    _ migration: String
  ) async throws {
    let rehearsal = try await rehearsal(migration + ";")
    try await rehearsal.runDirectly()
    let id = try await rehearsal.plan()
    var deaths = 0
    while try await !rehearsal.die(id, after: 3 * deaths, answered: deaths % 2 == 0) {
      deaths += 1
    }
    #expect(deaths > 10)
    let engine = rehearsal.engine()
    #expect(try await engine.show(id).row.status == .complete)
    await engine.disconnect()
    try await compare(rehearsal, without: ["n"])
    try await rehearsal.dispose()
  }

  @Test func `A list that is half taken is dropped by revert`() async throws {
    let rehearsal = try await rehearsal("UPDATE t SET a = a + 1;")
    let id = try await rehearsal.plan()
    try await rehearsal.dieInBackfill(id)
    let engine = rehearsal.engine()
    _ = try await engine.revert(id, justification: "test") { _ in }
    await engine.disconnect()
    #expect(try await rehearsal.leftOvers() == [])
    try await rehearsal.dispose()
  }

  /// - Parameter columns: Columns of a sequence, of which a batch that was cut off has taken numbers.
  private func compare(_ rehearsal: Rehearsal, without columns: [String] = []) async throws {
    let schemas = try await rehearsal.schemas()
    #expect(SchemaText.differences(schemas.live, schemas.direct) == [])
    for table in ["t", "u", "log"] {
      let rows = try await rehearsal.rows(of: table, without: columns)
      #expect(rows.live == rows.direct, "\(table)")
    }
    #expect(try await rehearsal.leftOvers() == [])
  }
}
