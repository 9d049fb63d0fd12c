import Postgres
import TestSupport
import Testing

@testable import LiveMigration

/// What a daemon waits for when it is told to end.
@Suite("The end of a daemon", .database, .timeLimit(.minutes(10)))
struct DaemonStopTests {
  private static func rehearsal() async throws -> Rehearsal {
    var settings = Rehearsal.quick
    settings.lockTimeout = .milliseconds(100)
    // Between two attempts lies an hour.
    settings.retryBase = .seconds(3600)
    settings.retryCap = .seconds(3600)
    return try await Rehearsal.backfill(settings: settings)
  }

  @Test
  func `It does not wait for an outsider who has a plan's row`() async throws {
    let rehearsal = try await Self.rehearsal()
    let id = try await rehearsal.plan()
    try await rehearsal.dieInBackfill(id)
    let outsider = try await rehearsal.database.connect(applicationName: "outsider")
    try await outsider.script("BEGIN; SELECT FROM djogi_live_plans FOR UPDATE")
    let daemon = RunningDaemon(rehearsal.engine())
    try await daemon.waitForLog("retrying")
    try await daemon.end()
    #expect(daemon.log.contains { $0.hasPrefix("left") && $0.contains("status=running") })
    #expect(daemon.log.last == "stopped")
    await outsider.close()
    let looker = rehearsal.engine()
    #expect(try await looker.show(id).row.status == .running)
    #expect(try await looker.show(id).holder == nil)
    await looker.disconnect()
    try await rehearsal.dispose()
  }

  @Test
  func `A look waits no longer for an outsider than any other work`() async throws {
    let rehearsal = try await Self.rehearsal()
    _ = try await rehearsal.plan()
    let outsider = try await rehearsal.database.connect(applicationName: "outsider")
    try await outsider.script("BEGIN; LOCK TABLE djogi_live_plans")
    let daemon = RunningDaemon(rehearsal.engine())
    try await daemon.waitForLog("look failed")
    try await daemon.end()
    #expect(daemon.log.last == "stopped")
    await outsider.close()
    try await rehearsal.dispose()
  }

  @Test
  func `It does not wait for a look that an outsider holds up`() async throws {
    var settings = Rehearsal.quick
    settings.lockTimeout = .seconds(3600)
    let rehearsal = try await Rehearsal.backfill(settings: settings)
    _ = try await rehearsal.plan()
    let outsider = try await rehearsal.database.connect(applicationName: "outsider")
    try await outsider.script("BEGIN; LOCK TABLE djogi_live_plans")
    let daemon = RunningDaemon(rehearsal.engine())
    try await rehearsal.database.waitUntilBlocked("rehearsal")
    try await daemon.end()
    #expect(daemon.log.last == "stopped")
    await outsider.close()
    try await rehearsal.dispose()
  }

  @Test
  func `Whatever fails is not tried again at once`() {
    for base in [Duration.zero, .milliseconds(1), .milliseconds(300)] {
      var delay = RetryDelay(base: base)
      #expect(delay.delay == base)
      delay.fail()
      #expect(delay.delay == .seconds(1))
      delay.fail()
      #expect(delay.delay == .seconds(2))
      delay.renew()
      #expect(delay.delay == base)
    }
  }
}
