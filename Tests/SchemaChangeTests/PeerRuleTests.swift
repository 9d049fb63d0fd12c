import Postgres
import SchemaChange
import TestSupport
import Testing

/// Every rule that one of the known linters has, by its number in their merged table.
@Suite("Rules of other linters", .database)
struct PeerRuleTests {
  @Test func `Each rule has a verdict, with a server and without one`() async throws {
    let connection = try await TestDatabase.current.connect()
    try await connection.script(peerTables)
    let forms = PeerForm.read(peerForms)
    #expect(Set(forms.map(\.rule)).isSuperset(of: PeerForm.rules))
    for form in forms {
      // The form stands in the third line, so that the verdict's place can be told from a default.
      let file = "\n\n\(form.sql);"
      let online = try await judge(file, on: connection)
      let offline = try await judge(file, on: nil)
      let found = PeerForm(rule: form.rule, sql: form.sql, online: online, offline: offline)
      #expect(found == form)
      for verdict in online + offline {
        #expect(verdict.change.location.line == 3, "\(form.sql)")
        #expect(!verdict.reason.isEmpty, "\(form.sql)")
        let isRefused = verdict.classification == .offlineOnly
        #expect(!isRefused || verdict.remedy?.isEmpty == false, "\(form.sql)")
      }
    }
    await connection.close()
  }
}

/// A statement that a linter has a rule for, and what is said of it.
struct PeerForm: Equatable {
  /// The rules of the merged table that a migration can meet; the third is about old servers, and tested by itself.
  static let rules = Set(1...50).subtracting([3])

  let rule: Int
  let sql: String
  /// The verdicts with a server, and those without one.
  let online: String
  let offline: String
  /// What the server would do.
  let forecast: String
  /// The rules of all warnings.
  let warnings: String

  init(rule: Int, sql: String, online: [Verdict], offline: [Verdict]) {
    self.rule = rule
    self.sql = sql
    self.online = online.map(\.short).joined(separator: " + ")
    self.offline = offline.map(\.short).joined(separator: " + ")
    forecast = online.map { $0.forecast?.short ?? "unknown" }.joined(separator: " + ")
    let all = (online + offline).flatMap(\.warnings).map(\.rule.rawValue)
    warnings = Set(all).sorted().joined(separator: " ")
  }

  private init(_ lines: [String]) {
    let words = lines[0].split(separator: " ", maxSplits: 1)
    rule = Int(words[0]) ?? 0
    sql = words.count > 1 ? String(words[1]) : ""
    let parts = lines[1].split(separator: "|", omittingEmptySubsequences: false).map {
      $0.split(separator: " ").joined(separator: " ")
    }
    online = parts[0]
    offline = parts.count > 1 && !parts[1].isEmpty ? parts[1] : online
    forecast = parts.count > 2 ? parts[2] : ""
    warnings = parts.count > 3 ? parts[3] : ""
  }

  /// Reads forms from pairs of lines.
  static func read(_ table: String) -> [PeerForm] {
    let lines = table.split(separator: "\n").map(String.init)
    return stride(from: 0, to: lines.count - 1, by: 2).map { PeerForm(Array(lines[$0...$0 + 1])) }
  }

  /// The pair of lines.
  var text: String {
    "\(rule) \(sql)\n  \(online) | \(offline == online ? "" : offline) | \(forecast) | \(warnings)"
  }
}

extension Forecast {
  /// The forecast in a few words: `t SHARE, build`.
  var short: String {
    let work = [
      rewrites ? "rewrite" : nil, scans ? "scan" : nil, buildsIndex ? "build" : nil,
    ].compactMap(\.self)
    let held = locks.map { "\($0.relation) \($0.mode.rawValue)" }
    return (held + (work.isEmpty ? ["catalogue"] : work)).joined(separator: ", ")
  }
}
