internal import Postgres

extension Classifier {
  /// `ALTER COLUMN … TYPE`: catalogue only, or a replacement column.
  func typeChange(
    _ change: Change, _ operation: AlterColumnType, _ forecast: Forecast?,
    _ conversion: ConversionFacts?
  ) -> Verdict {
    let target = operation.target
    if let refusal = missing(target.table, change) { return refusal }
    let isStaged = settings.stagesEveryType && changesType(target)
    if !isStaged, isEmpty(target.table) {
      return Verdict(change, .onlineSafe, .typeOfEmptyTable, "the table holds no rows")
    }
    if !isStaged, let forecast, forecast.catalogueOnly {
      return Verdict(
        change, .onlineSafe, .typeCatalogueOnly,
        "the new type reads the same bytes: a brief lock and no rewrite")
    }
    guard let facts else {
      return Verdict(
        change, .expandContract(.replacementColumn), .typeRewrites,
        "without a server to ask, the table is assumed to be rewritten under a lock that blocks all clients"
      )
    }
    let slots = facts.table(target.table)?.tree.map(\.columnSlots).max() ?? 0
    guard slots < TableFacts.mostColumnSlots else {
      return Verdict(
        change, .offlineOnly, .noRoomForColumn,
        "\(target.table) has \(slots) columns, those that were dropped included, and the server allows no more: "
          + "no other column can take its place",
        remedy: "move its rows into a new table")
    }
    guard let conversion else {
      return Verdict(
        change, .offlineOnly, .typeConversionUnknown,
        "the conversion cannot be tried on an empty copy of the table as it is now",
        remedy: "create the type, or what the expression needs, in a migration before")
    }
    if conversion.shadowRewrites {
      return Verdict(
        change, .offlineOnly, .typeIsConstrainedDomain,
        "even an empty column of the type \(operation.type) rewrites the table",
        remedy: "use the domain's base type and a CHECK constraint")
    }
    if !conversion.volatileFunctions.isEmpty {
      return Verdict(
        change, .offlineOnly, .typeConversionVolatile,
        "\(conversion.volatileFunctions.joined(separator: ", ")) gives another value at each call",
        remedy: "write an expression that depends on the row alone")
    }
    if !conversion.obstacles.isEmpty {
      return Verdict(
        change, .offlineOnly, .typeConversionBeyondRow,
        conversion.obstacles.joined(separator: "; "),
        remedy: "write an expression that depends on the row's columns alone")
    }
    let obstacles = obstacles(to: target, in: facts)
    guard obstacles.isEmpty else {
      return Verdict(
        change, .offlineOnly, .typeWithDependents,
        "the table would be rewritten under a lock that blocks all clients, and what hangs on "
          + "\(target.column) cannot be carried to a replacement: "
          + obstacles.joined(separator: "; "),
        remedy: "drop them in a migration before and create them again in one after")
    }
    if isRecoded(operation, in: facts) {
      return Verdict(
        change, .expandContract(.codecTransition), .codecTransition,
        "every row is encoded anew: \(work(forecast)) under a lock that blocks readers and writers",
        warnings: warnings(on: operation, in: facts))
    }
    return Verdict(
      change, .expandContract(.replacementColumn), .typeRewrites,
      "\(work(forecast)) under a lock that blocks readers and writers",
      warnings: warnings(on: operation, in: facts))
  }

  /// Whether clients would find another type.
  private func changesType(_ target: ColumnReference) -> Bool {
    guard let column = facts?.table(target.table)?.column(target.column),
      let after = probe?.columnsAfter[target.table]?.first(where: { $0.name == column.name })
    else { return false }
    return column.type != after.type
  }

  /// Whether the column keeps its type, and only what its values mean changes, from one codec to another.
  private func isRecoded(_ operation: AlterColumnType, in facts: CatalogueFacts) -> Bool {
    guard let using = operation.using,
      let column = facts.table(operation.target.table)?.column(operation.target.column),
      // As the server writes it: a migration may call it `varchar(20)` or by an alias.
      let after = probe?.columnsAfter[operation.target.table]?.first(where: {
        $0.name == column.name
      })
    else { return false }
    return column.type == after.type && CodecPair(using, of: column.name) != nil
  }

  /// What a change of a key's type leaves behind: columns that reference it, and a narrow sequence.
  private func warnings(
    on operation: AlterColumnType, in facts: CatalogueFacts
  ) -> [Verdict.Warning] {
    guard let table = facts.table(operation.target.table),
      let column = table.column(operation.target.column)
    else { return [] }
    let behind = table.inboundForeignKeys.compactMap { key -> Verdict.Warning? in
      guard let index = key.referencedColumns.firstIndex(of: column.name),
        key.columns.indices.contains(index)
      else { return nil }
      let reference = ColumnReference(table: key.table, column: key.columns[index])
      guard !survey.retyped.contains(reference) else { return nil }
      return Verdict.Warning(
        rule: .referencingColumnLeftBehind,
        message: "\(key.table).\(Quoting.identifier(reference.column)) references it and keeps its "
          + "type: values that only the new type holds cannot be referenced")
    }
    let narrow = operation.type == "bigint" ? column.ownedSequences : []
    return behind
      + narrow.filter { !survey.sequences.contains($0.name) }.map {
        Verdict.Warning(
          rule: .sequenceLeftNarrow,
          message: "the sequence \($0) keeps its type and runs out where it did; "
            + "ALTER SEQUENCE \($0) AS bigint widens it")
      }
  }

  private func work(_ forecast: Forecast?) -> String {
    guard let forecast, !forecast.rewrites else { return "the table would be rewritten" }
    return forecast.buildsIndex
      ? "indexes would be built anew" : "every row would be checked"
  }

  /// What hangs on a column and cannot be carried to its replacement.
  private func obstacles(to target: ColumnReference, in facts: CatalogueFacts) -> [String] {
    guard let table = facts.table(target.table) else { return [] }
    guard table.kind == .table || table.kind == .partitioned else {
      return ["\(table.name) is no plain table"]
    }
    let name = target.column
    guard let column = table.column(name) else { return ["it was added by this migration"] }
    var found: [String] = []
    for relation in table.tree {
      found += relation.rowTypeHolders.map { "rows of \(relation.name) are stored in \($0)" }
      found += relation.dependents.filter {
        $0.column == name && !survey.drops($0, of: relation.name)
      }.map(\.description)
    }
    if column.identity != nil, column.identitySequence == nil {
      found.append("it is an identity column without a sequence")
    }
    if column.isGenerated { found.append("it is generated") }
    if column.notNullUnproved {
      found.append("its NOT NULL is NOT VALID, so that rows may hold NULL")
    }
    if column.inherited { found.append("a parent table declares it") }
    if table.kind == .table, !table.partitions.isEmpty { found.append("other tables inherit it") }
    if table.partitionKeyColumns.contains(name) { found.append("it is in the partition key") }
    found += table.inboundForeignKeys.filter {
      // Each would have to be made for every partition of the other table.
      $0.referencedColumns.contains(name) && ($0.partitioned || table.kind == .partitioned)
        && !survey.drops($0.name, of: $0.table)
    }.map { "foreign key \($0.name) of \($0.table) references it" }
    for constraint in table.constraints where constraint.columns.contains(name) {
      let isKey = constraint.kind == .unique || constraint.kind == .primaryKey
      if isKey, constraint.isTemporal, !survey.drops(constraint.name, of: table.name) {
        found.append("the key \(constraint.name) is WITHOUT OVERLAPS")
      }
      if constraint.kind == .exclusion, !survey.drops(constraint.name, of: table.name) {
        found.append("exclusion constraint \(constraint.name)")
      }
    }
    return found + deferrableKeys(over: name, of: table)
  }

  /// Keys whose check may wait for the end of a transaction.
  ///
  /// The index that takes such a key's place is built beside clients, as a plain one: from then on until the swap it
  /// would refuse at once what the key lets pass until the end, as `UPDATE t SET place = place + 1` does.
  private func deferrableKeys(over column: String, of table: TableFacts) -> [String] {
    table.tree.flatMap { node in
      node.constraints.filter { key in
        key.deferrable && (key.kind == .unique || key.kind == .primaryKey)
          && key.columns.contains(column) && !key.inherited
          && !survey.drops(key.name, of: node.name)
      }.map { key in
        let kind = key.kind == .primaryKey ? "primary key" : "unique constraint"
        return
          "\(kind) \(key.name) is DEFERRABLE, and its new index would check clients' rows at once, "
          + "not at the end of their transactions"
      }
    }
  }

  /// `SET NOT NULL`: free when a constraint proves it, staged on a large table.
  func setNotNull(_ change: Change, _ target: ColumnReference, _ forecast: Forecast?) -> Verdict {
    if let refusal = missing(target.table, change) { return refusal }
    if let add = added[target], facts?.table(target.table)?.column(target.column) == nil,
      add.defaultExpression == nil, add.generated == nil, !isEmpty(target.table)
    {
      return Verdict(
        change, .offlineOnly, .notNullWithoutValues,
        "the column was added by this migration without a default, so every row holds NULL",
        remedy: "add the column with a default")
    }
    let column = facts?.table(target.table)?.column(target.column)
    if column?.notNullUnproved == true, isLarge(target.table) {
      return Verdict(
        change, .offlineOnly, .notNullUnproved,
        "its NOT NULL is NOT VALID, and every row would be checked under a lock that blocks readers and writers",
        remedy: RuleID.notNullUnproved.rule.advice)
    }
    if column?.holdsNoNull == true {
      return Verdict(change, .onlineSafe, .notNullAlready, "the column is NOT NULL already")
    }
    if isEmpty(target.table) {
      return Verdict(change, .onlineSafe, .notNullOfEmptyTable, "the table holds no rows")
    }
    if let forecast, forecast.catalogueOnly {
      return Verdict(
        change, .onlineSafe, .notNullProved, "a valid constraint proves it: no scan")
    }
    guard isLarge(target.table) else {
      return Verdict(
        change, .onlineSafe, .notNullSmallTable,
        "the table is below validation_threshold_rows: the scan is short")
    }
    return Verdict(
      change, .expandContract(.notNull), .notNullScans,
      "every row would be checked under a lock that blocks readers and writers")
  }
}
