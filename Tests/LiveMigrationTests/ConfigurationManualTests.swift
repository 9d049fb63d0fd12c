import Foundation
import Testing

@testable import LiveMigration

@Suite("The manual of the configuration")
struct ConfigurationManualTests {
  /// A key as the manual describes it.
  private struct Entry {
    var table: String
    var key: String
    var text = ""
  }

  private static func page(_ name: String) throws -> String {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try String(contentsOf: root.appending(path: "man/\(name)"), encoding: .utf8)
  }

  private static func entries() throws -> [Entry] {
    var table = ""
    var entries: [Entry] = []
    for line in try page("man5/Djogi.toml.5").split(separator: "\n") {
      if let match = line.wholeMatch(of: /\.Ss \[([a-z]+)\]/) { table = String(match.output.1) }
      if let match = line.wholeMatch(of: /\.It Va ([a-z_]+) No = .*/) {
        entries.append(Entry(table: table, key: String(match.output.1)))
      } else if !entries.isEmpty {
        entries[entries.count - 1].text += line + " "
      }
    }
    return entries
  }

  @Test
  func `Every documented key is one that the program reads`() throws {
    for entry in try Self.entries() {
      let head = entry.table.isEmpty ? "" : "[\(entry.table)]\n"
      let error = #expect(throws: ConfigurationError.self) {
        try Configuration(toml: "\(head)\(entry.key) = []", file: "Djogi.toml")
      }
      guard case .wrongType = error else {
        Issue.record("\(entry.table) \(entry.key): \(String(describing: error))")
        continue
      }
    }
  }

  @Test
  func `Every setting is documented, once`() throws {
    let entries = try Self.entries()
    func keys(_ table: String) -> [String] {
      entries.filter { $0.table == table }.map(\.key).sorted()
    }
    #expect(keys("live") == LiveSettings.all.map(\.key).sorted())
    #expect(keys("shell") == ShellSettings.all.map(\.key).sorted())
    #expect(keys("migrations") == MigrationSettings.all.map(\.key).sorted())
    #expect(keys("notify") == NotifySettings.all.map(\.key).sorted())
    #expect(keys("database") == TargetDatabase.allCases.map(\.configurationKey).sorted())
    #expect(keys("") == ["profile"])
  }

  @Test
  func `The bounds and defaults of the manual are the program's`() throws {
    var compared = 0
    for entry in try Self.entries() {
      guard let match = entry.text.firstMatch(of: /From ([0-9.]+)(?:, [^.]*?,)? to ([0-9.]*[0-9])/)
      else { continue }
      compared += 1
      let (least, most) = (String(match.output.1), String(match.output.2))
      func accepts(_ value: String) -> Bool {
        var toml = "[\(entry.table)]\n\(entry.key) = \(value)"
        if entry.key == "retry_base_ms" { toml += "\nretry_cap_ms = 2147483647" }
        if entry.key == "retry_cap_ms" { toml += "\nretry_base_ms = 1" }
        return (try? Configuration(toml: toml, file: "Djogi.toml")) != nil
      }
      #expect(accepts(least) && accepts(most), "\(entry.key) from \(least) to \(most)")
      let (below, above) = try (#require(Double(least)) - 1, #require(Double(most)) + 1)
      #expect(!accepts(String(format: "%.0f", below)), "\(entry.key) below \(least)")
      #expect(!accepts(String(format: "%.0f", above)), "\(entry.key) above \(most)")
    }
    #expect(compared > 12)
    for entry in try Self.entries() where entry.table == "live" {
      guard let match = entry.text.firstMatch(of: /by default ([0-9]+)\./) else { continue }
      let setting = try #require(LiveSettings.all.first { $0.key == entry.key })
      let number = setting.text(LiveSettings()).prefix { $0.isNumber || $0 == "." }
      #expect(match.output.1 == number, "\(entry.key)")
    }
  }

  @Test
  func `What tune changes is documented, and has a setting`() throws {
    #expect(Set(LiveSettings.tunable.keys) == Set(Tuning.Key.allCases))
    let page = try Self.page("man1/djogi-shell.1")
    for key in Tuning.Key.allCases {
      #expect(page.contains(".It Cm \(key.rawValue)\n"), "\(key.rawValue)")
    }
  }
}
