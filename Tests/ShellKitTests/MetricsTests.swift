import Foundation
import PrivateServer
import TestSupport
import Testing

/// `metrics` tells a monitoring system of all plans.
@Suite("Metrics", .database, .timeLimit(.minutes(5)))
struct MetricsTests {
  /// The figures of a text, by their names with labels; every line must be one that Prometheus reads.
  private func figures(_ text: String) throws -> [String: Double] {
    var figures: [String: Double] = [:]
    var family = ""
    for line in text.split(separator: "\n") {
      if let help = line.wholeMatch(of: /# HELP (djogi_[a-z_]+) [A-Z1].*\./) {
        family = String(help.output.1)
        continue
      }
      if line == "# TYPE \(family) gauge" { continue }
      let sample = try #require(
        line.wholeMatch(
          of: /(djogi_[a-z_]+)(\{[a-z]+="[^"]*"(?:,[a-z]+="(?:[^"\\]|\\.)*")*\}) (\S+)/),
        "\(line)")
      #expect(sample.output.1 == family)
      let key = String(sample.output.1 + sample.output.2)
      #expect(figures[key] == nil && Double(sample.output.3) != nil, "\(line)")
      figures[key] = Double(sample.output.3)
    }
    return figures
  }

  @Test
  func `Each plan has its figures from its beginning to its end`() async throws {
    let bench = try await ContractBench()
    let none = try figures(try await bench.run("metrics").output)
    #expect(none.values.allSatisfy { $0 == 0 } && !none.isEmpty, "\(none)")
    let id = try await bench.plan()
    #expect(try await bench.run(["run", id] + ContractBench.permission).code == 0)
    let labels = #"{database="main",app="",plan="\#(id)",slug="widen"}"#
    let waiting = try figures(try await bench.run("metrics").output)
    #expect(waiting["djogi_plan_rows" + labels] == 100)
    #expect(waiting["djogi_plan_waits_at_gate" + labels] == 1)
    #expect(waiting["djogi_plan_driven" + labels] == 0)
    #expect(waiting["djogi_plan_step" + labels] == 3)
    #expect(try #require(waiting["djogi_plan_gate_age_seconds" + labels]) >= 0)
    #expect(waiting[#"djogi_plans{database="main",status="validating"}"#] == 1)
    let info = waiting.keys.filter { $0.hasPrefix("djogi_plan_info{") }
    #expect(info.count == 1 && info.first?.contains(#"gate="validate""#) == true, "\(info)")
    #expect(try await bench.run("abandon", id, "--force").code == 0)
    let ended = try figures(try await bench.run("metrics").output)
    #expect(ended[#"djogi_plans{database="main",status="abandoned"}"#] == 1)
    #expect(!ended.keys.contains { $0.contains(id) })
    try bench.dispose()
  }

  @Test
  func `A file is replaced as a whole, and kept when it cannot be`() async throws {
    let bench = try await ContractBench()
    let path = bench.folder + "/djogi.prom"
    try "old\n".write(toFile: path, atomically: true, encoding: .utf8)
    let answer = try await bench.run("metrics", "--file", path)
    #expect(answer.code == 0 && answer.output.isEmpty, "\(answer)")
    let written = try String(contentsOfFile: path, encoding: .utf8)
    #expect(try !figures(written).isEmpty)
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o644)
    #expect(try FileManager.default.contentsOfDirectory(atPath: bench.folder).count == 3)
    let lost = try await bench.run("metrics", "--file", bench.folder + "/no/such/djogi.prom")
    #expect(lost.code == 1 && lost.errors.contains("cannot write "), "\(lost)")
    #expect(try String(contentsOfFile: path, encoding: .utf8) == written)
    try bench.dispose()
  }
}
