/// One thing that `doctor` looked at, and what would help.
public struct Diagnosis: Sendable, Hashable {
  /// How much it matters to a plan.
  public enum Level: String, Sendable, Hashable, CaseIterable {
    /// It is as a plan needs it.
    case fine
    /// Worth knowing; it could not be read, or it only makes a plan slower.
    case note
    /// A plan goes on without it, and something else pays.
    case warning
    /// A plan cannot be made, or cannot end.
    case problem
  }

  /// What is looked at.
  public enum Subject: String, Sendable, Hashable, CaseIterable {
    case server
    case role
    case ledger
    case schemas
    case tables
    case rowSecurity = "row_security"
    case proof
    case dump
    case triggers
    case statistics
    case counting
    case replicas
    case slots
    case publications
    case space
    case snapshots
    case prepared
    case wraparound
    case integers
    case timeouts
    case autovacuum
  }

  /// What is looked at.
  public var subject: Subject
  /// How much it matters.
  public var level: Level
  /// What was found, in a sentence.
  public var finding: String
  /// The statement or the setting that would help, ready to be typed.
  public var help: String?

  init(_ subject: Subject, _ level: Level, _ finding: String, help: String? = nil) {
    self.subject = subject
    self.level = level
    self.finding = finding
    self.help = help
  }
}
