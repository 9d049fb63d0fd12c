/// What becomes of one change, and why.
public struct Verdict: Sendable, Hashable {
  /// The change that was judged.
  public var change: Change
  /// Where it goes.
  public var classification: Classification
  /// The rule that decided.
  public var rule: RuleID
  /// The lock and the work that it is about, in a sentence.
  public var reason: String
  /// The safe rewriting, for a refused change or a warning.
  public var remedy: String?
  /// What the server would do; `nil` when it was not asked.
  public var forecast: Forecast?
  /// Things that the operator should know although the change goes through.
  public var warnings: [Warning]
  /// Warnings that a comment in the migration switched off, in the order of their rules.
  public internal(set) var switchedOff: [Warning] = []

  /// Something worth a line, with its own rule.
  public struct Warning: Sendable, Hashable {
    /// The rule that noticed it.
    public var rule: RuleID
    /// What was noticed, in a sentence.
    public var message: String

    /// Describes a warning.
    public init(rule: RuleID, message: String) {
      self.rule = rule
      self.message = message
    }
  }

  /// Judges a change.
  public init(
    change: Change, classification: Classification, rule: RuleID, reason: String,
    remedy: String? = nil, forecast: Forecast? = nil, warnings: [Warning] = []
  ) {
    self.change = change
    self.classification = classification
    self.rule = rule
    self.reason = reason
    self.remedy = remedy
    self.forecast = forecast
    self.warnings = warnings
  }
}

/// Where a change goes.
public enum Classification: Sendable, Hashable {
  /// A brief lock and catalogue work only, or no conflicting lock.
  case onlineSafe
  /// Fast, but it drops data or breaks dependents.
  case fastLockDestructiveGuarded
  /// It would rewrite, scan or build under a blocking lock, and can be staged.
  case expandContract(PatternKind)
  /// It cannot be staged, or cannot be understood.
  case offlineOnly
}

/// The ways to stage a change.
public enum PatternKind: String, Sendable, Hashable, Codable, CaseIterable {
  case replacementColumn = "replacement_column"
  case notNull = "not_null"
  case volatileDefault = "volatile_default"
  case twoPhaseValidation = "two_phase_validation"
  case foreignKey = "foreign_key"
  case uniqueViaIndex = "unique_via_index"
  case concurrentIndex = "concurrent_index"
  case stagedDrop = "staged_drop"
  case codecTransition = "codec_transition"

  /// A Boolean value telling whether a shadow column takes the place of another.
  public var replacesColumn: Bool { self == .replacementColumn || self == .codecTransition }
}

/// The name of a rule, as `lint` prints it and a comment switches it off: `rewrite-column-type`.
public struct RuleID: RawRepresentable, Hashable, Sendable, Codable, ExpressibleByStringLiteral,
  CustomStringConvertible
{
  /// Lower-case words joined by hyphens.
  public let rawValue: String

  /// Names a rule.
  public init(rawValue: String) { self.rawValue = rawValue }
  /// Names a rule by a literal.
  public init(stringLiteral value: String) { rawValue = value }

  /// The rule's name.
  public var description: String { rawValue }
}
