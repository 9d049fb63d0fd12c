import LiveMigration
import Postgres
import SchemaChange
import TestSupport
import Testing

/// A key whose check waits for the end of a transaction, which no index that is built beside clients can do.
@Suite("Deferrable keys", .database)
struct DeferrableTests {
  @Test(arguments: [
    "ALTER TABLE t ALTER place TYPE bigint;", "ALTER TABLE t ALTER id TYPE bigint;",
    "ALTER TABLE t ALTER note TYPE varchar(9);", "ALTER TABLE p ALTER place TYPE bigint;",
    "ALTER TABLE t ADD CONSTRAINT again UNIQUE (place) DEFERRABLE INITIALLY DEFERRED;",
    "ALTER TABLE p ADD UNIQUE (place, id) DEFERRABLE;",
    "ALTER TABLE t ADD COLUMN more int DEFAULT 1 UNIQUE DEFERRABLE;",
  ])
  func `It is refused, and clients go on`(migration: String) async throws {
    let rehearsal = try await Rehearsal(
      setup: """
        CREATE TABLE t (id int PRIMARY KEY DEFERRABLE, place int, note text,
          UNIQUE (place) INCLUDE (note) DEFERRABLE INITIALLY DEFERRED);
        INSERT INTO t SELECT g, g, 'n' FROM generate_series(1, 300) g;
        CREATE TABLE p (id int, place int) PARTITION BY RANGE (id);
        CREATE TABLE p_1 PARTITION OF p DEFAULT;
        ALTER TABLE p_1 ADD UNIQUE (place) DEFERRABLE;
        INSERT INTO p SELECT g, g FROM generate_series(1, 300) g;
        ANALYZE;
        """, migration: migration, comparing: false)
    let error = await #expect(throws: EngineError.self) { try await rehearsal.plan() }
    guard case .offlineOnly(_, let verdicts) = error else { throw try #require(error) }
    let text = try #require(error?.description)
    #expect(text.contains("DEFERRABLE"))
    #expect(text.contains("at the end of the"))
    #expect(verdicts.first?.remedy != nil)
    let connection = try await rehearsal.database.connect()
    try await connection.script("UPDATE t SET place = place + 1; UPDATE t SET id = id + 1")
    await connection.close()
    try await rehearsal.dispose()
  }

  @Test
  func `What the migration takes off itself is no obstacle`() async throws {
    let rehearsal = try await Rehearsal(
      setup: """
        CREATE TABLE t (id int, place int, CONSTRAINT once UNIQUE (place) DEFERRABLE);
        INSERT INTO t SELECT g, g FROM generate_series(1, 300) g;
        ANALYZE;
        """,
      migration: """
        ALTER TABLE t DROP CONSTRAINT once;
        ALTER TABLE t ALTER place TYPE bigint;
        ALTER TABLE t ADD CONSTRAINT once UNIQUE (place);
        """)
    #expect(try await rehearsal.drive(try await rehearsal.plan()).status == .complete)
    try await rehearsal.runDirectly()
    let schemas = try await rehearsal.schemas()
    #expect(schemas.live == schemas.direct)
    try await rehearsal.dispose()
  }
}
