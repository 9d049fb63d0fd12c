internal import Postgres
public import SchemaChange

/// Merges what the patterns of a migration contribute into one plan.
public struct Composer {
  let context: PlanningContext
  let replacements: [QualifiedName: TableReplacement]
  var result = PhaseContribution()
  /// Columns that the plan's own backfill fills: what is built on them waits for it.
  var late: Set<ColumnReference> = []
  /// Constraints that the migration adds before the clean-up.
  private var early: Set<String> = []
  /// Names that were given to constraints, by their table.
  private var names: [QualifiedName: Set<String>] = [:]
  /// From the first change that waits for the swap on, later ones wait with it, so that their order stays.
  var deferring = false

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

  mutating func add(_ verdict: Verdict, at index: Int) throws {
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
      result +=
        NotNull(
          table: table, column: target.column, name: name,
          afterBackfill: isLate([target.column], table)
        ).contribution
    case (_, .addColumn(let operation)):
      try addColumn(operation, verdict, at: index)
    case (.stagedDrop, .drop(let drop)): addStagedDrop(drop, change)
    case (.foreignKey, .createTable): try addOnlineSafe(verdict, at: index)
    case (.twoPhaseValidation, .addConstraint(let constraint)),
      (.foreignKey, .addConstraint(let constraint)):
      // The table may be one that this migration makes.
      guard context.facts.table(constraint.table) != nil else {
        try addOnlineSafe(verdict, at: index)
        return
      }
      try addValidated(constraint, change)
    case (.uniqueViaIndex, .addConstraint(let constraint)):
      try addUnique(constraint, change, at: index)
    case (.concurrentIndex, .createIndex(let operation)):
      try addIndex(operation, change, at: index)
    default:
      throw context.cannotStage(change, "no pattern stages it")
    }
  }

  mutating func addValidated(_ constraint: AddConstraint, _ change: Change) throws {
    let table = try context.table(constraint.table, for: change)
    try requireUntouched(constraint.columns, of: table, change)
    if let references = constraint.references, deferring, context.facts.table(references) == nil {
      throw context.cannotStage(
        change, "\(references) is made at the plan's end; put the key into a migration of its own")
    }
    guard !referencesReplaced(constraint) else {
      throw context.cannotStage(
        change,
        "it references a column that changes its type; put it into a migration of its own after")
    }
    var constraint = constraint
    if case .foreignKey(let columns, let references, []) = constraint.kind {
      let key = context.facts.table(references)?.constraints.first { $0.kind == .primaryKey }
      guard let key else {
        throw context.cannotStage(change, "\(references) has no primary key to reference")
      }
      constraint.kind = .foreignKey(
        columns: columns, references: references, referencedColumns: key.columns)
    }
    let name = name(of: constraint, table)
    if case .foreignKey = constraint.kind, table.kind == .partitioned {
      guard !isLate(constraint.columns, table) else {
        throw context.cannotStage(
          change, "the column is new and the table is partitioned; add the key in a migration after"
        )
      }
      result +=
        PartitionedForeignKey(table: table, constraint: constraint, name: name).contribution
    } else {
      result +=
        TwoPhaseValidation(
          table: table, constraint: constraint, name: name,
          afterBackfill: isLate(constraint.columns, table)
        ).contribution
    }
  }

  mutating func addUnique(
    _ constraint: AddConstraint, _ change: Change, at index: Int
  ) throws {
    let table = try context.table(constraint.table, for: change)
    result += try UniqueViaIndex(
      table: table, constraint: constraint, name: name(of: constraint, table),
      shadows: replacements[table.name]?.shadows ?? [:],
      ownName: { [context] in
        context.ownName("nn\(index)_\(ObjectNames.clip($0, 20))")
      }
    ).contribution()
  }

  /// The constraint's name as written, or as the server would choose it.
  private mutating func name(of constraint: AddConstraint, _ table: TableFacts) -> String {
    if let name = constraint.name {
      names[table.name, default: []].insert(name)
      return name
    }
    let isIndexed = constraint.word == "key" || constraint.word == "pkey"
    let taken =
      isIndexed
      ? table.tree.flatMap { $0.indexes.map(\.name.name) } : table.constraints.map(\.name)
    var columns = constraint.columns
    // A check over several columns is named after the table alone.
    if constraint.word == "check", columns.count != 1 { columns = [] }
    if constraint.word == "pkey" { columns = [] }
    let name = ObjectNames.choose(
      table: table.name.name, columns: columns, word: constraint.word,
      taken: Set(taken).union(names[table.name, default: []]))
    names[table.name, default: []].insert(name)
    return name
  }

  mutating func addIndex(
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
    if columns.contains(where: { shadows[$0] != nil }) || isLate(Array(columns), table) {
      result.build += tree.build
    } else {
      result.expand += tree.build
    }
  }

  // MARK: - Changes that need no pattern

  private mutating func addOnlineSafe(_ verdict: Verdict, at index: Int) throws {
    let change = verdict.change
    try requireNoCarriedKey(change)
    if try addToLate(change, at: index) { return }
    if let replacement = replacedTable(change) {
      if try addToReplaced(change, replacement, at: index) { return }
    } else if try addEarly(change) {
      return
    }
    guard change.transactional else {
      throw context.cannotStage(
        change, "it must run outside a transaction, and cannot be taken back or put off")
    }
    self.defer(change)
  }

  /// Makes a change wait for the plan's last transaction.
  mutating func `defer`(_ change: Change) {
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
      else {
        guard early.contains(name) else { return false }
        // Taking the constraint itself back is enough.
        result.finalize.append(segment(change))
        return true
      }
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
      if case .addConstraint(let constraint) = change.operation, let name = constraint.name {
        early.insert(name)
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
    case .addColumn(let column):
      guard !column.constraints.contains(where: referencesReplaced) else { return false }
      result.expand.append(segment(change))
      return true
    case .setNotNull(let target):
      guard replacement.shadows[target.column] == nil else { return true }
      result.expand.append(segment(change))
      return true
    case .addConstraint(let constraint):
      if let own = context.facts.table(constraint.table) {
        try requireUntouched(constraint.columns, of: own, change)
      }
      guard !referencesReplaced(constraint) else { return false }
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

  func segment(_ change: Change) -> Segment {
    Segment(
      purpose: "line \(change.location.line) of the migration",
      work: StandaloneWork.of(change, context.facts),
      undo: Inverse.of(change, context.facts) ?? [])
  }

  /// Whether a foreign key references a column that is replaced: it must wait for the swap.
  private func referencesReplaced(_ constraint: AddConstraint) -> Bool {
    guard case .foreignKey(_, let references, let columns) = constraint.kind,
      let table = context.facts.table(references), let replacement = replacements[table.name]
    else { return false }
    let key = table.constraints.first { $0.kind == .primaryKey }?.columns ?? []
    return replacement.touches(columns.isEmpty ? key : columns)
  }

  /// A key that the plan makes anew cannot be dropped by the same migration.
  private func requireNoCarriedKey(_ change: Change) throws {
    guard case .dropConstraint(let name, let key) = change.operation,
      let table = context.facts.table(name)
    else { return }
    let isCarried = replacements.values.contains { replacement in
      replacement.inboundKeys.contains { $0.table == table.name && $0.name == key }
    }
    if isCarried {
      throw context.cannotStage(
        change,
        "the column that the key references changes its type, and the plan carries the key over; "
          + "leave the drop out, or put it into a migration of its own")
    }
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

  func requireUntouched(
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
      parameters.append(.backfillChunked(backfills: result.backfills.merged))
    }
    if !result.buildGates.isEmpty { parameters.append(.validateBackfill(gates: result.buildGates)) }
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
          .transaction("swap columns, drop what is legacy", locks + result.detach + result.cleanup)
        ]))
    }
    return parameters.enumerated().map { PlanStep(ordinal: $0.offset, parameters: $0.element) }
  }
}
