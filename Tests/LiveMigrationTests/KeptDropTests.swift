import LiveMigration
import Postgres
import Rehearsals
import TestSupport
import Testing

/// Columns that the migration drops, and what the old shape demands of them.
@Suite("Dropped columns that are kept", .database)
struct KeptDropTests {
  private static let test = KeptCase(
    setup: """
      CREATE TABLE kind (id int PRIMARY KEY); INSERT INTO kind SELECT generate_series(1, 10);
      CREATE TABLE t (id int PRIMARY KEY, a int, d int REFERENCES kind, CONSTRAINT t_once UNIQUE (a, d),
        CONSTRAINT t_few CHECK (a < 100 OR d IS NULL));
      INSERT INTO t SELECT g, g, g % 5 + 1 FROM generate_series(1, 30) g;
      """,
    migration: "ALTER TABLE t ALTER COLUMN id TYPE bigint; ALTER TABLE t DROP COLUMN d;")

  @Test(arguments: [
    ("DELETE FROM kind WHERE id = 3", "INSERT INTO kind VALUES (3)", "t_d_fkey"),
    ("UPDATE t SET a = 1 WHERE id = 6", "UPDATE t SET a = 6 WHERE id = 6", "t_once"),
    ("UPDATE t SET a = 500 WHERE id = 5", "UPDATE t SET a = 5 WHERE id = 5", "t_few"),
  ])
  func `Rows that the old shape does not take stop a rollback before anything is done`(
    write: String, repair: String, name: String
  ) async throws {
    let (rehearsal, id) = try await Self.test.ready()
    let engine = rehearsal.engine()
    _ = try await engine.finalize(id, justification: "t", keeping: KeptCase.day) { _ in }
    let client = try await rehearsal.database.connect()
    // A client of the new shape knows no reason why it should not.
    try await client.script(write)
    let error = await #expect(throws: EngineError.self) {
      _ = try await engine.rollback(id, justification: "t") { _ in }
    }
    #expect(error?.description.contains(name) == true)
    let held: Int = try await client.query(
      "SELECT count(*) FROM pg_constraint WHERE conrelid = 't'::regclass AND contype IN ('c', 'f')"
    ).only().decode(0)
    #expect(held == 0)
    try await client.script(repair)
    #expect(try await engine.rollback(id, justification: "t") { _ in }.status == .finalizing)
    _ = try await engine.revert(id, justification: "t") { _ in }
    let schemas = try await rehearsal.schemas()
    #expect(SchemaText.differences(schemas.live, schemas.direct) == [])
    await client.close()
    await engine.disconnect()
    try await rehearsal.dispose()
  }
}
