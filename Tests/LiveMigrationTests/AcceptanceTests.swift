import LiveMigration
import Postgres
import TestSupport
import Testing

/// What nothing of a plan can prevent is accepted by the operator before it happens.
@Suite("Acceptances", .database)
struct AcceptanceTests {
  @Test(arguments: [
    "BEGIN INSERT INTO t_audit SELECT now(), new.*; RETURN new; END",
    "BEGIN INSERT INTO t_audit SELECT now(), (old).*; RETURN new; END",
  ])
  func `A trigger that copies whole rows is named, and accepted before a plan is made`(
    body: String
  ) async throws {
    let rehearsal = try await Rehearsal(
      setup: """
        CREATE TABLE t (id int PRIMARY KEY, a int, b int);
        CREATE TABLE t_audit (at timestamptz, id int, a int, b int);
        CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS '\(body)';
        CREATE TRIGGER audit AFTER UPDATE ON t FOR EACH ROW EXECUTE FUNCTION audit();
        INSERT INTO t SELECT g, g, g FROM generate_series(1, 300) g;
        ANALYZE t;
        """,
      migration: "ALTER TABLE t ALTER a TYPE bigint", comparing: false)
    let engine = rehearsal.engine()
    let error = await #expect(throws: EngineError.self) {
      try await engine.plan(version: nil, app: nil, dryRun: false)
    }
    guard case .columnOrder(_, _, let writers) = error else {
      Issue.record("refused for another reason: \(String(describing: error))")
      return
    }
    #expect(writers == ["audit() and public.t"])
    #expect(error?.next?.accepts == [.columnOrder])
    guard
      case .dryRun(_, _, let remarks, _) = try await engine.plan(
        version: nil, app: nil, dryRun: true
      ).first
    else { throw RehearsalError("no dry run") }
    #expect(remarks.contains { $0.contains("COLUMN ORDER") && $0.contains("audit()") })
    let planned = try await engine.plan(
      version: nil, app: nil, dryRun: false, acceptsColumnOrder: true)
    guard case .planned = planned.first else { throw RehearsalError("no plan was made") }
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  @Test func `The order of columns needs no word where none changes its place`() async throws {
    let rehearsal = try await Rehearsal(
      setup: """
        CREATE TABLE t (id int PRIMARY KEY, a int);
        CREATE FUNCTION fill() RETURNS void LANGUAGE plpgsql AS 'BEGIN INSERT INTO t VALUES (1, 2); END';
        INSERT INTO t SELECT g, g FROM generate_series(1, 300) g;
        ANALYZE t;
        """,
      migration: "ALTER TABLE t ALTER a TYPE bigint", comparing: false)
    _ = try await rehearsal.plan()
    try await rehearsal.dispose()
  }

  @Test func `Triggers that the role cannot silence are accepted once, before any row is filled`()
    async throws
  {
    let role = try await TestDatabase.current.makeRole()
    let rehearsal = try await Rehearsal(
      setup: """
        CREATE TABLE t (id int PRIMARY KEY, a int, seen int DEFAULT 0);
        CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS
          'BEGIN new.seen := new.seen + 1; RETURN new; END';
        CREATE TRIGGER touch BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch();
        INSERT INTO t SELECT g, g FROM generate_series(1, 300) g;
        ALTER TABLE t OWNER TO \(role);
        GRANT CREATE ON SCHEMA public TO \(role);
        ANALYZE t;
        """,
      migration: "ALTER TABLE t ALTER a TYPE bigint", user: role, comparing: false)
    let id = try await rehearsal.plan()
    let engine = rehearsal.engine()
    var options = RunOptions(allowDestructive: true, justification: "test")
    let error = await #expect(throws: EngineError.self) {
      try await engine.run(id, options: options) { _ in }
    }
    guard case .triggersFire(_, _, let triggers, _) = error else {
      Issue.record("refused for another reason: \(String(describing: error))")
      return
    }
    #expect(triggers == ["touch on public.t"])
    #expect(error?.next?.accepts == [.triggers])
    let connection = try await engine.connection()
    #expect(try await engine.show(id).row.status == .pending)
    #expect(
      try await connection.query("SELECT sum(seen) FROM t").only().decode(0, as: Int.self) == 0)
    options.acceptsTriggers = true
    #expect(try await engine.run(id, options: options) { _ in }.status == .validating)
    // Accepted once, it is for the plan.
    options.acceptsTriggers = false
    options.approvals = [.validate]
    #expect(try await engine.run(id, options: options) { _ in }.status == .cutover)
    #expect(try await engine.history(id).contains { $0.action == .triggersAccepted })
    await engine.disconnect()
    try await rehearsal.dispose()
  }
}
