import Foundation
import Postgres
import PrivateServer
import Rehearsals
import Synchronization
import TestSupport
import Testing

@testable import LiveMigration

/// A daemon among others, and among things that break.
@Suite("The daemon in trouble", .database)
struct DaemonTroubleTests {
  @Test
  func `It tells its supervisor that it lives while it drives`() async throws {
    let rehearsal = try await Rehearsal.backfill()
    let id = try await rehearsal.plan()
    try await rehearsal.dieInBackfill(id)
    let daemon = Mutex<RunningDaemon?>(nil)
    let isHeld = Mutex(false)
    let observer = StatementObserver(
      before: { text in
        guard text.contains("UPDATE ONLY"), isHeld.withLock({ exchange(&$0, with: true) }) == false
        else { return }
        var running: RunningDaemon?
        while running == nil {
          running = daemon.withLock { $0 }
          try await Task.sleep(for: .milliseconds(10))
        }
        let beats = try #require(running).beats
        try await running?.wait(for: "a beat") { try #require(running).beats > beats + 2 }
      }, after: { _ in })
    let running = StatementObserver.$current.withValue(observer) {
      RunningDaemon(rehearsal.engine())
    }
    daemon.withLock { $0 = running }
    try await running.waitForLog("status=validating")
    let wasHeld = isHeld.withLock { $0 }
    #expect(wasHeld)
    try await running.end()
    try await rehearsal.dispose()
  }

  @Test
  func `A plan that was paused since it was found stale stays paused`() async throws {
    let rehearsal = try await Rehearsal.backfill()
    let id = try await rehearsal.plan()
    try await rehearsal.dieInBackfill(id)
    let (daemon, operatorsOwn) = (rehearsal.engine(), rehearsal.engine())
    #expect(try await daemon.staleBackfills(after: .zero) == [id])
    #expect(try await operatorsOwn.pause(id).status == .paused)
    let outcome = try await daemon.resumeStale(id, after: .zero, until: StopFlag()) { _ in }
    #expect(outcome == .isForOthers)
    #expect(try await operatorsOwn.show(id).row.status == .paused)
    #expect(try await operatorsOwn.history(id).last?.action == .paused)
    for engine in [daemon, operatorsOwn] { await engine.disconnect() }
    try await rehearsal.dispose()
  }

  @Test
  func `A pause that its driver did not live to hear is a pause`() async throws {
    let rehearsal = try await Rehearsal.backfill()
    let id = try await rehearsal.plan()
    try await rehearsal.dieInBackfill(id)
    let engine = rehearsal.engine()
    try await engine.connection().execute("UPDATE djogi_live_plans SET pause_requested = true")
    #expect(try await engine.staleBackfills(after: .zero).isEmpty)
    let result = try await engine.resumeStale(id, after: .zero, until: StopFlag()) { _ in }
    #expect(result == .isForOthers)
    // Asked again, now that no session drives it, it takes effect at once.
    let outcome = try await engine.pause(id)
    #expect(outcome.status == .paused && !outcome.isPauseRequest)
    await engine.disconnect()
    try await rehearsal.drive(id)
    try await rehearsal.dispose()
  }

  @Test
  func `A plan that made progress again, or just now, is left to its driver`() async throws {
    let rehearsal = try await Rehearsal.backfill()
    let id = try await rehearsal.plan()
    try await rehearsal.dieInBackfill(id)
    let engine = rehearsal.engine()
    let hour = Duration.seconds(3600)
    let result = try await engine.resumeStale(id, after: hour, until: StopFlag()) { _ in }
    #expect(result == .isForOthers)
    #expect(try await engine.show(id).row.status == .running)
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  @Test
  func `Of two daemons one drives, and the other leaves it alone`() async throws {
    let rehearsal = try await Rehearsal.backfill()
    let id = try await rehearsal.plan()
    try await rehearsal.dieInBackfill(id)
    let before = Rehearsal.count(.resumed, in: try await rehearsal.history(id))
    let daemons = [RunningDaemon(rehearsal.engine()), RunningDaemon(rehearsal.engine())]
    let looker = rehearsal.engine()
    try await daemons[0].wait(for: "an end") {
      try await looker.show(id).row.status == .validating
    }
    for daemon in daemons { try await daemon.end() }
    let history = try await looker.history(id)
    #expect(Rehearsal.count(.resumed, in: history) == before + 1)
    #expect(Rehearsal.count(.gateReached, in: history) == 1)
    let row = try await looker.show(id).row
    #expect(row.rowsDone == 2000 && row.claim == nil)
    #expect(daemons.allSatisfy { !$0.log.contains { $0.hasPrefix("failed") } })
    await looker.disconnect()
    try await rehearsal.dispose()
  }

  @Test
  func `A plan that fails keeps it from no other`() async throws {
    let rehearsal = try await Rehearsal.backfill()
    let other = rehearsal.folder + "/migrations/main/shop"
    try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: false)
    try Data("ALTER TABLE u ALTER a TYPE bigint;".utf8).write(
      to: URL(fileURLWithPath: other + "/V20260428000001__other.sql"))
    let engine = rehearsal.engine()
    try await engine.connection().script("CREATE TABLE u AS TABLE t; ANALYZE u")
    try await engine.connection().script("ALTER TABLE u ADD PRIMARY KEY (id)")
    let plans = try await engine.plan(version: nil, app: nil, dryRun: false)
    let files = plans.compactMap { if case .planned(let file, _, _, _) = $0 { file } else { nil } }
    try #require(files.count == 2)
    for file in files { try await rehearsal.dieInBackfill(file.plan.header.planID) }
    let (broken, sound) = (files[0], files[1].plan.header.planID)
    try Data("{}".utf8).write(to: URL(fileURLWithPath: broken.path))
    let daemon = RunningDaemon(rehearsal.engine())
    try await daemon.wait(for: "an end") { try await engine.show(sound).row.status == .validating }
    try await daemon.waitForLog("failed plan=\(broken.plan.header.planID)")
    try await daemon.end()
    #expect(try await engine.show(broken.plan.header.planID).row.status == .running)
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  @Test
  func `A plan that failed waits twice as long each time, up to half an hour`() throws {
    let id = try #require(PlanID("4711"))
    var waits = BackOffs()
    #expect(waits.isDue(id))
    var now = ContinuousClock.now
    for seconds in [30, 60, 120, 240, 480, 960, 1920, 1920] {
      waits.failed(id, at: now)
      #expect(!waits.isDue(id, at: now + .seconds(seconds - 1)))
      now += .seconds(seconds)
      #expect(waits.isDue(id, at: now))
    }
    waits.succeeded(id)
    #expect(waits.isDue(id, at: now))
  }
}

/// Swaps a value.
private func exchange<Value>(_ place: inout Value, with new: Value) -> Value {
  defer { place = new }
  return place
}

extension Rehearsal {
  /// A plan's audit trail.
  func history(_ id: PlanID) async throws -> [PlanEvent] {
    let engine = engine()
    let history = try await engine.history(id)
    await engine.disconnect()
    return history
  }

  static func count(_ action: PlanEvent.Action, in history: [PlanEvent]) -> Int {
    history.count { $0.action == action }
  }
}
