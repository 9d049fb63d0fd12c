import Foundation
import LiveMigration
import Testing

@Suite("The manual of the configuration")
struct ConfigurationManualTests {
  /// The keys that the manual describes, each with the table that it stands in.
  private func documentedKeys() throws -> [(table: String, key: String)] {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let page = try String(
      contentsOf: root.appending(path: "man/man5/Djogi.toml.5"), encoding: .utf8)
    var table = ""
    var keys: [(table: String, key: String)] = []
    for line in page.split(separator: "\n") {
      if let match = line.wholeMatch(of: /\.Ss \[([a-z]+)\]/) { table = String(match.output.1) }
      if let match = line.wholeMatch(of: /\.It Va ([a-z_]+) No = .*/) {
        keys.append((table, String(match.output.1)))
      }
    }
    return keys
  }

  @Test
  func `Every documented key is one that the program reads`() throws {
    for (table, key) in try documentedKeys() {
      let text = table.isEmpty ? "\(key) = []" : "[\(table)]\n\(key) = []"
      let error = #expect(throws: ConfigurationError.self) {
        try Configuration(toml: text, file: "Djogi.toml")
      }
      guard case .wrongType = error else {
        Issue.record("\(table) \(key): \(String(describing: error))")
        continue
      }
    }
  }

  @Test
  func `Every setting is documented`() throws {
    let tables = try documentedKeys().map(\.table)
    let count = { (table: String) in tables.count { $0 == table } }
    // Why the query of a row is not run is kept beside the settings, and is none.
    let live = Mirror(reflecting: LiveSettings()).children.filter {
      !["queryRefusal", "reminderInterval"].contains($0.label)
    }
    #expect(count("live") == live.count)
    #expect(count("shell") == Mirror(reflecting: ShellSettings()).children.count)
    #expect(count("migrations") == Mirror(reflecting: MigrationSettings()).children.count)
    #expect(count("notify") == Mirror(reflecting: NotifySettings()).children.count)
    #expect(count("database") == TargetDatabase.allCases.count)
    #expect(count("") == 1)
  }
}
