internal import ArgumentParser
internal import Foundation
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

  func run() async throws {
    let laboratory = try await Laboratory()
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
        let seconds = runs.map { String(format: "%.1f", $0.seconds) }.joined(separator: ", ")
        FileHandle.standardError.write(
          Data("\(scenario.name): \(strategy.rawValue): \(seconds) s\n".utf8))
      }
    }
    guard json else {
      print(ResultTable.text(results))
      print("Memory of this program at its peak: \(peakMemory()) MB")
      return
    }
    for result in results {
      let data = try JSONSerialization.data(withJSONObject: result.object, options: .sortedKeys)
      print(String(decoding: data, as: UTF8.self))
    }
  }

  private func matches(_ name: String, _ wanted: String?) -> Bool {
    wanted.map { name.localizedCaseInsensitiveContains($0) } ?? true
  }
}
