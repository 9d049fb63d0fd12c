@testable import LiveMigration
import Postgres
import TestSupport
import Testing

@Suite("The daemon", .database)
struct DaemonTests {
  /// Runs a daemon until `isDone`, at most for so many looks, and returns what it logged.
  private static func watch(
    _ rehearsal: Rehearsal, looks: Int = 1000,
    until isDone: @Sendable (LiveEngine) async throws -> Bool = { _ in false }
  ) async throws -> [String] {
    let daemon = RunningDaemon(rehearsal.engine())
    let looker = rehearsal.engine()
    for _ in 0..<looks {
      if try await isDone(looker) { break }
      try await Task.sleep(for: .milliseconds(50))
    }
    try await daemon.end()
    await looker.disconnect()
    return daemon.log
  }

  @Test
  func `A backfill whose runner died is driven to the first gate and no further`() async throws {
    let rehearsal = try await Rehearsal.backfill()
    let id = try await rehearsal.plan()
    try await rehearsal.dieInBackfill(id)
    let log = try await Self.watch(rehearsal) { try await $0.show(id).row.status == .validating }
    #expect(log.contains { $0.hasPrefix("resuming") && $0.contains(id.description) })
    let engine = rehearsal.engine()
    let detail = try await engine.show(id)
    #expect(detail.row.status == .validating)
    #expect(detail.holder == nil)
    #expect(detail.row.rowsDone == 2000)
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  @Test
  func `Paused plans, plans at a gate and driven plans are left alone`() async throws {
    let rehearsal = try await Rehearsal.backfill()
    let id = try await rehearsal.plan()
    try await rehearsal.dieInBackfill(id)
    let engine = rehearsal.engine()
    // The lock of a session that drives it, and then a pause.
    let holder = try await rehearsal.database.connect()
    let lock = try await holder.tryAdvisoryLock(PlanLock.key(of: id))
    #expect(lock)
    let busy = try await Self.watch(rehearsal, looks: 10)
    #expect(!busy.contains { $0.hasPrefix("resuming") })
    await holder.close()
    for _ in 0..<100 where try await engine.show(id).holder != nil {
      try await Task.sleep(for: .milliseconds(20))
    }
    #expect(try await engine.pause(id).status == .paused)
    let paused = try await Self.watch(rehearsal, looks: 10)
    #expect(!paused.contains { $0.hasPrefix("resuming") })
    #expect(try await engine.show(id).row.status == .paused)
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  @Test
  func `A stopped daemon leaves the plan running, for the next driver`() async throws {
    let rehearsal = try await Rehearsal.backfill()
    let id = try await rehearsal.plan()
    try await rehearsal.dieInBackfill(id)
    let stop = StopFlag()
    let engine = rehearsal.engine()
    let outcome = try await engine.resumeStale(id, after: .zero, until: stop) { event in
      if case .backfill = event { stop.raise() }
    }
    #expect(outcome == .stands(.running))
    #expect(try await engine.staleBackfills(after: .zero) == [id])
    await engine.disconnect()
    try await rehearsal.drive(id)
    try await rehearsal.dispose()
  }
}
