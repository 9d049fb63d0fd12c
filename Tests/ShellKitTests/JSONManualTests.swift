import Foundation
import Postgres
import PrivateServer
import TestSupport
import Testing

@testable import ShellKit

/// djogi-json(5) says what the program prints.
@Suite("The manual of JSON", .database, .timeLimit(.minutes(5)))
struct JSONManualTests {
  @Test
  func `Every object of a whole drive is as the manual says`() async throws {
    let bench = try await ContractBench(
      migration: "ALTER TABLE t ALTER COLUMN amount TYPE bigint;\nALTER TABLE t DROP COLUMN note;\n"
    )
    let file = bench.folder + "/" + ContractBench.path(ContractBench.version)
    var answers = [try await bench.run("--output", "json", "plan", "--dry-run")]
    func run(_ words: String...) async throws {
      answers.append(try await bench.run(["--output", "json"] + words))
    }
    try await run("lint", file, "--ask-server")
    try await run("lint", "--rules")
    try await run("plan")
    try await run("list")
    try await run("status")
    let permission = ContractBench.permission
    try await run("run", "widen")
    for gate in ["", "validate", "cutover-reads", "cutover-writes"] {
      let words = ["run"] + (gate.isEmpty ? [] : ["--approve", gate]) + permission
      let answer = try await bench.run(["--output", "json"] + words)
      #expect(answer.code == 0, "\(answer)")
      answers.append(answer)
    }
    try await run("show", "--sql")
    try await run("watch", "--count", "1")
    try await run("tune", "workers=2")
    try await run("finalize", "--justify", "INFRA-7")
    try await run("history", "widen")
    try await run("conninfo")
    try await run("set")
    try await run("help")
    try await run("sql", "SELECT 1 AS one, NULL AS nothing")
    try await run("sql", "SELECT 1 / 0")
    try await run("plan")
    try await run("nonsense")
    answers.append(
      try await bench.run("--output", "json", input: "list --all\nset timing on\nlist\n"))
    let page = try JSONManual()
    var seen: Set<String> = []
    for answer in answers {
      if let first = answer.objects.first { #expect(first["schema"] as? Int == 1) }
      for object in answer.objects + answer.errorObjects {
        let event = try #require(object["event"] as? String)
        seen.insert(event)
        #expect(page.faults(of: object, as: event) == [], "\(event)")
      }
    }
    for event in [
      "dry_run", "verdict", "linted", "rule", "planned", "plan", "migration", "status",
      "plan_state", "plan_detail", "snapshot", "tuning", "audit", "connection", "settings", "help",
      "row", "error", "nothing_pending", "end", "timing", "step_started", "segment",
      "gate_reached",
    ] {
      #expect(seen.contains(event), "\(event)")
    }
    try bench.dispose()
  }

  @Test
  func `Every event of the sources is described`() throws {
    let folder = Repository.root + "/Sources/ShellKit"
    let names = try JSONManual().names
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder)
    where path.hasSuffix(".swift") {
      let text = try String(contentsOfFile: folder + "/" + path, encoding: .utf8)
      for match in text.matches(of: #/"?event"?: "([a-z_]+)"/#) {
        #expect(names.contains(String(match.output.1)), "\(path)")
      }
    }
  }
}
