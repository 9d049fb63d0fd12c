internal import Foundation
internal import LiveMigration
internal import Postgres
internal import Synchronization

/// One live plan, run to the end of its backfill as an operator would run it.
struct LiveRun: Sendable {
  private let folder: URL
  private let engine: LiveEngine
  private let plan: PlanID

  /// Plans the migration and opens the window, so that only the backfill is left.
  init(settings: LiveSettings, connect: @escaping @Sendable () async throws -> PostgresConnection)
    async throws
  {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("djogi-benchmark-\(UUID().uuidString)")
    let bucket = folder.appendingPathComponent("migrations/main/_global_")
    try FileManager.default.createDirectory(at: bucket, withIntermediateDirectories: true)
    try Data().write(to: folder.appendingPathComponent("Djogi.toml"))
    try Data(Dataset.migration.utf8).write(
      to: bucket.appendingPathComponent("V20260428000000__widen.sql"))
    engine = LiveEngine(
      workspace: Workspace(folder: folder.path), database: .main, settings: settings, node: 1,
      connect: connect)
    let results = try await engine.plan(version: nil, app: nil, dryRun: false)
    guard case .planned(let file, _, _, _) = results.first else {
      throw BenchmarkError("no plan was made: \(results)")
    }
    plan = file.plan.header.planID
  }

  /// Runs to the gate behind the backfill; returns the seconds that the backfill's step took.
  func run() async throws -> Double {
    let times = Mutex<[StepKind: ContinuousClock.Instant]>([:])
    let options = RunOptions(allowDestructive: true, justification: "benchmark")
    _ = try await engine.run(plan, options: options) { event in
      if case .stepStarted(_, let kind, _, _) = event { times.withLock { $0[kind] = .now } }
    }
    guard let start = times.withLock({ $0[.backfillChunked] }),
      let end = times.withLock({ $0[.validateBackfill] })
    else { throw BenchmarkError("the plan did not run its backfill") }
    return (end - start) / .seconds(1)
  }

  func close() async {
    await engine.disconnect()
    try? FileManager.default.removeItem(at: folder)
  }
}

/// Why a benchmark could not be run.
struct BenchmarkError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
