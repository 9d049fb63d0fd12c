import LiveMigration
import Postgres
import TestSupport
import Testing

/// A role that owns its tables and no more can do everything; another is told what it lacks.
@Suite("Privileges", .database)
struct PrivilegeTests {
  private static func setup(owner role: String) -> String {
    """
    CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL DEFAULT 1, seen timestamptz);
    CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
    CREATE TRIGGER touch BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch();
    INSERT INTO t SELECT g, g FROM generate_series(1, 300) g;
    ALTER TABLE t OWNER TO \(role);
    ANALYZE t;
    """
  }

  @Test
  func `A plan is driven by a role that owns its table and may create in its schema`() async throws
  {
    let role = try await TestDatabase.current.makeRole()
    let rehearsal = try await Rehearsal(
      setup: Self.setup(owner: role) + "GRANT CREATE ON SCHEMA public TO \(role);",
      migration: "ALTER TABLE t ALTER a TYPE bigint; CREATE INDEX ON t (a);", user: role)
    let id = try await rehearsal.plan()
    let engine = rehearsal.engine()
    // It may not silence triggers, so the operator is told which will fire.
    #expect(try await engine.show(id).firingTriggers == ["touch on public.t"])
    await engine.disconnect()
    #expect(try await rehearsal.drive(id).status == .complete)
    try await rehearsal.runDirectly()
    let rows = try await rehearsal.rows(of: "t")
    #expect(rows.live == rows.direct)
    #expect(try await rehearsal.leftOvers() == [])
    try await rehearsal.dispose()
  }

  @Test
  func `A role is told which grants are missing`() async throws {
    let role = try await TestDatabase.current.makeRole()
    let rehearsal = try await Rehearsal(
      setup: Self.setup(owner: "postgres") + "CREATE SCHEMA own AUTHORIZATION \(role);"
        + "GRANT SELECT ON t TO \(role);",
      migration: "ALTER TABLE t ALTER a TYPE bigint;", user: role, comparing: false)
    let error = await #expect(throws: EngineError.self) { try await rehearsal.plan() }
    #expect(error?.description.contains("GRANT CREATE ON SCHEMA public") == true)
    var settings = Rehearsal.quick
    settings.ledgerSchema = "own"
    let engine = rehearsal.engine(settings: settings)
    let second = await #expect(throws: EngineError.self) {
      try await engine.plan(version: nil, app: nil, dryRun: false)
    }
    #expect(second?.description.contains("GRANT postgres TO \(role)") == true)
    await engine.disconnect()
    try await rehearsal.dispose()
  }
}
