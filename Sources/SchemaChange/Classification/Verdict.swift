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
  case batchedUpdate = "batched_update"
  case batchedDelete = "batched_delete"
  case batchedInsert = "batched_insert"
  case attachedPartition = "attached_partition"

  /// A Boolean value telling whether a shadow column takes the place of another.
  public var replacesColumn: Bool { self == .replacementColumn || self == .codecTransition }
}

extension Verdict {
  /// Whether each row needs a value of its own, which a backfill gives it.
  public var needsBackfill: Bool { rule == .addColumnVolatile }

  /// Whether running the change would alter nothing, so that a plan leaves it out.
  public var doesNothing: Bool {
    rule == .settingUnchanged || rule == .selectConstant || rule == .guardedAlready
  }
}

extension RuleID {
  /// Whether a rule knows of the work that the server does: it is short, or blocks no client, or is about a table that
  /// no client uses yet.
  var allowsWork: Bool {
    switch self {
    case .typeOfEmptyTable, .notNullSmallTable, .notNullOfEmptyTable, .addColumnEmptyTable,
      .addColumn,
      .constraintOnEmptyTable, .constraintSmallTable, .validateConstraint, .indexConcurrently,
      .indexOnEmptyTable, .attachEmptyPartition, .attachSmallPartition, .createTable,
      .notNullAlready, .writeToEmptyTable,
      .writeToNewTable, .writeSmallTable, .writeByKey, .refreshNewView:
      true
    default: false
    }
  }
}
