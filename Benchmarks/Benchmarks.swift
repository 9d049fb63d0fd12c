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
        let result = try await laboratory.measure(strategy, in: scenario)
        results.append(result)
        let note = String(
          format: "%@: %@: %.1f s\n", scenario.name, strategy.rawValue, result.seconds)
        FileHandle.standardError.write(Data(note.utf8))
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
