internal import Postgres
internal import SchemaChange

/// Changes that need no pattern.
extension Composer {
  mutating func addOnlineSafe(_ verdict: Verdict, at index: Int) throws {
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
  mutating func addEarly(_ change: Change) throws -> Bool {
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

  func indexFacts(_ name: QualifiedName) -> IndexFacts? {
    guard let index = context.facts.table(name), index.kind == .index else { return nil }
    return context.facts.tables.values.flatMap { $0.indexes }.first { $0.name == index.name }
  }

  func segment(_ change: Change) -> Segment {
    Segment(
      purpose: "line \(change.location.line) of the migration",
      work: StandaloneWork.of(change, context.facts),
      undo: Inverse.of(change, context.facts) ?? [])
  }
}
