internal import Postgres
internal import SchemaChange

/// Constraints of existing tables.
extension Composer {
  mutating func addValidated(_ constraint: AddConstraint, _ change: Change) throws {
    let table = try context.table(constraint.table, for: change)
    try requireUntouched(constraint.columns, of: table, change)
    if let references = constraint.references, deferring, context.facts.table(references) == nil {
      throw context.cannotStage(
        change, "\(references) is made at the plan's end; put the key into a migration of its own")
    }
    guard !referencesReplaced(constraint) else {
      throw context.cannotStage(
        change,
        "it references a column that changes its type; put it into a migration of its own after")
    }
    var constraint = constraint
    if case .foreignKey(let columns, let references, []) = constraint.kind {
      let key = context.facts.table(references)?.constraints.first { $0.kind == .primaryKey }
      guard let key else {
        throw context.cannotStage(change, "\(references) has no primary key to reference")
      }
      constraint.kind = .foreignKey(
        columns: columns, references: references, referencedColumns: key.columns)
    }
    let name = name(of: constraint, table)
    if case .foreignKey = constraint.kind, table.kind == .partitioned {
      guard !isLate(constraint.columns, table) else {
        throw context.cannotStage(
          change, "the column is new and the table is partitioned; add the key in a migration after"
        )
      }
      result +=
        PartitionedForeignKey(table: table, constraint: constraint, name: name).contribution
    } else {
      result +=
        TwoPhaseValidation(
          table: table, constraint: constraint, name: name,
          afterBackfill: isLate(constraint.columns, table)
        ).contribution
    }
  }

  mutating func addUnique(
    _ constraint: AddConstraint, _ change: Change, at index: Int
  ) throws {
    let table = try context.table(constraint.table, for: change)
    let ownName: @Sendable (String) -> String = { [context] in
      context.ownName("nn\(index)_\(ObjectNames.clip($0, 20))")
    }
    guard table.kind != .partitioned else {
      try addPartitionedUnique(constraint, table, change, ownName)
      return
    }
    result += try UniqueViaIndex(
      table: table, constraint: constraint, name: name(of: constraint, table),
      shadows: replacements[table.name]?.shadows ?? [:],
      ownName: ownName
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
    if case .primaryKey = constraint.kind {
      for column in constraint.columns where table.column(column)?.notNull == false {
        result += NotNull(table: table, column: column, name: ownName(column)).contribution
      }
    }
    for leaf in table.leaves {
      var part = constraint
      part.table = leaf.name
      part.name = nil
      result += try UniqueViaIndex(
        table: leaf, constraint: part, name: self.name(of: part, leaf), shadows: [:],
        ownName: ownName, isPart: true
      ).contribution()
    }
    let own = Quoting.identifier(name)
    result.finalize.append(
      .transaction(
        "make \(name) the constraint of \(table.name)",
        ["ALTER TABLE \(table.name) ADD CONSTRAINT \(own) \(constraint.definition)"],
        undo: ["ALTER TABLE \(table.name) DROP CONSTRAINT IF EXISTS \(own)"]))
  }

  /// The constraint's name as written, or as the server would choose it.
  private mutating func name(of constraint: AddConstraint, _ table: TableFacts) -> String {
    if let name = constraint.name {
      names[table.name, default: []].insert(name)
      return name
    }
    let isIndexed = constraint.word == "key" || constraint.word == "pkey"
    let taken =
      isIndexed
      ? table.tree.flatMap { $0.indexes.map(\.name.name) } : table.constraints.map(\.name)
    var columns = constraint.columns
    // A check over several columns is named after the table alone.
    if constraint.word == "check", columns.count != 1 { columns = [] }
    if constraint.word == "pkey" { columns = [] }
    if constraint.word == "key" {
      columns += (try? ConstraintDefinition(constraint.definition).includedColumns) ?? []
    }
    let name = ObjectNames.choose(
      table: table.name.name, columns: columns, word: constraint.word,
      taken: Set(taken).union(names[table.name, default: []]))
    names[table.name, default: []].insert(name)
    return name
  }
}
