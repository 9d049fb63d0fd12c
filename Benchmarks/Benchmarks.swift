internal import ArgumentParser
internal import Foundation
internal import LiveMigration
internal import PrivateServer

/// Measures every way to fill a column on the same data, on a server of its own.
@main
struct Benchmarks: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmarks",
    abstract: "Compare ways to fill a column of a table in use.")

  @Option(help: "The rows of a narrow table; a wide one has half of them.")
  var rows = 1_000_000
  @Option(help: "How often each strategy runs; the fastest run counts.")
  var repeats = 1
  @Flag(help: "Print JSON, one object for each run.")
  var json = false
  @Option(help: "Only scenarios whose name contains this text.")
  var scenario: String?
  @Option(help: "Only strategies whose name contains this text; one UPDATE always runs.")
  var strategy: String?
  @Option(
    name: .customLong("set"),
    help: "A setting of djogi-shell's backfill, as for tune: workers=2, chunk-target=50ms.")
  var changes: [String] = []
  @Flag(help: "Measure how long plan's proof takes instead.")
  var proof = false
  @Flag(help: "Measure how long diff takes instead.")
  var diff = false
  @Flag(help: "Measure how long a reader waits at the swap behind a slow network instead.")
  var swap = false
  @Flag(help: "Drive two releases through a plan with a way back, and measure each shape instead.")
  var twoShapes = false
  @Flag(help: "Measure statements that change many rows in batches, beside one statement, instead.")
  var batches = false

  func run() async throws {
    if proof { return try await ProofRun.measure(repeats: repeats) }
    if diff { return try await DiffRun.measure(repeats: repeats) }
    if swap { return try await SwapRun.measure(repeats: repeats) }
    if twoShapes { return try await TwoShapesRun.measure() }
    if batches { return try await BatchesRun.measure(rows: rows, repeats: repeats) }
    let laboratory = try await Laboratory(settings: try settings)
    do {
      try await measure(laboratory)
    } catch {
      await laboratory.server.dispose()
      throw error
    }
    await laboratory.server.dispose()
  }

  private func measure(_ laboratory: Laboratory) async throws {
    var results: [Measurement] = []
    for scenario in Scenario.all(rows: rows) where matches(scenario.name, self.scenario) {
      try await laboratory.prepare(scenario.data)
      for strategy in Strategy.allCases
      where strategy == .oneUpdate || matches(strategy.rawValue, self.strategy) {
        var runs: [Measurement] = []
        for _ in 0..<max(repeats, 1) {
          runs.append(try await laboratory.measure(strategy, in: scenario))
        }
        if let best = runs.min(by: { $0.seconds < $1.seconds }) { results.append(best) }
        let figures = runs.map(\.brief).joined(separator: "; ")
        FileHandle.standardError.write(
          Data("\(scenario.name): \(strategy.rawValue): \(figures)\n".utf8))
      }
    }
    guard json else {
      print(ResultTable.text(results))
      print("Memory of this program at its peak: \(peakMemory()) MB")
      return
    }
    let memory = peakMemory()
    for result in results {
      let base = results.first {
        $0.scenario == result.scenario && $0.strategy == .oneUpdate
      }
      let object = result.object(base: base ?? result, memory: memory)
      let data = try JSONSerialization.data(withJSONObject: object, options: .sortedKeys)
      print(String(decoding: data, as: UTF8.self))
    }
  }

  private var settings: LiveSettings {
    get throws {
      var tuning = Tuning()
      for change in changes {
        let parts = change.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2, let key = Tuning.Key(rawValue: parts[0]) else {
          throw ValidationError("no setting of the backfill: \(change)")
        }
        try tuning.set(key, to: parts[1])
      }
      return tuning.applied(to: LiveSettings())
    }
  }

  private func matches(_ name: String, _ wanted: String?) -> Bool {
    wanted.map { name.localizedCaseInsensitiveContains($0) } ?? true
  }
}
