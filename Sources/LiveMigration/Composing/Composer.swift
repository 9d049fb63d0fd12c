internal import Postgres
internal import SchemaChange

/// Merges what the patterns of a migration contribute into the steps of one window.
struct Composer {
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
  /// The indexes that the window builds by the names that the migration gives them.
  var built: Set<QualifiedName> = []
  /// What constraints that wait for their name are called until then, by table and final name.
  var held: [QualifiedName: [String: String]] = [:]
  /// The tables that get a key in this plan, which nothing can reference before.
  var keyed: Set<QualifiedName> = []
  /// The changes that wait for the last transaction, with what they do to names.
  private(set) var waiting: [(change: Change, effects: ChangeEffects)] = []
  /// The tables whose rows the migration changes in batches.
  var updated: Set<String> = []
  /// The tables whose rows come or go in batches, or whose columns change by a list of rows: what is built on any of
  /// their columns waits for that.
  var lateTables: Set<QualifiedName> = []
  /// The tables whose rows change by a list of them.
  var listed: Set<QualifiedName> = []
  /// The statements in batches that may be run again.
  var further: [FurtherRun] = []
  /// Those that run once more in the last transaction, before it drops what they read.
  var settled: [FurtherRun] = []
  /// Names that the staged changes so far are about.
  var stagedNames: Set<String> = []
  /// The tables whose replacement is in the plan.
  private(set) var staged: Set<QualifiedName> = []
  /// Whether a statement waits for the last transaction.
  var deferring = false
  /// The views of the new shape.
  private(set) var views: [ShapeView] = []
  /// What the last transaction brings, in order.
  var parts: [SwapPart] = []

  /// The steps of one window.
  struct Window {
    var steps: [PlanStep]
    /// The views of the new shape.
    var views: [ShownTable] = []
    /// Whether, and how, the old shape can be kept after the swap.
    var keeping: Keeping?

    /// Whether its last transaction changes what clients find.
    var swaps: Bool { steps.contains { $0.kind == .cleanupLegacyState } }
  }

  /// Composes the steps of a part of a migration.
  ///
  /// - Parameters:
  ///   - verdicts: All changes of the migration.
  ///   - range: Those of the part.
  ///   - takenAway: What is dropped behind statements in batches that read it.
  /// - Throws: `EngineError.cannotStage` where two changes of the part get in each other's way.
  static func window(
    _ verdicts: [Verdict], _ range: Range<Int>, _ context: PlanningContext,
    takenAway: [CopiedRows.TakenAway] = []
  ) throws -> Window {
    let replacements = try ReplacementGrouping(context).group(verdicts, range)
    var composer = Composer(context: context, replacements: replacements)
    for index in range {
      let verdict = verdicts[index]
      do {
        try composer.add(verdict, at: index)
      } catch let error as RewriteError {
        throw context.cannotStage(verdict.change, error.description)
      }
    }
    for taken in takenAway where range.contains(taken.drop) {
      try composer.settle(taken, verdicts[taken.drop].change)
    }
    guard let shape = context.newShape else { return composer.window() }
    let changes = verdicts[range].filter { !$0.doesNothing }.map(\.change)
    composer.views = try ShapeViews(changes, replacements: replacements, context, shape).views
    try composer.requireShown()
    var window = composer.window()
    window.views = composer.views.shown(shape)
    return window
  }

  private init(context: PlanningContext, replacements: [QualifiedName: TableReplacement]) {
    self.context = context
    self.replacements = replacements
  }

  // MARK: - Order

  /// Remembers that a change waits for the last transaction.
  mutating func wait(_ change: Change, at index: Int) {
    deferring = true
    waiting.append((change, context.effects[index]))
  }

  private func requireNoCause(of change: Change, at index: Int) throws {
    guard let cause = cause(of: change, at: index) else { return }
    throw context.cannotStage(
      change,
      "it depends on what line \(cause.location.line) changes in the plan's last transaction; "
        + "put it into a migration after", .dependsOnEarlier)
  }

  // MARK: - One change

  mutating func add(_ verdict: Verdict, at index: Int) throws {
    let change = verdict.change
    if verdict.doesNothing { return }
    switch verdict.classification {
    case .offlineOnly:
      throw context.cannotStage(change, verdict.reason, verdict.rule)
    case .fastLockDestructiveGuarded where verdict.rule == .opaqueStatement:
      throw context.cannotStage(
        change, "it runs alone; put it into a migration of its own, which apply takes",
        .opaqueStatement)
    case .fastLockDestructiveGuarded:
      try requireNoReplaced(verdict)
      freeDropped(change)
      if !detach(change, at: index) { try self.defer(change, at: index) }
    case .onlineSafe:
      if !detach(change, at: index) { try addOnlineSafe(verdict, at: index) }
    case .expandContract(let pattern):
      try requireNoCause(of: change, at: index)
      try requireNoUpdatedKey(change)
      stagedNames.formUnion(context.effects[index].stagedNames(of: change))
      try add(pattern, verdict, at: index)
    }
  }

  /// Puts a drop before the swap; `false` where it need not be there.
  private mutating func detach(_ change: Change, at index: Int) -> Bool {
    guard detachesFirst(change, at: index) else { return false }
    result.detach.append(change.sql)
    wait(change, at: index)
    return true
  }

  private mutating func add(_ pattern: PatternKind, _ verdict: Verdict, at index: Int) throws {
    let change = verdict.change
    switch (pattern, change.operation) {
    case (_, .alterColumnType(let operation)) where pattern.replacesColumn:
      let table = try context.table(operation.target.table, for: change)
      try requireNoList(table, change)
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
    case (.stagedDrop, .drop(let drop)): addStagedDrop(drop, change, at: index)
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
    case (.batchedUpdate, .other(let operation)), (.batchedDelete, .other(let operation)),
      (.batchedInsert, .other(let operation)):
      try addBatches(operation, change, at: index)
    case (.attachedPartition, .attachPartition(let parent, let partition)):
      try addAttachment(of: partition, to: parent, change, at: index)
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
    let contribution = try replacement.contribution()
    result += contribution
    parts.append(.replacement(name, contribution.cleanup, detach: contribution.detach))
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
    if let name = operation.name {
      if operation.ifNotExists, isTaken(name, of: table) { return }
      try requireFree(name, of: table, change)
      built.insert(QualifiedName(schema: table.name.schema, name: name))
    }
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
    }
    if !waiting.isEmpty { wait(change, at: index) }
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
  private func window() -> Window {
    var steps: [(kind: StepKind, body: StepBody)] = []
    if !result.expand.isEmpty { steps.append((.expandSchema, .segments(result.expand))) }
    if !result.hooks.isEmpty { steps.append((.beginCompatibilityWindow, .hooks(result.hooks))) }
    steps += backfillSteps()
    let further = further.map(\.gate)
    if !result.buildGates.isEmpty {
      steps.append((.validateBackfill, .gates(further + result.buildGates)))
    }
    // An upsert of the new shape asks the new index, which must be there before such clients come.
    let build = result.build + (views.isEmpty ? [] : result.lateBuild)
    if !build.isEmpty { steps.append((.expandSchema, .segments(build))) }
    let gates = (result.buildGates.isEmpty ? further : []) + result.gates
    if !gates.isEmpty { steps.append((.validateBackfill, .gates(gates))) }
    steps += cutoverSteps()
    let finalize = (views.isEmpty ? result.lateBuild : []) + result.finalize
    if !finalize.isEmpty || !result.cleanup.isEmpty {
      steps.append((.finalizeConstraints, .segments(finalize)))
    }
    var keeping: Keeping?
    if !result.cleanup.isEmpty {
      keeping = self.keeping(undone: result.finalize, returningTo: steps.count - 1)
      let statements =
        locked() + settled.map(\.statement) + viewRemovals + result.detach + result.cleanup
        + schemaRemovals
      steps.append(
        (
          .cleanupLegacyState,
          .segments([.transaction("swap columns, drop what is legacy", statements)])
        ))
    }
    return Window(
      steps: steps.enumerated().map { PlanStep(ordinal: $0, kind: $1.kind, body: $1.body) },
      keeping: keeping)
  }
}

extension ChangeEffects {
  /// What something that is made early must not be about, once the change is staged.
  fileprivate func stagedNames(of change: Change) -> Set<String> {
    var names = rebinds.union(brings)
    if case .alterColumnType(let operation) = change.operation {
      names.formUnion([operation.target.table.name, operation.target.column])
    }
    return names
  }
}
