internal import Postgres
internal import SchemaChange

/// Columns that come early although other statements wait, and those that come late.
extension Composer {
  /// Whether a new column needs nothing that a waiting statement brings: the server took it on an empty copy of its
  /// table as that is now.
  func addsByItself(_ change: Change, at index: Int) -> Bool {
    guard case .addColumn(let column) = change.operation,
      let table = context.facts.table(column.target.table), replacements[table.name] == nil,
      // An earlier statement empties the table, at the plan's end.
      !(table.hasRows && column.hasNoValue)
    else { return false }
    let isTried = context.conversions[index] != nil && table.column(column.target.column) == nil
    return isTried
      && column.constraints.allSatisfy { $0.references.flatMap(context.facts.table) != nil }
  }

  /// Remembers which columns a waiting statement brings.
  mutating func rememberColumns(_ change: Change) {
    switch change.operation {
    case .addColumn(let column): columnsAtEnd.insert(resolved(column.target))
    case .renameColumn(let target, let name):
      columnsAtEnd.insert(resolved(ColumnReference(table: target.table, column: name)))
    default: break
    }
  }

  /// Refuses to stage what is about a column that is not there before the plan's end.
  func requireColumns(_ change: Change) throws {
    let table: QualifiedName
    let columns: Set<String>
    switch change.operation {
    case .setNotNull(let target): (table, columns) = (target.table, [target.column])
    case .addConstraint(let constraint):
      (table, columns) = (constraint.table, Set(constraint.columns))
    case .createIndex(let operation):
      table = operation.table
      columns = try IndexStatement(change.sql).columns
    default: return
    }
    let missing = columns.first { column in
      columnsAtEnd.contains(resolved(ColumnReference(table: table, column: column)))
    }
    guard let missing else { return }
    throw context.cannotStage(
      change,
      "the column \(missing) comes with the plan's last transaction, together with the statements "
        + "before it; put this statement into a migration after")
  }

  private func resolved(_ column: ColumnReference) -> ColumnReference {
    ColumnReference(
      table: context.facts.table(column.table)?.name ?? column.table, column: column.column)
  }
}
