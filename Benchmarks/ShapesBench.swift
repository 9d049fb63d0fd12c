internal import Foundation
internal import LiveMigration
internal import Postgres
internal import PrivateServer
internal import Synchronization

/// The plan of the two releases, driven command by command.
struct ShapesPlan: Sendable {
  private let engine: LiveEngine
  private let id: PlanID

  init(folder: String, migration: String, server: PrivateServer) async throws {
    let bucket = folder + "/migrations/main/_global_"
    try FileManager.default.createDirectory(atPath: bucket, withIntermediateDirectories: true)
    try Data(migration.utf8).write(
      to: URL(fileURLWithPath: bucket + "/V20260428000000__shapes.sql"))
    var settings = LiveSettings()
    settings.newShape = true
    settings.validationThresholdRows = 1000
    engine = LiveEngine(
      workspace: Workspace(folder: folder), database: .main, settings: settings, node: 1,
      connect: { try await server.connect("shapes", "djogi-shell") })
    let results = try await engine.plan(version: nil, app: nil, dryRun: false)
    guard case .planned(let file, _, _, _) = results.first else {
      throw BenchmarkError("no plan was made: \(results)")
    }
    id = file.plan.header.planID
  }

  func runToLastGate() async throws {
    let options = RunOptions(
      approvals: Set(Gate.approvable), allowDestructive: true, justification: "benchmark")
    _ = try await engine.run(id, options: options) { _ in }
  }

  func swap() async throws {
    _ = try await engine.finalize(
      id, justification: "benchmark", keeping: KeepingTime(.seconds(3600))
    ) { _ in }
  }

  func swapBack() async throws {
    _ = try await engine.rollback(id, justification: "benchmark") { _ in }
  }

  func retire() async throws {
    _ = try await engine.retire(id, justification: "benchmark") { _ in }
  }

  func close() async { await engine.disconnect() }
}

/// What a release has done.
struct ReleaseCount: Sendable {
  var release: String
  var done = 0
  var failed = 0
}

/// Runs pgbench for a release, or for the cost of one statement.
final class ShapesBench: Sendable {
  private static let costSeconds = 4

  private let server: PrivateServer
  private let folder: String
  private let spent = ShapesCount()

  init(server: PrivateServer, folder: String) {
    self.server = server
    self.folder = folder
  }

  /// A release at work, in one short run of pgbench after the other.
  struct Release: Sendable {
    fileprivate let stopped: ShapesCount
    fileprivate let work: Task<ReleaseCount, any Error>

    func stop() async throws -> ReleaseCount {
      stopped.add(1)
      return try await work.value
    }
  }

  func release(_ name: String, _ script: String, path: String) -> Release {
    let stopped = ShapesCount()
    let work = Task {
      let file = folder + "/\(name)-\(UUID().uuidString).sql"
      try Data(script.utf8).write(to: URL(fileURLWithPath: file))
      var count = ReleaseCount(release: name)
      while stopped.value == 0 {
        let output = try await run(file, path: path, clients: 2, seconds: 3)
        count.done += try number("number of transactions actually processed", in: output)
        count.failed += try number("number of failed transactions", in: output)
      }
      return count
    }
    return Release(stopped: stopped, work: work)
  }

  /// The milliseconds that one client waits for an UPDATE by key.
  func cost(_ shape: TwoShapesRun.Shape, path: String, rows: Int) async throws -> Double {
    let file = folder + "/cost-\(UUID().uuidString).sql"
    let script =
      "\\set id random(1, \(rows))\nUPDATE orders SET total = \(shape.more) WHERE id = :id;\n"
    try Data(script.utf8).write(to: URL(fileURLWithPath: file))
    let output = try await run(file, path: path, clients: 1, seconds: Self.costSeconds)
    spent.add(try number("number of transactions actually processed", in: output))
    guard let line = line("latency average", in: output),
      let value = line.split(whereSeparator: { " =".contains($0) }).compactMap({ Double($0) }).first
    else { throw BenchmarkError("pgbench told no latency:\n\(output)") }
    return value
  }

  /// The increments that measuring the cost made.
  var costTransactions: Int { spent.value }

  private func run(
    _ file: String, path: String, clients: Int, seconds: Int
  ) async throws -> String {
    let variables = server.environment(database: "shapes")
      .merging(["PGOPTIONS": "-c search_path=\(path)", "PGAPPNAME": "release"]) { $1 }
    let outcome = try await ChildProcess.run(
      server.programs + "/pgbench",
      [
        "--no-vacuum", "--protocol=prepared", "--client=\(clients)", "--jobs=1",
        "--time=\(seconds)", "--file=\(file)",
      ], environment: variables)
    // A client that met an error ends the program with another status.
    guard outcome.status == .exited(0) else {
      throw BenchmarkError("pgbench: \(outcome.status)\n\(outcome.output)\(outcome.errors)")
    }
    return outcome.output
  }

  private func number(_ name: String, in output: String) throws -> Int {
    guard let line = line(name, in: output),
      let value = line.dropFirst(name.count + 2).split(whereSeparator: { " /".contains($0) }).first,
      let number = Int(value)
    else { throw BenchmarkError("pgbench told no \(name):\n\(output)") }
    return number
  }

  private func line(_ name: String, in output: String) -> Substring? {
    output.split(separator: "\n").first { $0.hasPrefix(name) }
  }
}

/// A number that tasks share.
final class ShapesCount: Sendable {
  private let number = Mutex(0)

  var value: Int { number.withLock { $0 } }

  func add(_ more: Int) { number.withLock { $0 += more } }
}
