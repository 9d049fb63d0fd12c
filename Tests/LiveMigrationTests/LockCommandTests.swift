import LiveMigration
import Postgres
import Rehearsals
import TestSupport
import Testing

/// A stranger in the way of commands that drive no plan.
@Suite("Lock courtesy of other commands", .database)
struct LockCommandTests {
  private func rehearsal() async throws -> Rehearsal {
    var settings = Rehearsal.quick
    settings.lockTimeout = .milliseconds(100)
    settings.lockRetries = 2
    return try await Rehearsal(
      setup: """
        CREATE TABLE t (id int PRIMARY KEY, a int);
        INSERT INTO t SELECT g, g FROM generate_series(1, 300) g;
        ANALYZE t;
        """,
      migration: "ALTER TABLE t ALTER a TYPE bigint;", settings: settings)
  }

  @Test
  func `A plan is not made by guess while its table is locked`() async throws {
    let rehearsal = try await rehearsal()
    let stranger = try await rehearsal.database.connect(applicationName: "stranger")
    try await stranger.script("BEGIN; LOCK TABLE t")
    let engine = rehearsal.engine()
    do {
      _ = try await engine.plan(version: nil, app: nil, dryRun: false)
      Issue.record("a plan was made")
    } catch let error as EngineError {
      guard case .tablesLocked(let cause, let blockers) = error else { throw error }
      #expect(cause.sqlState == .lockNotAvailable)
      #expect(blockers.map(\.applicationName) == ["stranger"])
      #expect(error.description.contains("(stranger), idle in transaction"))
      #expect(error.category == .runtime)
    }
    #expect(try await engine.list(statuses: nil, all: true).isEmpty)
    #expect(rehearsal.workspace.planFiles.isEmpty)
    await stranger.close()
    await engine.disconnect()
    let id = try await rehearsal.plan()
    #expect(try await rehearsal.drive(id).status == .complete)
    try await rehearsal.dispose()
  }

  @Test
  func `Nothing is applied by guess while its table is locked`() async throws {
    let rehearsal = try await rehearsal()
    let stranger = try await rehearsal.database.connect(applicationName: "stranger")
    try await stranger.script("BEGIN; LOCK TABLE t")
    let engine = rehearsal.engine()
    do {
      _ = try await engine.apply(
        version: nil, app: nil, allowDestructive: false, justification: nil)
      Issue.record("it was applied")
    } catch EngineError.tablesLocked(_, let blockers) {
      #expect(blockers.map(\.applicationName) == ["stranger"])
    }
    await stranger.close()
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  @Test
  func `A revert gives way, names who is in its way, and goes on when he has left`() async throws {
    let rehearsal = try await rehearsal()
    let id = try await rehearsal.plan()
    let engine = rehearsal.engine()
    _ = try await engine.run(id, options: Rehearsal.everything) { _ in }
    let stranger = try await rehearsal.database.connect(applicationName: "stranger")
    try await stranger.script("BEGIN; SELECT count(*) FROM t")
    do {
      _ = try await engine.revert(id, justification: "no more") { _ in }
      Issue.record("the revert got through")
    } catch EngineError.retriesSpent(_, let command, _, let attempts, let error, let blockers, _) {
      #expect(command == .revert && attempts == 2)
      #expect(error.sqlState == .lockNotAvailable)
      #expect(blockers.map(\.applicationName) == ["stranger"])
      // Whoever comes later can see it too.
      #expect(try await engine.show(id).row.lastError == error.description)
      #expect(try await engine.history(id).last?.action == .error)
    }
    await stranger.close()
    _ = try await engine.revert(id, justification: "no more") { _ in }
    await engine.disconnect()
    let schemas = try await rehearsal.schemas()
    #expect(schemas.live == schemas.direct)
    #expect(try await rehearsal.leftOvers() == [])
    try await rehearsal.dispose()
  }
}
