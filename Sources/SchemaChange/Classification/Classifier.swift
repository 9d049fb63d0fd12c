internal import Postgres

/// The bounds that decide between two verdicts, from `[live]` of `Djogi.toml`.
public struct ClassifierSettings: Sendable, Hashable {
  /// From this many rows on, a scan under a lock is staged.
  public var validationThresholdRows: Int64
  /// From this many foreign keys onto one table on, they are staged one at a time.
  public var multiForeignKeyThreshold: Int
  /// Whether a change of type is staged however quick it is, so that clients of both types go on.
  public var stagesEveryType = false

  /// Chooses the bounds.
  public init(validationThresholdRows: Int64 = 100_000, multiForeignKeyThreshold: Int = 4) {
    self.validationThresholdRows = validationThresholdRows
    self.multiForeignKeyThreshold = multiForeignKeyThreshold
  }
}

/// Judges each change of a migration, in its order.
///
/// Pure: everything that it knows of the server was read before. Without facts it assumes the careful answer.
public struct Classifier: Sendable {
  private(set) var facts: CatalogueFacts?
  let probe: ProbeOutcome?
  let conversions: [Int: ConversionFacts]
  let attachments: [Int: AttachmentFacts]
  let settings: ClassifierSettings
  /// The tables that an earlier statement of the migration made: no other session can see or fill them yet.
  var created: Set<QualifiedName> = []
  /// The tables that an earlier statement emptied: what clients write until then is little.
  var emptied: Set<QualifiedName> = []
  /// The domains that an earlier statement made, until a table that clients use may have a column of one.
  var createdDomains: Set<QualifiedName> = []
  /// The columns that an earlier statement added.
  var added: [ColumnReference: AddColumn] = [:]
  /// What the migration as a whole does to its tables.
  var survey = MigrationSurvey()

  /// Judges with what is known of the server; `nil` facts when no server is connected.
  public init(
    facts: CatalogueFacts?, probe: ProbeOutcome?, conversions: [Int: ConversionFacts] = [:],
    attachments: [Int: AttachmentFacts] = [:],
    settings: ClassifierSettings = ClassifierSettings()
  ) {
    self.facts = facts
    self.probe = probe
    self.conversions = conversions
    self.attachments = attachments
    self.settings = settings
  }

  /// The verdict on each change.
  ///
  /// - Parameter done: The changes before them that were made already: the tables that these created are still the
  ///   migration's own.
  public func classify(_ changes: [Change], after done: [Change] = []) -> [Verdict] {
    var state = self
    state.survey = MigrationSurvey(changes, facts)
    for change in done {
      switch change.operation {
      case .createTable(let create) where !create.ifNotExists: state.created.insert(create.table)
      case .other(let other) where other.kind == .createMaterializedView && !other.ifNotExists:
        if let view = other.relation { state.created.insert(view) }
      default: break
      }
    }
    return changes.enumerated().map { index, change in
      let result = probe.flatMap { $0.results.indices.contains(index) ? $0.results[index] : nil }
      var verdict = state.verdict(on: change, result, conversions[index], attachments[index])
      if case .forecast(let forecast) = result {
        verdict.forecast = forecast
        state.distrust(&verdict, forecast)
      }
      if verdict.classification != .offlineOnly { verdict.warnings += state.advice(on: change) }
      verdict.suppress(change.suppressedRules)
      state.remember(change)
      return verdict
    }
  }

  private mutating func remember(_ change: Change) {
    switch change.operation {
    case .createTable(let create) where facts?.table(create.table) == nil:
      created.insert(create.table)
    case .addColumn(let add):
      added[add.target] = add
      if !created.contains(add.target.table) { createdDomains = [] }
    case .alterColumnType: createdDomains = []
    case .createDomain(let create): createdDomains.insert(create.domain)
    case .truncate(let tables, _): emptied.formUnion(tables)
    case .other(let other): remember(other)
    case .renameTable(let table, let name) where created.contains(table):
      created.insert(QualifiedName(schema: table.schema, name: name))
    case .renameTable(let table, let name):
      let known = facts?.table(table)
      facts?.tables[QualifiedName(schema: table.schema, name: name)] = known
    default: break
    }
  }

  private mutating func remember(_ operation: OtherOperation) {
    guard let relation = operation.relation else { return }
    switch operation.kind {
    case .createMaterializedView where facts?.table(relation) == nil: created.insert(relation)
    case .insertValues, .insertSelect, .merge, .copy: emptied.remove(relation)
    default: break
    }
  }

  private func verdict(
    on change: Change, _ result: ProbeOutcome.Result?, _ conversion: ConversionFacts?,
    _ attachment: AttachmentFacts?
  ) -> Verdict {
    if case .refused(let error) = result {
      return Verdict(
        change, .offlineOnly, .serverRefuses,
        "the server refuses it: \(error.message) (SQLSTATE \(error.sqlState))"
          + (error.detail.map { "; \($0)" } ?? ""),
        remedy: error.hint ?? "fix the statement; PostgreSQL would reject it too")
    }
    if change.transaction != nil, !change.transactional {
      return Verdict(
        change, .offlineOnly, .transactionControl,
        "it stands between BEGIN and COMMIT, and the server runs it outside of a transaction alone",
        remedy: "take BEGIN and COMMIT out, or put the statement into a migration of its own")
    }
    let forecast: Forecast?
    if case .forecast(let known) = result { forecast = known } else { forecast = nil }
    switch change.operation {
    case .alterColumnType(let operation): return typeChange(change, operation, forecast, conversion)
    case .setNotNull(let target): return setNotNull(change, target, forecast)
    case .addColumn(let operation): return addColumn(change, operation, forecast, conversion)
    case .addConstraint(let operation): return addConstraint(change, operation, forecast)
    case .createIndex(let operation): return createIndex(change, operation)
    case .createTable(let operation): return createTable(change, operation)
    case .drop(let operation): return drop(change, operation)
    case .attachPartition(let parent, let partition):
      return attachPartition(change, to: parent, partition, attachment)
    case .alterDomain(let operation): return alterDomain(change, operation)
    case .alterCompositeType(let operation): return alterCompositeType(change, operation)
    case .other(let operation): return other(change, operation, conversion)
    default: return plain(change)
    }
  }

  /// Work that the probe saw and no rule foresaw is refused rather than done under a lock.
  private func distrust(_ verdict: inout Verdict, _ forecast: Forecast) {
    let isFast =
      verdict.classification == .onlineSafe
      || verdict.classification == .fastLockDestructiveGuarded
    guard isFast, !forecast.catalogueOnly, !verdict.rule.allowsWork else { return }
    verdict = Verdict(
      verdict.change, .offlineOnly, .unforeseenWork,
      "the server would \(forecast.rewrites ? "rewrite the table" : forecast.buildsIndex ? "build an index" : "read every row")"
        + " under the statement's lock",
      remedy: verdict.change.operation.isPartOfAnother
        ? "create the table by itself, and ATTACH PARTITION, which a plan stages"
        : "run it by hand at a quiet hour, or write it in smaller steps")
  }

  // MARK: - What is known of a table

  /// Whether no client can be in the way: the table is empty or this migration made it.
  func isEmpty(_ table: QualifiedName) -> Bool {
    if created.contains(table) || emptied.contains(table) { return true }
    guard let facts = facts?.table(table) else { return false }
    return !facts.hasRows && facts.partitions.allSatisfy { !$0.hasRows }
  }

  /// Whether a scan under a lock takes long; an unknown size counts as large.
  func isLarge(_ table: QualifiedName) -> Bool {
    if isEmpty(table) { return false }
    guard let rows = facts?.table(table)?.estimatedRows else { return true }
    return rows >= settings.validationThresholdRows
  }

  /// A refusal when the server has no such table; `nil` without a server.
  func missing(_ table: QualifiedName, _ change: Change) -> Verdict? {
    guard let facts, facts.table(table) == nil, !created.contains(table) else { return nil }
    return Verdict(
      change, .offlineOnly, .unknownTable, "there is no table \(table) in the database",
      remedy: "check the name and the search_path, or create the table first")
  }
}

extension SchemaOperation {
  /// Whether it makes a table as a partition of another.
  fileprivate var isPartOfAnother: Bool {
    if case .createTable(let create) = self { create.partitionOf != nil } else { false }
  }
}

extension Verdict {
  /// Judges a change, shortly.
  init(
    _ change: Change, _ classification: Classification, _ rule: RuleID, _ reason: String,
    remedy: String? = nil, warnings: [Warning] = []
  ) {
    self.init(
      change: change, classification: classification, rule: rule, reason: reason, remedy: remedy,
      warnings: warnings)
  }

  /// Sets the warnings aside that a comment in the migration switched off; a refusal cannot be switched off.
  fileprivate mutating func suppress(_ rules: Set<RuleID>) {
    switchedOff = warnings.filter { rules.contains($0.rule) }
    warnings.removeAll { rules.contains($0.rule) }
  }
}
