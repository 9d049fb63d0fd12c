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
  var early: Set<String> = []
  /// Names that the migration gives, by schema.
  var given: [String: Set<String>] = [:]
  /// Names that the plan's last transaction sets free before it gives them again, by schema.
  var freed: [String: Set<String>] = [:]
  /// What constraints that wait for their name are called until then, by table and final name.
  var held: [QualifiedName: [String: String]] = [:]
  /// The tables that get a key in this plan, which nothing can reference before.
  var keyed: Set<QualifiedName> = []
  /// Columns that only the last transaction brings.
  var columnsAtEnd: Set<ColumnReference> = []
  /// The tables whose replacement is in the plan.
  private var staged: Set<QualifiedName> = []
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
    return LivePlan(header: header, steps: composer.steps(), session: context.session)
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
      try requireNoReplaced(verdict)
      if dropsView(change) {
        result.detach.append(change.sql)
        deferring = true
      } else {
        try self.defer(change)
      }
    case .onlineSafe:
      try addOnlineSafe(verdict, at: index)
    case .expandContract(let pattern):
      try requireColumns(change)
      try add(pattern, verdict, at: index)
    }
  }

  private mutating func add(_ pattern: PatternKind, _ verdict: Verdict, at index: Int) throws {
    let change = verdict.change
    switch (pattern, change.operation) {
    case (_, .alterColumnType(let operation)) where pattern.replacesColumn:
      let table = try context.table(operation.target.table, for: change)
      try stageReplacement(of: table.name)
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
      try addValidated(constraint, change, at: index)
    case (.uniqueViaIndex, .addConstraint(let constraint)):
      try addUnique(constraint, change, at: index)
    case (.concurrentIndex, .createIndex(let operation)):
      try addIndex(operation, change, at: index)
    default:
      throw context.cannotStage(change, "no pattern stages it")
    }
  }

  /// Adds what a table's type changes need, all of it with the first of them.
  ///
  /// A statement that waits for the last transaction and is about such a table comes after its swap, which would undo
  /// it otherwise: the swap puts on the new columns what hung on the old ones when the plan was made.
  mutating func stageReplacement(of name: QualifiedName) throws {
    guard let replacement = replacements[name], staged.insert(name).inserted else { return }
    result += try replacement.contribution()
  }

  mutating func addIndex(
    _ operation: CreateIndex, _ change: Change, at index: Int
  ) throws {
    let table = try context.table(operation.table, for: change)
    let shadows = replacements[table.name]?.shadows ?? [:]
    let chosen = context.indexNames[index] ?? [:]
    func finalName(_ node: TableFacts) -> String {
      if node.oid == table.oid, let name = operation.name { return name }
      return chosen[node.name] ?? node.name.name + "_idx"
    }
    func ownName(_ node: TableFacts) -> String { context.ownName("x\(index)_\(node.oid)") }
    let waiting = table.tree.filter { isFreed(finalName($0), of: $0) }
    let tree = try IndexTree(
      table: table, statement: change.sql, columns: shadows,
      name: { node in
        waiting.contains { $0.oid == node.oid } ? ownName(node) : finalName(node)
      })
    for node in waiting {
      let own = QualifiedName(schema: node.name.schema, name: ownName(node))
      result.cleanup.append(
        "ALTER INDEX \(node.oid == table.oid ? "" : "IF EXISTS ")\(own) RENAME TO "
          + Quoting.identifier(finalName(node)))
      deferring = true
    }
    result.gates += tree.gates
    let columns = try IndexStatement(change.sql).columns
    if columns.contains(where: { shadows[$0] != nil }) || isLate(Array(columns), table) {
      result.build += tree.build
    } else {
      result.expand += tree.build
    }
  }

  // MARK: - The plan

  /// The steps, in the order of the phases; a phase to which nothing was contributed is left out.
  private func steps() -> [PlanStep] {
    var steps: [(kind: StepKind, body: StepBody)] = []
    if !result.expand.isEmpty { steps.append((.expandSchema, .segments(result.expand))) }
    if !result.hooks.isEmpty { steps.append((.beginCompatibilityWindow, .hooks(result.hooks))) }
    if !result.backfills.isEmpty {
      steps.append((.backfillChunked, .backfills(result.backfills.merged)))
    }
    if !result.buildGates.isEmpty { steps.append((.validateBackfill, .gates(result.buildGates))) }
    if !result.build.isEmpty { steps.append((.expandSchema, .segments(result.build))) }
    if !result.gates.isEmpty { steps.append((.validateBackfill, .gates(result.gates))) }
    if !result.hooks.isEmpty {
      steps += [(.cutoverReads, .approval), (.cutoverWrites, .approval)]
    }
    if !result.finalize.isEmpty || !result.cleanup.isEmpty {
      steps.append((.finalizeConstraints, .segments(result.finalize)))
    }
    if !result.cleanup.isEmpty {
      // In one order for everybody, so that two plans cannot wait for each other.
      let locks = result.locks.sorted { $0.quoted < $1.quoted }.map(\.exclusiveLock)
      let statements = locks + result.detach + result.cleanup
      steps.append(
        (
          .cleanupLegacyState,
          .segments([.transaction("swap columns, drop what is legacy", statements)])
        ))
    }
    return steps.enumerated().map { PlanStep(ordinal: $0, kind: $1.kind, body: $1.body) }
  }
}
