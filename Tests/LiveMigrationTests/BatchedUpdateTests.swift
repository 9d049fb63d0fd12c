import LiveMigration
import Postgres
import TestSupport
import Testing

/// An `UPDATE` of many rows is made by the backfill, in short transactions.
@Suite("Updates in batches", .database)
struct BatchedUpdateTests {
  private static let setup = """
    CREATE TABLE t (id int PRIMARY KEY, a int, b text);
    INSERT INTO t SELECT g, g, CASE WHEN g % 3 = 0 THEN '' ELSE 'b' || g END FROM generate_series(1, 3000) g;
    ANALYZE t;
    """

  private func rehearsal(
    _ migration: String, setup: String = "", comparing: Bool = true
  ) async throws -> Rehearsal {
    var settings = Rehearsal.quick
    settings.backfillChunkSize = 200
    return try await Rehearsal(
      setup: Self.setup + setup, migration: migration, settings: settings, comparing: comparing)
  }

  @Test(arguments: [
    "UPDATE t SET b = NULL WHERE b = ''; ALTER TABLE t ADD CONSTRAINT b_filled CHECK (b <> '')",
    "ALTER TABLE t ADD COLUMN flag boolean; UPDATE t AS r SET flag = r.a > 1500; ALTER TABLE t ALTER flag SET NOT NULL",
    "UPDATE t SET b = 'x' || a WHERE t.id % 2 = 0; ALTER TABLE t ALTER a TYPE bigint",
    "UPDATE t SET a = substr(b, 2)::int + 1 WHERE b LIKE 'b%'",
    "UPDATE t SET b = 'one' WHERE id < 900; UPDATE t SET a = length(b) WHERE id < 1200",
    "UPDATE t SET b = 'same'; CREATE VIEW same AS SELECT count(*) FROM t WHERE b = 'same'",
  ])
  func `The end is a direct run's, also when the program dies halfway`(
    _ migration: String
  ) async throws {
    let rehearsal = try await rehearsal(migration + ";")
    try await rehearsal.runDirectly()
    let id = try await rehearsal.plan()
    try await rehearsal.dieInBackfill(id)
    #expect(try await rehearsal.drive(id).status == .complete)
    let schemas = try await rehearsal.schemas()
    #expect(SchemaText.differences(schemas.live, schemas.direct) == [])
    let rows = try await rehearsal.rows(of: "t")
    #expect(rows.live == rows.direct)
    #expect(try await rehearsal.leftOvers() == [])
    try await rehearsal.dispose()
  }

  @Test(arguments: [
    "ALTER TABLE t RENAME b TO c; UPDATE t SET c = 'new' WHERE c = ''",
    "ALTER TABLE t ALTER a TYPE bigint; UPDATE t SET a = 5000000000 WHERE id = ANY (ARRAY[1, 2000])",
  ])
  func `What only the plan's last transaction brings is updated after it`(
    _ migration: String
  ) async throws {
    let rehearsal = try await rehearsal(migration + ";")
    try await rehearsal.runDirectly()
    let id = try await rehearsal.plan()
    #expect(try await rehearsal.drive(id).status == .complete)
    let schemas = try await rehearsal.schemas()
    #expect(SchemaText.differences(schemas.live, schemas.direct) == [])
    let rows = try await rehearsal.rows(of: "t")
    #expect(rows.live == rows.direct)
    try await rehearsal.dispose()
  }

  @Test(arguments: [
    ("UPDATE t SET b = b || now()::text;", "", "now()"),
    ("UPDATE t SET a = b;", "", "hold their locks until the end"),
    ("UPDATE t SET id = id + 1;", "", "unique index t_pkey"),
    (
      "UPDATE t SET a = b.a + 1 FROM t b WHERE b.id = t.id + 1;", "",
      "reads other rows of the table"
    ),
    ("DELETE FROM t WHERE random() < 0.5;", "", "random()"),
    (
      "DELETE FROM t WHERE a > 3;", "ALTER TABLE t ADD parent int REFERENCES t ON DELETE CASCADE;",
      "references itself"
    ),
    ("DELETE FROM t;", "CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING;", "a rule"),
    (
      "UPDATE t SET a = a + 1;",
      """
      CREATE FUNCTION f(n int) RETURNS int STABLE LANGUAGE sql AS 'SELECT max(a) FROM t';
      ALTER TABLE t DROP CONSTRAINT t_pkey;
      """, "no key"
    ),
    (
      "UPDATE t SET a = f(a);",
      "CREATE FUNCTION f(n int) RETURNS int STABLE LANGUAGE sql AS 'SELECT max(a) FROM t';", "f()"
    ),
    (
      "UPDATE t SET id = a + 10000;", "CREATE TABLE u (t int REFERENCES t);",
      "other tables reference"
    ),
    (
      "UPDATE t SET b = 'x';",
      """
      CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
      CREATE TRIGGER tr AFTER UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f();
      """, "trigger tr"
    ),
    ("UPDATE t SET b = 'x';", "CREATE TABLE u () INHERITS (t);", "inherit"),
  ])
  func `What cannot be cut is refused with the reason`(
    _ migration: String, _ setup: String, _ reason: String
  ) async throws {
    let rehearsal = try await rehearsal(migration, setup: setup, comparing: false)
    let error = await #expect(throws: EngineError.self) { try await rehearsal.plan() }
    #expect(String(describing: error).contains(reason), "\(String(describing: error))")
    try await rehearsal.dispose()
  }
}
