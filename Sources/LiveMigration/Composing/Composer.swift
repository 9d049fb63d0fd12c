internal import Postgres
public import SchemaChange

/// Merges what the patterns of a migration contribute into one plan.
public struct Composer {
  let context: PlanningContext
  private let replacements: [QualifiedName: TableReplacement]
  private var result = PhaseContribution()
  /// From the first change that waits for the swap on, later ones wait with it, so that their order stays.
  private var deferring = false

  /// Composes the plan of a migration.
  ///
  /// - Throws: `EngineError.cannotStage` where two changes of the migration get in each other's way.
  public static func compose(
    _ header: PlanHeader, _ verdicts: [Verdict], _ context: PlanningContext
  ) throws -> LivePlan {
    var composer = Composer(
      context: context, replacements: try ReplacementGrouping(context).group(verdicts))
    for (index, verdict) in verdicts.enumerated() {
      do {
        try composer.add(verdict, at: index)
      } catch let error as RewriteError {
        throw context.cannotStage(verdict.change, error.description)
      }
    }
    return LivePlan(header: header, steps: composer.steps())
  }

  private init(context: PlanningContext, replacements: [QualifiedName: TableReplacement]) {
    self.context = context
    self.replacements = replacements
  }

  // MARK: - One change

  private mutating func add(_ verdict: Verdict, at index: Int) throws {
    let change = verdict.change
    switch verdict.classification {
    case .offlineOnly:
      throw context.cannotStage(change, verdict.reason)
    case .fastLockDestructiveGuarded:
      try requireNoReplaced(verdict, "it drops what the same migration changes")
      deferring = true
      result.cleanup.append(change.sql)
    case .onlineSafe:
      try addOnlineSafe(verdict, at: index)
    case .expandContract(let pattern):
      try add(pattern, verdict, at: index)
    }
  }

  private mutating func add(_ pattern: PatternKind, _ verdict: Verdict, at index: Int) throws {
    let change = verdict.change
    switch (pattern, change.operation) {
    case (.replacementColumn, .alterColumnType(let operation)):
      let table = try context.table(operation.target.table, for: change)
      // The first of a table's type changes brings the whole table's replacement.
      if let replacement = replacements[table.name],
        replacement.columns.first?.legacy.name == operation.target.column
      {
        result += try replacement.contribution()
      }
    case (.notNull, .setNotNull(let target)):
      let table = try context.table(target.table, for: change)
      // A replacement takes the column's final NOT NULL from the probe.
      if replacements[table.name]?.shadows[target.column] != nil { return }
      let name = context.ownName("nn\(index)")
      result += NotNull(table: table, column: target.column, name: name).contribution
    case (.twoPhaseValidation, .addConstraint(let constraint)),
      (.foreignKey, .addConstraint(let constraint)):
      try addValidated(constraint, change)
    case (.uniqueViaIndex, .addConstraint(let constraint)):
      try addUnique(constraint, change, at: index)
    case (.concurrentIndex, .createIndex(let operation)):
      try addIndex(operation, change, at: index)
    default:
      throw context.cannotStage(change, "no pattern stages it")
    }
  }

  private mutating func addValidated(_ constraint: AddConstraint, _ change: Change) throws {
    let table = try context.table(constraint.table, for: change)
    try requireUntouched(constraint.columns, of: table, change)
    var constraint = constraint
    if case .foreignKey(let columns, let references, []) = constraint.kind {
      let key = context.facts.table(references)?.constraints.first { $0.kind == .primaryKey }
      guard let key else {
        throw context.cannotStage(change, "\(references) has no primary key to reference")
      }
      constraint.kind = .foreignKey(
        columns: columns, references: references, referencedColumns: key.columns)
    }
    result +=
      TwoPhaseValidation(table: table, constraint: constraint, name: name(of: constraint, table))
      .contribution
  }

  private mutating func addUnique(
    _ constraint: AddConstraint, _ change: Change, at index: Int
  ) throws {
    let table = try context.table(constraint.table, for: change)
    let pattern = UniqueViaIndex(
      table: table, constraint: constraint, name: name(of: constraint, table),
      shadows: replacements[table.name]?.shadows ?? [:],
      ownName: { [context] in
        context.ownName("nn\(index)_\(ObjectNames.clip($0, 20))")
      })
    guard pattern.isComplete else {
      throw context.cannotStage(
        change,
        "the constraint says more than its columns; create the index by itself, "
          + "then ADD CONSTRAINT … USING INDEX")
    }
    result += try pattern.contribution()
  }

  /// The constraint's name as written, or as the server would choose it.
  private func name(of constraint: AddConstraint, _ table: TableFacts) -> String {
    if let name = constraint.name { return name }
    let isIndexed = constraint.word == "key" || constraint.word == "pkey"
    let taken =
      isIndexed
      ? table.tree.flatMap { $0.indexes.map(\.name.name) } : table.constraints.map(\.name)
    var columns = constraint.columns
    // A check over several columns is named after the table alone.
    if constraint.word == "check", columns.count != 1 { columns = [] }
    if constraint.word == "pkey" { columns = [] }
    return ObjectNames.choose(
      table: table.name.name, columns: columns, word: constraint.word, taken: Set(taken))
  }

  private mutating func addIndex(
    _ operation: CreateIndex, _ change: Change, at index: Int
  ) throws {
    let table = try context.table(operation.table, for: change)
    let shadows = replacements[table.name]?.shadows ?? [:]
    let chosen = context.indexNames[index] ?? [:]
    let tree = try IndexTree(
      table: table, statement: change.sql, columns: shadows,
      name: { node in
        if node.oid == table.oid, let name = operation.name { return name }
        return chosen[node.name] ?? node.name.name + "_idx"
      })
    result.gates += tree.gates
    let columns = try IndexStatement(change.sql).columns
    if columns.contains(where: { shadows[$0] != nil }) {
      result.build += tree.build
    } else {
      result.expand += tree.build
    }
  }

  // MARK: - Changes that need no pattern

  private mutating func addOnlineSafe(_ verdict: Verdict, at index: Int) throws {
    let change = verdict.change
    if let replacement = replacedTable(change) {
      if try addToReplaced(change, replacement, at: index) { return }
    } else if try addEarly(change) {
      return
    }
    guard change.transactional else {
      throw context.cannotStage(
        change, "it must run outside a transaction, and cannot be taken back or put off")
    }
    deferring = true
    result.cleanup.append(change.sql)
  }

  /// Puts a change before the clean-up where it can be taken back; `false` when it must wait.
  private mutating func addEarly(_ change: Change) throws -> Bool {
    switch change.operation {
    case .dropIndex(let names, _) where names.count == 1:
      guard let name = names.first, let facts = indexFacts(name) else { return false }
      let again = try IndexStatement(facts.definition).sql(
        IndexStatement.Changes(concurrently: true, ifNotExists: true))
      var segment = segment(change)
      segment.undo = [again]
      result.finalize.append(segment)
      return true
    case .validateConstraint(let table, let name):
      guard let facts = context.facts.table(table)?.constraints.first(where: { $0.name == name })
      else { return false }
      let again = try ConstraintDefinition(facts.definition).sql(notValid: true)
      var segment = segment(change)
      let own = Quoting.identifier(name)
      segment.undo = [
        "ALTER TABLE \(table) DROP CONSTRAINT IF EXISTS \(own)",
        "ALTER TABLE \(table) ADD CONSTRAINT \(own) \(again)",
      ]
      result.finalize.append(segment)
      return true
    default:
      guard !deferring || !change.transactional, Inverse.of(change, context.facts) != nil else {
        return false
      }
      result.expand.append(segment(change))
      return true
    }
  }

  private func indexFacts(_ name: QualifiedName) -> IndexFacts? {
    guard let index = context.facts.table(name), index.kind == .index else { return nil }
    return context.facts.tables.values.flatMap { $0.indexes }.first { $0.name == index.name }
  }

  /// Handles a change to a table of which a column is replaced; `false` when it must wait for the swap.
  private mutating func addToReplaced(
    _ change: Change, _ replacement: TableReplacement, at index: Int
  ) throws -> Bool {
    let table = replacement.table
    switch change.operation {
    case .addColumn:
      result.expand.append(segment(change))
      return true
    case .setNotNull(let target):
      guard replacement.shadows[target.column] == nil else { return true }
      result.expand.append(segment(change))
      return true
    case .addConstraint(let constraint):
      try requireUntouched(constraint.columns, of: table, change)
      result.expand.append(segment(change))
      return true
    case .validateConstraint(_, let name):
      let columns = table.constraints.first { $0.name == name }?.columns ?? []
      try requireUntouched(columns, of: table, change)
      result.expand.append(segment(change))
      return true
    case .createIndex(let operation):
      try addIndex(operation, change, at: index)
      return true
    case .renameColumn, .renameTable:
      throw context.cannotStage(
        change, "a column of the same table changes its type; rename in a migration of its own")
    default:
      return false
    }
  }

  private func segment(_ change: Change) -> Segment {
    Segment(
      purpose: "line \(change.location.line) of the migration",
      work: StandaloneWork.of(change, context.facts),
      undo: Inverse.of(change, context.facts) ?? [])
  }

  private func replacedTable(_ change: Change) -> TableReplacement? {
    for name in change.mentions {
      if let table = context.facts.table(name), let replacement = replacements[table.name] {
        return replacement
      }
    }
    return nil
  }

  private func requireNoReplaced(_ verdict: Verdict, _ reason: String) throws {
    guard case .dropColumn(let target, _) = verdict.change.operation,
      let table = context.facts.table(target.table),
      replacements[table.name]?.shadows[target.column] != nil
    else { return }
    throw context.cannotStage(verdict.change, reason)
  }

  private func requireUntouched(
    _ columns: [String], of table: TableFacts, _ change: Change
  ) throws {
    guard let replacement = replacements[table.name], replacement.touches(columns) else { return }
    throw context.cannotStage(
      change, "it is about a column that changes its type; put it into a migration of its own")
  }

  // MARK: - The plan

  /// The steps, in the order of the phases; a phase to which nothing was contributed is left out.
  private func steps() -> [PlanStep] {
    var parameters: [StepParameters] = []
    if !result.expand.isEmpty { parameters.append(.expandSchema(segments: result.expand)) }
    if !result.hooks.isEmpty {
      parameters.append(.beginCompatibilityWindow(hooks: result.hooks))
    }
    if !result.backfills.isEmpty {
      parameters.append(.backfillChunked(backfills: result.backfills))
    }
    if !result.build.isEmpty { parameters.append(.expandSchema(segments: result.build)) }
    if !result.gates.isEmpty { parameters.append(.validateBackfill(gates: result.gates)) }
    if !result.hooks.isEmpty { parameters += [.cutoverReads, .cutoverWrites] }
    if !result.finalize.isEmpty || !result.cleanup.isEmpty {
      parameters.append(.finalizeConstraints(segments: result.finalize))
    }
    if !result.cleanup.isEmpty {
      // In one order for everybody, so that two plans cannot wait for each other.
      let locks = result.locks.sorted { $0.quoted < $1.quoted }.map {
        "LOCK TABLE \($0) IN ACCESS EXCLUSIVE MODE"
      }
      parameters.append(
        .cleanupLegacyState(segments: [
          .transaction("swap columns, drop what is legacy", locks + result.cleanup)
        ]))
    }
    return parameters.enumerated().map { PlanStep(ordinal: $0.offset, parameters: $0.element) }
  }
}

extension AddConstraint {
  /// The columns that it names itself.
  var columns: [String] {
    switch kind {
    case .check(let expression):
      ((try? SQLExpression.columns(in: expression)) ?? []).sorted()
    case .foreignKey(let columns, _, _), .unique(let columns, _), .primaryKey(let columns): columns
    case .exclude: []
    }
  }

  /// The last word of the name that the server would choose.
  var word: String {
    switch kind {
    case .check: "check"
    case .foreignKey: "fkey"
    case .unique: "key"
    case .primaryKey: "pkey"
    case .exclude: "excl"
    }
  }
}
