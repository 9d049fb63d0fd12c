internal import Foundation
internal import LiveMigration
internal import Postgres
internal import PrivateServer
internal import Synchronization

/// How long a reader waits at the swap when the operator's network is slow: a plain table, and one of 24 partitions.
enum SwapRun {
  private static let roundTrip = Duration.milliseconds(80)
  private static let migration = "ALTER TABLE entry ALTER COLUMN amount TYPE bigint;\n"

  private static let columns =
    "id bigint NOT NULL, amount int NOT NULL DEFAULT 0 CHECK (amount >= 0), note text"
  private static let rows =
    "INSERT INTO entry SELECT g, g, 'note ' || g FROM generate_series(1, 2400) AS g;"
  private static let indexes =
    "ALTER TABLE entry ADD PRIMARY KEY (id); CREATE INDEX ON entry (amount); ANALYZE entry;"

  private static let partitions = (0..<24).map { part in
    "CREATE TABLE entry_\(part) PARTITION OF entry FOR VALUES FROM (\(part * 100 + 1)) TO (\(part * 100 + 101));"
  }.joined(separator: "\n")

  private static let tables = [
    ("a plain table", "CREATE TABLE entry (\(columns)); \(rows) \(indexes)"),
    (
      "24 partitions",
      "CREATE TABLE entry (\(columns)) PARTITION BY RANGE (id);\n\(partitions)\n\(rows) \(indexes)"
    ),
  ]

  static func measure(repeats: Int) async throws {
    let server = try await PrivateServer()
    do {
      print("A round trip of \(roundTrip / .milliseconds(1)) ms:")
      for (number, (name, setup)) in tables.enumerated() {
        for run in 0..<max(repeats, 1) {
          try await measure(name, setup, database: "swap_\(number)_\(run)", on: server)
        }
      }
    } catch {
      await server.dispose()
      throw error
    }
    await server.dispose()
  }

  private static func measure(
    _ name: String, _ setup: String, database: String, on server: PrivateServer
  ) async throws {
    let admin = try await server.connect("postgres")
    try await admin.execute("CREATE DATABASE \(identifier: database)")
    await admin.close()
    let connection = try await server.connect(database)
    try await connection.script(setup)
    await connection.close()
    let folder = try TemporaryFolder.make("djogi-swap")
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let bucket = folder + "/migrations/main/_global_"
    try FileManager.default.createDirectory(atPath: bucket, withIntermediateDirectories: true)
    try Data(migration.utf8).write(
      to: URL(fileURLWithPath: bucket + "/V20260428000000__widen.sql"))
    let relay = try DelayingRelay(to: server.socketFolder, roundTrip: roundTrip)
    defer { relay.stop() }
    var settings = LiveSettings()
    settings.validationThresholdRows = 1000
    let url = server.url(database: database)
      .replacingOccurrences(of: server.socketFolder, with: relay.folder)
    let engine = LiveEngine(
      workspace: Workspace(folder: folder), database: .main, settings: settings, node: 1,
      connect: { try await .connect(ConnectionConfiguration(url), onNotice: { _ in }) })
    let results = try await engine.plan(version: nil, app: nil, dryRun: false)
    guard case .planned(let file, _, _, _) = results.first else {
      throw BenchmarkError("no plan was made: \(results)")
    }
    let id = file.plan.header.planID
    let options = RunOptions(
      approvals: Set(Gate.approvable), allowDestructive: true, justification: "benchmark")
    _ = try await engine.run(id, options: options) { _ in }
    let quiet = try await Reader.longestWait(in: database, on: server) {
      try await Task.sleep(for: .seconds(3))
    }
    let start = ContinuousClock.now
    let waited = try await Reader.longestWait(in: database, on: server) {
      let outcome = try await engine.finalize(id, justification: "benchmark") { _ in }
      guard outcome.status == .complete else { throw BenchmarkError("\(outcome.status)") }
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    await engine.disconnect()
    print(
      String(
        format: "%@: finalize %.1f s, a reader waits %.0f ms at most (%.0f ms before)", name,
        seconds, waited, quiet))
  }
}

/// A client beside the server that reads one row after the other.
private enum Reader {
  /// The longest that one of its statements took during some work, in milliseconds.
  static func longestWait(
    in database: String, on server: PrivateServer, during work: () async throws -> Void
  ) async throws -> Double {
    let connection = try await server.connect(database)
    let isOver = Flag()
    let reading = Task {
      var longest = 0.0
      var id = 1
      while !isOver.isRaised {
        id = id * 7919 % 2_400 + 1
        let start = ContinuousClock.now
        try await connection.execute("SELECT note FROM entry WHERE id = \(id)")
        longest = max(longest, (ContinuousClock.now - start) / .milliseconds(1))
        try? await Task.sleep(for: .milliseconds(1))
      }
      return longest
    }
    defer { isOver.raise() }
    try await work()
    isOver.raise()
    let longest = try await reading.value
    await connection.close()
    return longest
  }
}

/// Something that a task tells another once.
private final class Flag: Sendable {
  private let raised = Mutex(false)

  var isRaised: Bool { raised.withLock { $0 } }

  func raise() { raised.withLock { $0 = true } }
}
