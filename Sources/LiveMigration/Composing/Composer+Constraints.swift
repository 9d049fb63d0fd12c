internal import Postgres
internal import SchemaChange

/// Constraints of existing tables.
extension Composer {
  mutating func addValidated(
    _ constraint: AddConstraint, _ change: Change, at index: Int
  ) throws {
    let table = try context.table(constraint.table, for: change)
    var constraint = constraint
    if case .foreignKey(let columns, let references, []) = constraint.kind,
      context.facts.table(references) != nil
    {
      let key = context.facts.table(references)?.constraints.first { $0.kind == .primaryKey }
      guard let key else {
        throw context.cannotStage(change, "\(references) has no primary key to reference")
      }
      constraint.kind = .foreignKey(
        columns: columns, references: references, referencedColumns: key.columns)
    }
    if touchesReplaced(constraint, table) {
      try addOnShadow(constraint, table, change, at: index)
      return
    }
    let name = name(of: constraint, table)
    let isLate = isLate(constraint.columns, table) || referencesNewKey(constraint)
    if case .foreignKey = constraint.kind, table.kind == .partitioned {
      guard !isLate, !isFreed(name, of: table) else {
        throw context.cannotStage(
          change,
          "the table is partitioned, and a column, the key that it references, or its name is only "
            + "there at the plan's end; add the key in a migration after")
      }
      result +=
        PartitionedForeignKey(table: table, constraint: constraint, name: name).contribution
    } else {
      let own = isFreed(name, of: table) ? context.ownName("a\(index)") : name
      if own != name {
        held[table.name, default: [:]][name] = own
        wait(change, at: index)
      }
      result +=
        TwoPhaseValidation(
          table: table, constraint: constraint, name: name, nameUntilEnd: own,
          afterBackfill: isLate
        ).contribution
    }
  }

  /// Whether a foreign key references columns that only this plan makes a key of.
  func referencesNewKey(_ constraint: AddConstraint) -> Bool {
    guard case .foreignKey(_, let references, _) = constraint.kind else { return false }
    return keyed.contains(context.facts.table(references)?.name ?? references)
  }

  mutating func addUnique(
    _ constraint: AddConstraint, _ change: Change, at index: Int
  ) throws {
    let table = try context.table(constraint.table, for: change)
    let ownName: @Sendable (String) -> String = { [context] in
      context.ownName("nn\(index)_\(ObjectNames.clip($0, 20))")
    }
    keyed.insert(table.name)
    guard table.kind != .partitioned else {
      try addPartitionedUnique(constraint, table, change, ownName)
      return
    }
    let shadows = replacements[table.name]?.shadows ?? [:]
    if let name = constraint.name { try requireFree(name, of: table, change) }
    let name = name(of: constraint, table)
    var isPrimary = false
    if case .primaryKey = constraint.kind { isPrimary = true }
    let waits =
      constraint.columns.contains { shadows[$0] != nil } || isFreed(name, of: table)
      || (isPrimary && losesPrimaryKey(table))
    result += try UniqueViaIndex(
      table: table, constraint: constraint, name: name,
      indexName: waits ? context.ownName("u\(index)_\(ObjectNames.clip(name, 20))") : name,
      shadows: shadows, ownName: ownName, isTakenAtEnd: waits
    ).contribution()
  }

  /// A unique constraint of a partitioned table: each leaf gets its own, and the parent's takes those over, so that
  /// it builds nothing.
  private mutating func addPartitionedUnique(
    _ constraint: AddConstraint, _ table: TableFacts, _ change: Change,
    _ ownName: @escaping @Sendable (String) -> String
  ) throws {
    try requireUntouched(constraint.columns, of: table, change)
    let name = name(of: constraint, table)
    guard !isFreed(name, of: table), !losesPrimaryKey(table) else {
      throw context.cannotStage(
        change,
        "the table is partitioned, and the same migration drops the key whose place it takes; "
          + "drop that key in a migration before")
    }
    if case .primaryKey = constraint.kind {
      for column in constraint.columns where table.column(column)?.holdsNoNull == false {
        result += NotNull(table: table, column: column, name: ownName(column)).contribution
      }
    }
    for leaf in table.leaves {
      var part = constraint
      part.table = leaf.name
      part.name = nil
      part.name = self.name(of: part, leaf)
      result += try UniqueViaIndex(
        table: leaf, constraint: part, name: part.name ?? "", indexName: part.name ?? "",
        shadows: [:], ownName: ownName, isPart: true
      ).contribution()
    }
    let own = Quoting.identifier(name)
    result.finalize.append(
      .transaction(
        "make \(name) the constraint of \(table.name)",
        ["ALTER TABLE \(table.name) ADD CONSTRAINT \(own) \(constraint.definition)"],
        undo: ["ALTER TABLE \(table.name) DROP CONSTRAINT IF EXISTS \(own)"]))
  }
}
