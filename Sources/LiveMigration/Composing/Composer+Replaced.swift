internal import Postgres
internal import SchemaChange

/// Changes beside a column that is replaced.
extension Composer {
  /// Handles a change to a table of which a column is replaced; `false` when it must wait for the swap.
  mutating func addToReplaced(
    _ change: Change, _ replacement: TableReplacement, at index: Int
  ) throws -> Bool {
    let table = replacement.table
    switch change.operation {
    case .addColumn(let column):
      guard !column.constraints.contains(where: { referencesReplaced($0) || referencesNewKey($0) })
      else { return false }
      result.expand.append(segment(change))
      return true
    case .dropNotNull(let target) where replacement.shadows[target.column] != nil:
      // The shadow gets what the column has after the migration.
      return true
    case .columnDefault(let target, _)
    where replacement.columns.contains { $0.legacy.name == target.column && !$0.getsDefaultLater }:
      return true
    case .setNotNull(let target):
      guard replacement.shadows[target.column] == nil else { return true }
      guard let column = table.column(target.column) else { return false }
      var segment = segment(change)
      if !column.notNull {
        let name = Quoting.identifier(column.name)
        segment.undo = ["ALTER TABLE \(table.name) ALTER COLUMN \(name) DROP NOT NULL"].planned
      }
      result.expand.append(segment)
      return true
    case .addConstraint(let constraint):
      if let own = context.facts.table(constraint.table), touchesReplaced(constraint, own) {
        guard constraint.usingIndex == nil else {
          throw context.cannotStage(
            change,
            "the index is over a column that changes its type, and a column like that gets new "
              + "indexes; leave USING INDEX out")
        }
        try addValidated(constraint, change, at: index)
        return true
      }
      // A table that the migration makes waits for the swap with its keys.
      guard !referencesReplaced(constraint) else { return false }
      return try addEarly(change, at: index)
    case .validateConstraint(_, let name) where held[table.name]?[name] == nil:
      let columns = table.constraints.first { $0.name == name }?.columns ?? []
      try requireUntouched(columns, of: table, change)
      return try addEarly(change, at: index)
    case .createIndex(let operation):
      try addIndex(operation, change, at: index)
      return true
    default:
      return false
    }
  }

  /// Whether a foreign key references a column that is replaced: it must wait for the swap.
  func referencesReplaced(_ constraint: AddConstraint) -> Bool {
    guard case .foreignKey(_, let references, let columns) = constraint.kind,
      let table = context.facts.table(references), let replacement = replacements[table.name]
    else { return false }
    let key = table.constraints.first { $0.kind == .primaryKey }?.columns ?? []
    return replacement.touches(columns.isEmpty ? key : columns)
  }

  /// Whether a constraint is over a column that is replaced, or references one.
  func touchesReplaced(_ constraint: AddConstraint, _ table: TableFacts) -> Bool {
    replacements[table.name]?.touches(constraint.columns) == true || referencesReplaced(constraint)
  }

  func replacedTable(_ change: Change) -> TableReplacement? {
    for name in change.mentions {
      if let table = context.facts.table(name), let replacement = replacements[table.name] {
        return replacement
      }
    }
    return nil
  }

  /// What a plan changes, or carries over, cannot be dropped by the same migration.
  func requireNoReplaced(_ verdict: Verdict) throws {
    let change = verdict.change
    let isReplaced: Bool
    switch change.operation {
    case .dropColumn(let target, _):
      let table = context.facts.table(target.table)
      isReplaced = table.flatMap { replacements[$0.name]?.shadows[target.column] } != nil
    case .drop(let drop) where drop.objectType == .table:
      let names = drop.names.compactMap { context.facts.table($0)?.name }
      isReplaced = names.contains { name in
        replacements[name] != nil
          || replacements.values.contains { $0.inboundKeys.contains { $0.table == name } }
      }
    default: isReplaced = false
    }
    if isReplaced {
      throw context.cannotStage(change, "it drops what the same migration changes")
    }
  }

  func requireUntouched(
    _ columns: [String], of table: TableFacts, _ change: Change
  ) throws {
    guard let replacement = replacements[table.name], replacement.touches(columns) else { return }
    throw context.cannotStage(
      change, "it is about a column that changes its type; put it into a migration of its own")
  }
}
