/// A rule of the classifier: what it says of a change, and what to do about it.
public struct Rule: Sendable, Hashable, Identifiable {
  /// Its name.
  public var id: RuleID
  /// What it makes of a change.
  public var severity: Severity
  /// What it says, in a sentence without a full stop.
  public var text: String
  /// What to write instead; `nil` where there is nothing better.
  public var advice: String?

  /// What a rule makes of a change.
  public enum Severity: String, Sendable, Hashable, CaseIterable {
    case online, staged, destructive, refused, warning
  }

  /// Describes a rule.
  public init(id: RuleID, severity: Severity, text: String, advice: String? = nil) {
    self.id = id
    self.severity = severity
    self.text = text
    self.advice = advice
  }

  /// Every rule, by severity and then by name.
  public static var all: [Rule] { RuleID.allCases.map(\.rule) }

  /// Where the manual describes it.
  public var manual: String { "djogi-rules(7), \(severity.heading)" }
}

extension Rule.Severity {
  /// The heading of the manual's paragraphs.
  public var heading: String {
    switch self {
    case .online: "Online changes"
    case .staged: "Staged changes"
    case .destructive: "Destructive changes"
    case .refused: "Refused changes"
    case .warning: "Warnings"
    }
  }
}
