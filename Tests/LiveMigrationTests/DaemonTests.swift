@testable import LiveMigration
import Logging
import Postgres
import Rehearsals
import Synchronization
import TestSupport
import Testing

@Suite("The daemon", .database)
struct DaemonTests {
  private static let options = Daemon.Options(
    pollInterval: .milliseconds(50), claimStaleAfter: .zero)

  private static func rehearsal() async throws -> Rehearsal {
    try await Rehearsal(
      setup: """
        CREATE TABLE t (id int PRIMARY KEY, a int);
        INSERT INTO t SELECT g, g FROM generate_series(1, 2000) g;
        ANALYZE t;
        """, migration: "ALTER TABLE t ALTER a TYPE bigint;", comparing: false)
  }

  /// Drives a plan into its backfill and dies there.
  private static func dieInBackfill(_ rehearsal: Rehearsal, _ id: PlanID) async throws {
    let engine = rehearsal.engine()
    let isFilling = Mutex(false)
    let observer = StatementObserver(
      before: { text in
        if isFilling.withLock({ $0 }) { throw SimulatedCrash() }
        if text.contains("UPDATE ONLY") { isFilling.withLock { $0 = true } }
      }, after: { _ in })
    await #expect(throws: SimulatedCrash.self) {
      try await StatementObserver.$current.withValue(observer) {
        _ = try await engine.run(id, options: Rehearsal.everything) { _ in }
      }
    }
    await engine.disconnect()
  }

  /// Runs a daemon until `isDone`, at most for so many looks, and returns what it logged.
  private static func watch(
    _ rehearsal: Rehearsal, looks: Int = 200,
    until isDone: @Sendable (LiveEngine) async throws -> Bool = { _ in false }
  ) async throws -> [String] {
    let lines = LogLines()
    let daemon = Daemon(
      engine: rehearsal.engine(), options: options,
      logger: Logger(label: "test") { _ in lines.handler })
    let stop = StopFlag()
    let running = Task { try await daemon.run(until: stop) }
    let looker = rehearsal.engine()
    for _ in 0..<looks {
      if try await isDone(looker) { break }
      try await Task.sleep(for: .milliseconds(50))
    }
    stop.raise()
    try await running.value
    await looker.disconnect()
    return lines.all
  }

  @Test
  func `A backfill whose runner died is driven to the first gate and no further`() async throws {
    let rehearsal = try await Self.rehearsal()
    let id = try await rehearsal.plan()
    try await Self.dieInBackfill(rehearsal, id)
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
    let rehearsal = try await Self.rehearsal()
    let id = try await rehearsal.plan()
    try await Self.dieInBackfill(rehearsal, id)
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
  func `A stopped daemon leaves the plan running, for whoever comes next`() async throws {
    let rehearsal = try await Self.rehearsal()
    let id = try await rehearsal.plan()
    try await Self.dieInBackfill(rehearsal, id)
    let stop = StopFlag()
    let engine = rehearsal.engine()
    let outcome = try await engine.resumeStale(id, until: stop) { event in
      if case .backfill = event { stop.raise() }
    }
    #expect(outcome.status == .running)
    #expect(try await engine.staleBackfills(after: .zero) == [id])
    await engine.disconnect()
    try await rehearsal.drive(id)
    try await rehearsal.dispose()
  }
}

/// Collects what a logger says.
private final class LogLines: Sendable {
  private let lines = Mutex<[String]>([])

  var all: [String] { lines.withLock { $0 } }

  var handler: some LogHandler { Handler(lines: self) }

  fileprivate func add(_ line: String) { lines.withLock { $0.append(line) } }

  private struct Handler: LogHandler {
    let lines: LogLines
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .debug

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      let details = (event.metadata ?? [:]).map { " \($0.key)=\($0.value)" }.joined()
      lines.add("\(event.message)\(details)")
    }
  }
}
