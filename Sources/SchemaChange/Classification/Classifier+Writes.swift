internal import Postgres

/// Statements that write rows: online where they are few, or where no client waits for them.
extension Classifier {
  /// The verdict on a write that locks few rows; `nil` where it may lock many.
  func write(_ change: Change, _ operation: OtherOperation) -> Verdict? {
    let kinds: Set<StatementKind> = [.update, .delete, .merge, .insertSelect]
    guard kinds.contains(operation.kind), let table = operation.relation else { return nil }
    if created.contains(table) {
      return Verdict(
        change, .onlineSafe, .writeToNewTable, "the migration makes the table: no client waits")
    }
    if operation.kind != .insertSelect, isEmpty(table) {
      return Verdict(change, .onlineSafe, .writeToEmptyTable, "the table holds no rows")
    }
    guard let target = facts?.table(table), target.kind == .table || target.kind == .partitioned,
      !reachesOthers(operation, target)
    else { return nil }
    if let count = rowsByKey(operation, target), count < settings.validationThresholdRows {
      return Verdict(
        change, .onlineSafe, .writeByKey,
        count == 1
          ? "a unique key chooses one row" : "a unique key chooses at most \(count) rows")
    }
    guard isShort(change, operation, target) else { return nil }
    return Verdict(
      change, .onlineSafe, .writeSmallTable,
      "every table that it reads or writes is below validation_threshold_rows")
  }

  /// How many rows at most the constants of a `WHERE` clause choose by a unique key.
  private func rowsByKey(_ operation: OtherOperation, _ table: TableFacts) -> Int64? {
    guard let rows = operation.rows, operation.kind == .update || operation.kind == .delete else {
      return nil
    }
    let keys = table.constraints.filter { $0.kind == .primaryKey || $0.kind == .unique }
    return keys.compactMap { key in
      var count: Int64 = 1
      for column in key.columns {
        guard let constants = rows.equal[column] else { return nil }
        let (product, overflow) = count.multipliedReportingOverflow(by: Int64(constants))
        guard !overflow else { return nil }
        count = product
      }
      return count
    }.min()
  }

  /// Whether every table of a write is small, and so is what an `INSERT … SELECT` can make of them.
  private func isShort(
    _ change: Change, _ operation: OtherOperation, _ target: TableFacts
  ) -> Bool {
    let tables = change.mentions.map { facts?.table($0) }
    guard tables.allSatisfy({ $0.map(isSmall) == true }) else { return false }
    guard operation.kind == .insertSelect else { return true }
    // A function in FROM makes rows out of nothing.
    guard operation.rows != nil else { return false }
    var product: Int64 = 1
    for source in tables.compactMap(\.self) where source.oid != target.oid {
      let (next, overflow) = product.multipliedReportingOverflow(by: max(rows(of: source), 1))
      guard !overflow, next < settings.validationThresholdRows else { return false }
      product = next
    }
    return true
  }

  private func isSmall(_ table: TableFacts) -> Bool {
    !table.hasRows || rows(of: table) < settings.validationThresholdRows
  }

  private func rows(of table: TableFacts) -> Int64 {
    table.hasRows ? table.estimatedRows ?? .max : 0
  }

  /// Whether a foreign key of another table would change rows there, however few it changes here.
  private func reachesOthers(_ operation: OtherOperation, _ table: TableFacts) -> Bool {
    table.tree.flatMap(\.inboundForeignKeys).contains { key in
      let actions = ForeignKeyActions(key.definition)
      switch operation.kind {
      case .delete: return actions.onDelete
      case .update:
        guard let rows = operation.rows else { return actions.onUpdate }
        return actions.onUpdate && !rows.writes.isDisjoint(with: key.referencedColumns)
      case .merge: return actions.onDelete || actions.onUpdate
      default: return false
      }
    }
  }
}
