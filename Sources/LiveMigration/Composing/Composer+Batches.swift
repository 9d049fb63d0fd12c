internal import Postgres
internal import SchemaChange

/// Statements of a migration that change rows in batches.
extension Composer {
  /// Refuses a foreign key onto a table whose keys the plan still changes: it would bind clients, and the batches, before.
  func requireNoUpdatedKey(_ change: Change) throws {
    guard case .addConstraint(let constraint) = change.operation,
      let table = constraint.references, updated.contains(table.name)
    else { return }
    throw context.cannotStage(
      change, "an UPDATE before it changes rows of \(table); put it into a migration after",
      .dependsOnEarlier)
  }

  /// Changes the rows of an `UPDATE` by the backfill, in its place among the columns that backfills fill.
  mutating func addBatchedUpdate(
    _ operation: OtherOperation, _ change: Change, at index: Int
  ) throws {
    guard let name = operation.relation, let update = operation.rows?.update,
      let condition = context.conversions[index]?.condition
    else { throw context.cannotStage(change, "it cannot be tried on a copy of the table") }
    let table = try context.table(name, for: change)
    let used = (try? SQLExpression.columns(in: condition)) ?? []
    if staged.contains(table.name), replacements[table.name]?.touches(Array(used)) == true {
      throw context.cannotStage(
        change,
        "a column in it changes its type in the plan's last transaction; put it into a migration after",
        .dependsOnEarlier)
    }
    result.backfills.append(
      TableBackfill(
        table: table.name,
        assignments: update.assignments.map {
          TableBackfill.Assignment(column: $0.column, expression: $0.expression)
        }, condition: condition, isStatement: true))
    for column in update.columns {
      late.insert(ColumnReference(table: table.name, column: column))
    }
    updated.insert(name.name)
    updated.insert(table.name.name)
  }
}
