internal import LiveMigration
internal import Postgres
internal import SchemaChange

/// One thing that `lint` has to say, as every format of it needs it.
struct LintFinding: Sendable, Hashable {
  /// How much it matters, as compilers say it.
  enum Level: String, Sendable, Hashable, CaseIterable {
    case note, warning, error
  }

  var file: String
  var line: Int
  var column: Int
  var level: Level
  var rule: String
  var message: String
  var advice: String?

  /// The sentence with its way out.
  var text: String { advice.map { "\(message); instead: \($0)" } ?? message }

  /// Findings of a file: what cannot be read, what is no online change, and the warnings of every change.
  static func of(_ result: LintResult, file: String) -> [LintFinding] {
    result.errors.map { LintFinding($0, file: file) }
      + result.verdicts.flatMap { of($0, file: file) }
  }

  private static func of(_ verdict: Verdict, file: String) -> [LintFinding] {
    let place = verdict.change.location
    func finding(_ level: Level, _ rule: String, _ message: String, _ advice: String? = nil)
      -> LintFinding
    {
      LintFinding(
        file: file, line: place.line, column: place.column, level: level, rule: rule,
        message: clean(message), advice: advice.map(clean))
    }
    let warnings = verdict.warnings.map { finding(.warning, $0.rule.rawValue, $0.message) }
    guard verdict.classification != .onlineSafe else { return warnings }
    let level = Level(rawValue: verdict.classification.severity) ?? .note
    let message = "\(verdict.classification.title): \(verdict.reason)"
    return [finding(level, verdict.rule.rawValue, message, verdict.remedy)] + warnings
  }

  private static func clean(_ text: String) -> String { Sanitised.text(Masking.shown(text)) }
}

extension LintFinding {
  fileprivate init(_ error: MigrationSyntaxError, file: String) {
    self.init(
      file: file, line: error.location.line, column: error.location.column, level: .error,
      rule: "syntax", message: Self.clean(error.message), advice: nil)
  }
}

/// From which kind of statement on `lint` fails.
enum LintThreshold: String, Sendable, Hashable, CaseIterable {
  case never, destructive, staged, refused

  /// Whether a result reaches it; what matters more reaches it too.
  func isReached(by result: LintResult) -> Bool {
    guard self != .never else { return false }
    if !result.errors.isEmpty { return true }
    return result.verdicts.contains { verdict in
      switch verdict.classification {
      case .onlineSafe: false
      case .expandContract: self == .staged
      case .fastLockDestructiveGuarded: self != .refused
      case .offlineOnly: true
      }
    }
  }
}
