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
    guard case .cannotStage(_, _, let reason, _) = error else { throw try #require(error) }
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

  @Test
  func `Those that fire although others are silenced are named`() async throws {
    let rehearsal = try await Self.rehearsal(
      """
      CREATE TABLE fired (name text);
      CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN INSERT INTO fired VALUES (tg_name); RETURN new; END';
      CREATE TRIGGER always BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION note();
      CREATE TRIGGER copied BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION note();
      CREATE TRIGGER never BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION note();
      CREATE TRIGGER usual BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION note();
      ALTER TABLE t_1 ENABLE ALWAYS TRIGGER always, ENABLE REPLICA TRIGGER copied,
        DISABLE TRIGGER never
      """)
    let id = try await rehearsal.plan()
    let engine = rehearsal.engine()
    #expect(
      try await engine.show(id).firingTriggers == ["always on public.t_1", "copied on public.t_1"])
    #expect(try await rehearsal.drive(id, with: engine).status == .complete)
    let connection = try await rehearsal.database.connect()
    let fired: [String] = try await connection.query("SELECT DISTINCT name FROM fired ORDER BY 1")
      .map { try $0.decode(0) }
    #expect(fired == ["always", "copied"])
    await connection.close()
    await engine.disconnect()
    try await rehearsal.dispose()
  }
}
