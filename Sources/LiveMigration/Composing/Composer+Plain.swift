internal import Postgres
internal import SchemaChange

/// Changes that need no pattern.
extension Composer {
  mutating func addOnlineSafe(_ verdict: Verdict, at index: Int) throws {
    let change = verdict.change
    if context.newShape != nil, change.isShownByView {
      try self.defer(change, at: index)
      return
    }
    if try addTakenOff(change, at: index) { return }
    if try addToLate(change, at: index) { return }
    if let replacement = replacedTable(change) {
      if cause(of: change, at: index) == nil,
        try addToReplaced(change, replacement, at: index)
      {
        return
      }
    } else if !readsUnfinished(change, at: index), try addEarly(change, at: index) {
      return
    }
    guard change.transactional else {
      throw context.cannotStage(
        change, "it must run outside a transaction, and cannot be taken back or put off")
    }
    try self.defer(change, at: index)
  }

  /// Whether it reads rows that the plan still changes.
  private func readsUnfinished(_ change: Change, at index: Int) -> Bool {
    let reads = context.effects[index].reads
    if !updated.isDisjoint(with: reads) { return true }
    let filled = lateTables.union(late.map(\.table)).map(\.name)
    return change.runsQuery && !reads.isDisjoint(with: filled)
  }

  /// Makes a change wait for the plan's last transaction.
  mutating func `defer`(_ change: Change, at index: Int) throws {
    for name in change.mentions {
      guard let facts = context.facts.table(name) else { continue }
      try stageReplacement(of: facts.indexTable ?? facts.name)
      for (table, replacement) in replacements
      where replacement.owns(facts.name)
        || replacement.inboundKeys.contains(where: { $0.table == facts.name })
      {
        try stageReplacement(of: table)
      }
    }
    // A statistics object is no relation, so nothing says whose it is.
    if Self.mayBeAboutStatistics(change) {
      for table in replacements.keys.sorted(by: { $0.quoted < $1.quoted }) {
        try stageReplacement(of: table)
      }
    }
    if change.runsQuery, !isMadeAgain(change) {
      throw context.cannotStage(
        change,
        "its query would run in the plan's last transaction, while that holds its locks; "
          + "put it into a migration of its own")
    }
    wait(change, at: index)
    result.cleanup.append(change.sql)
    parts.append(.change(change))
  }

  private static func mayBeAboutStatistics(_ change: Change) -> Bool {
    guard change.mentions.isEmpty else { return false }
    let kinds: Set<StatementKind> = [.columnStatistics, .comment, .renameObject]
    return switch change.operation {
    case .drop(let drop): drop.objectType == .statistics
    case .other(let other): kinds.contains(other.kind)
    default: false
    }
  }

  /// Puts a change before the clean-up where it can be taken back; `false` when it must wait.
  mutating func addEarly(_ change: Change, at index: Int) throws -> Bool {
    switch change.operation {
    case .dropIndex(let names, _) where names.count == 1:
      guard let name = names.first, let facts = indexFacts(name) else { return false }
      let again = try IndexStatement(facts.definition).sql(
        IndexStatement.Changes(concurrently: true, ifNotExists: true))
      var segment = segment(change)
      segment.undo = [again].planned
      result.finalize.append(segment)
      return true
    case .addConstraint(let constraint) where constraint.notValid:
      if try hold(constraint, change, at: index) { return true }
      return addAsWritten(change, at: index)
    case .validateConstraint(let table, let name):
      if try validateOwn(name, of: table, change) { return true }
      guard let facts = context.facts.table(table)?.constraints.first(where: { $0.name == name })
      else { return false }
      if facts.validated {
        // Nothing to do, and nothing to take back.
        result.finalize.append(segment(change))
        return true
      }
      let again = try ConstraintDefinition(facts.definition).sql(notValid: true)
      var segment = segment(change)
      let own = Quoting.identifier(name)
      segment.undo =
        [
          "ALTER TABLE \(table) DROP CONSTRAINT IF EXISTS \(own)",
          "ALTER TABLE \(table) ADD CONSTRAINT \(own) \(again)",
        ].planned
      result.finalize.append(segment)
      return true
    default: return addAsWritten(change, at: index)
    }
  }

  private mutating func addAsWritten(_ change: Change, at index: Int) -> Bool {
    guard cause(of: change, at: index) == nil,
      let undo = Inverse.of(change, context.facts, existing: context.existingNames),
      !referencesNewKey(change.operation), !isAboutStaged(change, at: index)
    else { return false }
    if case .addConstraint(let constraint) = change.operation, let name = constraint.name {
      // Until the last transaction another constraint has the name.
      if isFreed(name, of: constraint.table) { return false }
      early.insert(name)
    }
    var segment = segment(change)
    segment.undo = undo.planned
    result.expand.append(segment)
    return true
  }

  /// Whether what a type, a function or the like is made of is staged, so that it waits for that.
  private func isAboutStaged(_ change: Change, at index: Int) -> Bool {
    guard case .other(let other) = change.operation, Inverse.makes.keys.contains(other.kind) else {
      return false
    }
    return !context.effects[index].reads.isDisjoint(with: stagedNames)
  }

  func indexFacts(_ name: QualifiedName) -> IndexFacts? {
    guard let index = context.facts.table(name), index.kind == .index else { return nil }
    return context.facts.tables.values.flatMap { $0.indexes }.first { $0.name == index.name }
  }

  func segment(_ change: Change) -> Segment {
    Segment(
      purpose: "line \(change.location.line) of the migration",
      work: StandaloneWork.of(change, context.facts),
      undo: (Inverse.of(change, context.facts, existing: context.existingNames) ?? []).planned)
  }
}
