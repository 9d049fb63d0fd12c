import Foundation
import Postgres
import PrivateServer
import TestSupport
import Testing

@testable import ShellKit

/// djogi-json(5) says what the program prints.
@Suite("The manual of JSON", .database, .timeLimit(.minutes(5)))
struct JSONManualTests {
  /// The keys of an object with their types, as the page has them.
  private struct Page {
    private var sections: [String: [String: String]] = [:]

    init() throws {
      let manual = try Repository.manual("djogi-json.5")
      for line in manual.lines where line.hasPrefix(".Ss ") {
        let name = String(line.dropFirst(4))
        let section = manual.section(line)
        var keys: [String: String] = [:]
        for item in section.items where item.head.hasPrefix("Va ") {
          let words = item.head.split(separator: " ").map(String.init)
          keys[words[1]] = words.dropFirst(3).joined(separator: " ")
        }
        if let base = section.lines.first(where: { $0.hasPrefix(".Sx ") }) {
          keys["…"] = String(base.split(separator: " ")[1])
        }
        sections[name] = keys
      }
    }

    func keys(_ name: String) -> [String: String]? {
      guard var keys = sections[name] else { return nil }
      if let base = keys.removeValue(forKey: "…") { keys.merge(self.keys(base) ?? [:]) { $1 } }
      return keys
    }

    var names: Set<String> { Set(sections.keys) }

    /// What is wrong with an object; empty when it is as the page says.
    func faults(of object: [String: Any], as name: String) -> [String] {
      guard let keys = keys(name) else { return ["\(name) is not described"] }
      var faults: [String] = []
      for (key, type) in keys where object[key] == nil && !type.hasPrefix("optional ") {
        faults.append("\(name) lacks \(key)")
      }
      for (key, value) in object where key != "event" && key != "schema" {
        guard let type = keys[key] else {
          faults.append("\(name).\(key) is not described")
          continue
        }
        faults += self.faults(of: value, type, "\(name).\(key)")
      }
      return faults
    }

    private func faults(of value: Any, _ type: String, _ place: String) -> [String] {
      var type = type.hasPrefix("optional ") ? String(type.dropFirst(9)) : type
      if type.hasSuffix(" or null") {
        if value is NSNull { return [] }
        type = String(type.dropLast(8))
      }
      if type.hasPrefix("list of ") {
        guard let list = value as? [Any] else { return ["\(place) is no list"] }
        return list.flatMap { faults(of: $0, String(type.dropFirst(8)), place) }
      }
      switch type {
      case "string": return value is String ? [] : ["\(place) is no string"]
      case "boolean":
        let isBoolean = (value as? NSNumber).map(Self.isBoolean) == true
        return isBoolean ? [] : ["\(place) is no boolean"]
      case "integer":
        let isNumber = (value as? NSNumber).map { !Self.isBoolean($0) } == true
        return isNumber ? [] : ["\(place) is no integer"]
      case "object": return value is [String: Any] ? [] : ["\(place) is no object"]
      default:
        guard let object = value as? [String: Any] else { return ["\(place) is no object"] }
        return faults(of: object, as: type)
      }
    }

    private static func isBoolean(_ number: NSNumber) -> Bool {
      String(cString: number.objCType) == "c"
    }
  }

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
    let page = try Page()
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
    let names = try Page().names
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder)
    where path.hasSuffix(".swift") {
      let text = try String(contentsOfFile: folder + "/" + path, encoding: .utf8)
      for match in text.matches(of: #/"?event"?: "([a-z_]+)"/#) {
        #expect(names.contains(String(match.output.1)), "\(path)")
      }
    }
  }
}
