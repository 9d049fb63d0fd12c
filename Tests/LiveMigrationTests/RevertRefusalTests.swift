import Foundation
import LiveMigration
import Postgres
import SchemaChange
import Rehearsals
import TestSupport
import Testing

/// What an old plan once added may be somebody else's by now.
@Suite("Reverting an old plan", .database)
struct RevertRefusalTests {
  private static func rehearsal() async throws -> Rehearsal {
    try await Rehearsal(
      setup: """
        CREATE TABLE t (id int PRIMARY KEY);
        INSERT INTO t SELECT generate_series(1, 300);
        ANALYZE t;
        """,
      migration: "ALTER TABLE t ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid();",
      comparing: false)
  }

  /// How the old plan came to its end.
  enum End: CaseIterable, Sendable { case unbegun, reverted }

  private static func endOld(_ id: PlanID, _ end: End, _ engine: LiveEngine) async throws {
    switch end {
    case .unbegun: _ = try await engine.abandon(id, justification: nil)
    case .reverted:
      _ = try await engine.run(id, options: Rehearsal.everything) { _ in }
      _ = try await engine.revert(id, justification: "no") { _ in }
    }
  }

  private static func tokens(_ rehearsal: Rehearsal) async throws -> Int {
    let connection = try await rehearsal.database.connect()
    let count: Int = try await connection.query("SELECT count(token) FROM t").only().decode(0)
    await connection.close()
    return count
  }

  @Test(arguments: End.allCases)
  func `It is refused once the migration is applied`(end: End) async throws {
    let rehearsal = try await Self.rehearsal()
    let (old, engine) = (try await rehearsal.plan(), rehearsal.engine())
    try await Self.endOld(old, end, engine)
    try await rehearsal.drive(try await rehearsal.plan())
    let error = await #expect(throws: EngineError.self) {
      try await engine.revert(old, justification: "tidy up") { _ in }
    }
    guard case .migrationApplied(old, Rehearsal.version) = error else { throw try #require(error) }
    #expect(error?.category == .conflict)
    #expect(error?.next == NextStep(.writeMigration))
    #expect(try await Self.tokens(rehearsal) == 300)
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  @Test(arguments: End.allCases)
  func `It is refused while another plan is under way`(end: End) async throws {
    let rehearsal = try await Self.rehearsal()
    let (old, engine) = (try await rehearsal.plan(), rehearsal.engine())
    try await Self.endOld(old, end, engine)
    let new = try await rehearsal.plan()
    _ = try await engine.run(new, options: RunOptions(allowDestructive: true)) { _ in }
    let error = await #expect(throws: EngineError.self) {
      try await engine.revert(old, justification: "tidy up") { _ in }
    }
    guard case .unfinishedPlan(new, .validating, _) = error else { throw try #require(error) }
    #expect(error?.category == .conflict)
    #expect(error?.next?.action == .run(new, approving: [.validate]))
    // Its window is open, and clients write.
    try await engine.connection().execute("INSERT INTO t VALUES (301)")
    #expect(try await Self.tokens(rehearsal) == 301)
    try await rehearsal.drive(new)
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  @Test
  func `What the plan did not do is not undone`() async throws {
    let rehearsal = try await Self.rehearsal()
    let id = try await rehearsal.plan()
    let engine = rehearsal.engine()
    // It came no further than to its first statement, which an outsider kept from its table.
    try await engine.connection().execute(
      "UPDATE djogi_live_plans SET status = 'running', started_at = now()")
    try await engine.connection().execute("ALTER TABLE t ADD COLUMN token uuid DEFAULT NULL")
    let outcome = try await engine.revert(id, justification: "no") { _ in }
    #expect(outcome.status == .abandoned)
    #expect(try await Self.tokens(rehearsal) == 0)
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  /// Stops a revert in its middle, as Ctrl-C does.
  private static func interrupt(_ id: PlanID, _ engine: LiveEngine) async throws {
    let observer = StatementObserver(
      before: { text in
        if text.contains("DROP COLUMN") { withUnsafeCurrentTask { $0?.cancel() } }
      }, after: { _ in })
    let revert = Task {
      try await StatementObserver.$current.withValue(observer) {
        try await engine.revert(id, justification: "no") { _ in }
      }
    }
    let error = await #expect(throws: EngineError.self) { try await revert.value }
    guard case .revertInterrupted(id) = error else { throw try #require(error) }
    #expect(error?.category == .interrupted)
    #expect(error?.next == NextStep(.revert(id)))
  }

  @Test
  func `Nothing is planned or applied on top of half a revert`() async throws {
    let rehearsal = try await Self.rehearsal()
    let (id, engine) = (try await rehearsal.plan(), rehearsal.engine())
    _ = try await engine.run(id, options: Rehearsal.everything) { _ in }
    try await Self.interrupt(id, engine)
    #expect(try await engine.show(id).row.status == .abandoned)
    #expect(try await engine.history(id).last?.action == .interrupted)
    for attempt in 0..<2 {
      let error = await #expect(throws: EngineError.self) {
        if attempt == 0 { return _ = try await rehearsal.plan() }
        _ = try await engine.apply(
          version: nil, app: nil, allowDestructive: false, justification: nil)
      }
      guard case .halfReverted(id) = error else { throw try #require(error) }
      #expect(error?.category == .conflict)
      #expect(error?.next == NextStep(.revert(id)))
    }
    _ = try await engine.revert(id, justification: "no") { _ in }
    #expect(try await rehearsal.leftOvers() == [])
    #expect(try await engine.history(id).map(\.action).suffix(2) == [.reverting, .reverted])
    let next = try await rehearsal.plan()
    #expect(try await rehearsal.drive(next).status == .complete)
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  @Test
  func `Half a revert whose file and copy are lost can be given up`() async throws {
    let rehearsal = try await Self.rehearsal()
    let (id, engine) = (try await rehearsal.plan(), rehearsal.engine())
    _ = try await engine.run(id, options: Rehearsal.everything) { _ in }
    try await Self.interrupt(id, engine)
    for file in rehearsal.workspace.planFiles {
      try FileManager.default.removeItem(
        atPath: rehearsal.folder + "/migrations/main/live/" + file)
    }
    try await engine.connection().execute("UPDATE djogi_live_plans SET plan_copy = NULL")
    let error = await #expect(throws: EngineError.self) {
      try await engine.revert(id, justification: "no") { _ in }
    }
    guard case .restore? = error?.next?.action else { throw try #require(error) }
    _ = try await engine.abandon(id, justification: "it is lost")
    // Given up once is given up.
    await #expect(throws: EngineError.self) { try await engine.abandon(id, justification: nil) }
    // Nothing is planned while what the plan added stands, and no command can take it off.
    let left = await #expect(throws: EngineError.self) { try await rehearsal.plan() }
    switch left {
    case .ledger(.leftBehind(_, id, .abandoned, let trigger, canRevert: false)):
      try await engine.connection().execute("DROP TRIGGER \(identifier: trigger) ON t")
    // The half that was taken back is the trigger: the server refuses a second column of the name.
    case .offlineOnly(_, let verdicts): #expect(verdicts.map(\.rule) == [.serverRefuses])
    default: throw try #require(left)
    }
    try await engine.connection().execute("ALTER TABLE t DROP COLUMN IF EXISTS token")
    let next = try await rehearsal.plan()
    #expect(next != id)
    await engine.disconnect()
    try await rehearsal.dispose()
  }
}
