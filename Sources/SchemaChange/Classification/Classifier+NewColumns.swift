internal import Postgres

extension Classifier {
  /// `ADD COLUMN`: catalogue only unless something must be computed or checked for each row.
  func addColumn(
    _ change: Change, _ operation: AddColumn, _ forecast: Forecast?, _ conversion: ConversionFacts?
  ) -> Verdict {
    let table = operation.target.table
    if let refusal = missing(table, change) { return refusal }
    if isEmpty(table) {
      return Verdict(change, .onlineSafe, .addColumnEmptyTable, "the table holds no rows")
    }
    if operation.ifNotExists, facts?.table(table)?.column(operation.target.column) != nil {
      return Verdict(change, .onlineSafe, .addColumnExists, "the column is there already")
    }
    if operation.generated == .stored {
      return Verdict(
        change, .offlineOnly, .addColumnGenerated,
        "a stored generated column rewrites the table, and so would a shadow of it",
        remedy: "add a plain column kept by a trigger, or a view")
    }
    if operation.generated == .virtual {
      guard operation.notNull, isLarge(table) else {
        return inlineConstraints(change, operation, forecast)
          ?? Verdict(
            change, .onlineSafe, .addColumnVirtual, "a brief lock; it is computed when it is read")
      }
      return Verdict(
        change, .offlineOnly, .addColumnVirtualNotNull,
        "it would be computed and checked in every row under a lock that blocks readers and writers",
        remedy: RuleID.addColumnVirtualNotNull.rule.advice)
    }
    let isSequence = operation.identity != nil || operation.isSerial
    if operation.notNull, operation.defaultExpression == nil, !isSequence {
      return Verdict(
        change, .offlineOnly, .addColumnNotNull,
        "the table has rows, and nothing can fill the column in them", remedy: "add a default")
    }
    if isSequence || forecast?.rewrites == true || (forecast == nil && mayBeVolatile(operation)) {
      return valuePerRow(change, operation, conversion)
    }
    return inlineConstraints(change, operation, forecast)
      ?? Verdict(
        change, .onlineSafe, .addColumn, "a brief lock; the default is kept in the catalogue")
  }

  private func mayBeVolatile(_ operation: AddColumn) -> Bool {
    guard let expression = operation.defaultExpression else { return false }
    return SQLExpression.isConstant(expression) != true
  }

  /// A column that would rewrite the table: by its default, its sequence, or a domain's constraints.
  private func valuePerRow(
    _ change: Change, _ operation: AddColumn, _ conversion: ConversionFacts?
  ) -> Verdict {
    if conversion?.shadowRewrites == true {
      return Verdict(
        change, .offlineOnly, .addColumnConstrainedDomain,
        "even an empty column of the type \(operation.type) rewrites the table",
        remedy: "use the domain's base type and a CHECK constraint")
    }
    if facts != nil, conversion == nil {
      return Verdict(
        change, .offlineOnly, .addColumnUnknown,
        "the column cannot be tried on an empty copy of the table as it is now",
        remedy: "create the type, or what the default needs, in a migration before")
    }
    if let table = facts?.table(operation.target.table), table.kind == .table,
      !table.partitions.isEmpty
    {
      return Verdict(
        change, .offlineOnly, .addColumnVolatileInherited,
        "every row needs a value of its own, in the tables that inherit it too",
        remedy: "add the column without the default, SET DEFAULT in a second statement, "
          + "and fill the old rows in batches")
    }
    if operation.namesIdentitySequence {
      return Verdict(
        change, .offlineOnly, .addColumnNamedIdentity,
        "every row needs a value of its own, and the sequence's name is only free at the end",
        remedy: "leave SEQUENCE NAME out and rename the sequence in a migration after")
    }
    for constraint in operation.constraints {
      let verdict = addConstraint(change, constraint, nil)
      if verdict.classification == .offlineOnly { return verdict }
    }
    return Verdict(
      change, .expandContract(.volatileDefault), .addColumnVolatile,
      "every row needs a value of its own, so the table would be rewritten under a lock that "
        + "blocks readers and writers")
  }

  /// The verdict on a column's constraints when one of them is work for each row; `nil` when none is.
  private func inlineConstraints(
    _ change: Change, _ operation: AddColumn, _ forecast: Forecast?
  ) -> Verdict? {
    if let forecast, forecast.catalogueOnly { return nil }
    for constraint in operation.constraints {
      // Rows that hold NULL have nothing to look up.
      if case .foreignKey = constraint.kind, operation.defaultExpression == nil { continue }
      let verdict = addConstraint(change, constraint, nil)
      if verdict.classification != .onlineSafe { return verdict }
    }
    return nil
  }
}
