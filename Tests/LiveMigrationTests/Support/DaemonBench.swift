import LiveMigration
import Logging
import Postgres
import Rehearsals
import Synchronization

extension Rehearsal {
  /// A backfill of many chunks, for a daemon to find.
  static func backfill(settings: LiveSettings = Rehearsal.quick) async throws -> Rehearsal {
    try await Rehearsal(
      setup: """
        CREATE TABLE t (id int PRIMARY KEY, a int);
        INSERT INTO t SELECT g, g FROM generate_series(1, 2000) g;
        ANALYZE t;
        """, migration: "ALTER TABLE t ALTER a TYPE bigint;", settings: settings, comparing: false)
  }

  /// Drives a plan into its backfill and dies there.
  func dieInBackfill(_ id: PlanID) async throws {
    let engine = engine()
    let isFilling = Mutex(false)
    let observer = StatementObserver(
      before: { text in
        if isFilling.withLock({ $0 }) { throw SimulatedCrash() }
        let isChunk = text.contains("UPDATE ONLY") || text.contains("DELETE FROM ONLY")
        if isChunk { isFilling.withLock { $0 = true } }
      }, after: { _ in })
    do {
      try await StatementObserver.$current.withValue(observer) {
        _ = try await engine.run(id, options: Rehearsal.everything) { _ in }
      }
      throw RehearsalError("it did not die")
    } catch is SimulatedCrash {}
    await engine.disconnect()
    try await waitForLock(id)
  }
}

/// A daemon beside a test, and what it logs.
final class RunningDaemon: Sendable {
  static let options = Daemon.Options(pollInterval: .milliseconds(50), claimStaleAfter: .zero)

  private let stop = StopFlag()
  private let lines = LogLines()
  private let beatCount = Mutex(0)
  private let running: Mutex<Task<Void, any Error>?> = Mutex(nil)

  init(_ engine: LiveEngine, options: Daemon.Options = RunningDaemon.options) {
    let lines = lines
    let daemon = Daemon(
      engine: engine, options: options, logger: Logger(label: "test") { _ in lines.handler },
      heartbeat: { [weak self] _ in self?.beatCount.withLock { $0 += 1 } })
    running.withLock { [stop] in $0 = Task { try await daemon.run(until: stop) } }
  }

  var log: [String] { lines.all }

  /// How often it told its supervisor that it lives.
  var beats: Int { beatCount.withLock(\.self) }

  /// Waits until it has logged a line that holds some words.
  func waitForLog(_ words: String) async throws {
    try await wait(for: "“\(words)” in \(log)") { self.log.contains { $0.contains(words) } }
  }

  /// Waits for a condition, for a minute or two.
  func wait(for what: String, until isDone: () async throws -> Bool) async throws {
    for _ in 0..<3000 {
      if try await isDone() { return }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw RehearsalError("there never was \(what)")
  }

  /// Ends it; throws what ended it before.
  func end() async throws {
    stop.raise()
    try await running.withLock(\.self)?.value
  }
}

/// Collects what a logger says.
final class LogLines: Sendable {
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
      // The plan first: a dictionary has no order of its own.
      let details = (event.metadata ?? [:]).sorted {
        ($0.key != "plan" ? 1 : 0, $0.key) < ($1.key != "plan" ? 1 : 0, $1.key)
      }
      .map { " \($0.key)=\($0.value)" }.joined()
      lines.add("\(event.message)\(details)")
    }
  }
}
