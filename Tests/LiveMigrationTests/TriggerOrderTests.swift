import LiveMigration
import Postgres
import TestSupport
import Testing

/// Triggers of the application beside the plan's own.
@Suite("Triggers of the application", .database)
struct TriggerOrderTests {
  private static func rehearsal(_ more: String) async throws -> Rehearsal {
    try await Rehearsal(
      setup: """
        CREATE TABLE t (id int PRIMARY KEY, a int, b int) PARTITION BY RANGE (id);
        CREATE TABLE t_1 PARTITION OF t DEFAULT;
        INSERT INTO t SELECT g, g, g FROM generate_series(1, 300) g;
        CREATE FUNCTION twice() RETURNS trigger LANGUAGE plpgsql AS
          'BEGIN new.a := 2 * new.b; RETURN new; END';
        \(more);
        ANALYZE;
        """, migration: "ALTER TABLE t ALTER a TYPE bigint;", comparing: false)
  }

  @Test(arguments: [
    #"CREATE TRIGGER zzzzz BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION twice()"#,
    #"CREATE TRIGGER "übrig" BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION twice()"#,
    #"CREATE TRIGGER zzzz_e BEFORE UPDATE OF b ON t_1 FOR EACH ROW EXECUTE FUNCTION twice()"#,
  ])
  func `One that would change rows behind the hook is refused, and named`(
    trigger: String
  ) async throws {
    let rehearsal = try await Self.rehearsal(trigger)
    let name = try #require(trigger.split(separator: " ").dropFirst(2).first)
      .replacing("\"", with: "")
    let error = await #expect(throws: EngineError.self) { try await rehearsal.plan() }
    guard case .cannotStage(_, _, let reason) = error else { throw try #require(error) }
    #expect(reason.contains("the trigger \(name) of public.t"))
    #expect(reason.contains("rename it in a migration before"))
    let connection = try await rehearsal.database.connect()
    let table = trigger.contains("ON t_1") ? "t_1" : "t"
    // Renamed; before version 15 the partitions' copies kept their names.
    try await connection.script(
      "DROP TRIGGER \"\(name)\" ON \(table); "
        + trigger.replacing("\"", with: "").replacing(" \(name) ", with: " zzzz "))
    #expect(try await rehearsal.drive(try await rehearsal.plan()).status == .complete)
    await connection.close()
    try await rehearsal.dispose()
  }

  @Test(arguments: [
    "CREATE TRIGGER zzzz_d BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION twice()",
    "CREATE TRIGGER zzzzz AFTER UPDATE ON t FOR EACH ROW EXECUTE FUNCTION twice()",
    "CREATE TRIGGER zzzzz BEFORE DELETE ON t FOR EACH ROW EXECUTE FUNCTION twice()",
    "CREATE TRIGGER zzzzz BEFORE UPDATE ON t FOR EACH STATEMENT EXECUTE FUNCTION twice()",
    """
    CREATE TRIGGER zzzzz BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION twice();
    ALTER TABLE t DISABLE TRIGGER zzzzz; ALTER TABLE t_1 DISABLE TRIGGER zzzzz
    """,
  ])
  func `One that changes no row after the hook is let be`(trigger: String) async throws {
    let rehearsal = try await Self.rehearsal(trigger)
    #expect(try await rehearsal.drive(try await rehearsal.plan()).status == .complete)
    try await rehearsal.dispose()
  }
}
