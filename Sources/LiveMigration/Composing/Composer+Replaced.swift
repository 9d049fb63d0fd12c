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
      guard !column.constraints.contains(where: referencesReplaced) else { return false }
      result.expand.append(segment(change))
      return true
    case .setNotNull(let target):
      guard replacement.shadows[target.column] == nil else { return true }
      guard let column = table.column(target.column) else { return false }
      var segment = segment(change)
      if !column.notNull {
        let name = Quoting.identifier(column.name)
        segment.undo = ["ALTER TABLE \(table.name) ALTER COLUMN \(name) DROP NOT NULL"]
      }
      result.expand.append(segment)
      return true
    case .addConstraint(let constraint):
      if let own = context.facts.table(constraint.table) {
        try requireUntouched(constraint.columns, of: own, change)
      }
      guard !referencesReplaced(constraint) else { return false }
      return try addEarly(change)
    case .validateConstraint(_, let name):
      let columns = table.constraints.first { $0.name == name }?.columns ?? []
      try requireUntouched(columns, of: table, change)
      return try addEarly(change)
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

  /// Whether a foreign key references a column that is replaced: it must wait for the swap.
  func referencesReplaced(_ constraint: AddConstraint) -> Bool {
    guard case .foreignKey(_, let references, let columns) = constraint.kind,
      let table = context.facts.table(references), let replacement = replacements[table.name]
    else { return false }
    let key = table.constraints.first { $0.kind == .primaryKey }?.columns ?? []
    return replacement.touches(columns.isEmpty ? key : columns)
  }

  /// A key that the plan makes anew cannot be dropped by the same migration.
  func requireNoCarriedKey(_ change: Change) throws {
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
    case .drop(let drop) where drop.objectType == "TABLE":
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
