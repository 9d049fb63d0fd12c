internal import Postgres
internal import SchemaChange

/// Columns that a migration adds: those that the backfill fills, and those with constraints of their own.
extension Composer {
  /// Adds a column by itself, and then each of its constraints by the pattern that stages it.
  mutating func addColumn(
    _ operation: AddColumn, _ verdict: Verdict, at index: Int
  ) throws {
    let change = verdict.change
    let table = try context.table(operation.target.table, for: change)
    let name = operation.target.column
    guard table.column(name) == nil else {
      throw context.cannotStage(
        change, "the table has a column of that name still; drop it in a migration before")
    }
    if verdict.needsBackfill {
      let sequence = operation.isSerial ? sequence(of: name, table) : table.name
      result +=
        VolatileDefault(
          table: table, operation: operation, sequence: sequence,
          searchPath: context.conversions[index]?.searchPath ?? [],
          volatileFunctions: context.conversions[index]?.volatileFunctions ?? [],
          serverVersion: context.facts.serverVersion, ownName: context.ownName("\(index)")
        ).contribution()
      late.insert(ColumnReference(table: table.name, column: name))
    } else {
      result.expand.append(
        .transaction(
          "add the column \(name) to \(table.name)", [operation.plain(on: table.name)],
          undo: ["ALTER TABLE \(table.name) DROP COLUMN IF EXISTS \(Quoting.identifier(name))"]))
    }
    for constraint in operation.constraints {
      switch constraint.kind {
      case .unique, .primaryKey: try addUnique(constraint, change, at: index)
      case _ where !constraint.enforced: addUnenforced(constraint, table)
      default: try addValidated(constraint, change, at: index)
      }
    }
  }

  /// Adds a constraint that binds no row.
  private mutating func addUnenforced(_ constraint: AddConstraint, _ table: TableFacts) {
    let name = Quoting.identifier(name(of: constraint, table))
    let alter = "ALTER TABLE \(table.name)"
    result.expand.append(
      .transaction(
        "add \(name) to \(table.name)",
        ["\(alter) ADD CONSTRAINT \(name) \(constraint.definition)"],
        undo: ["\(alter) DROP CONSTRAINT IF EXISTS \(name)"]))
  }

  /// The name that the server gives to the sequence of a `serial` column.
  private mutating func sequence(of column: String, _ table: TableFacts) -> QualifiedName {
    QualifiedName(
      schema: table.name.schema,
      name: choose([column], word: "seq", of: table))
  }

  /// Whether the backfill fills one of the columns.
  func isLate(_ columns: [String], _ table: TableFacts) -> Bool {
    (lateTables.contains(table.name) && !columns.isEmpty)
      || columns.contains { late.contains(ColumnReference(table: table.name, column: $0)) }
  }

  /// Handles a change that is about a column which the backfill fills; `false` for any other.
  mutating func addToLate(_ change: Change, at index: Int) throws -> Bool {
    guard !late.isEmpty || !lateTables.isEmpty else { return false }
    switch change.operation {
    case .columnDefault(let target, _), .setNotNull(let target), .dropNotNull(let target),
      .renameColumn(let target, _):
      guard isLate(target) else { return false }
      try self.defer(change, at: index)
    case .addConstraint(let constraint):
      guard let table = context.facts.table(constraint.table), isLate(constraint.columns, table)
      else { return false }
      result.finalize.append(segment(change))
    case .renameTable(let name, _):
      guard let table = context.facts.table(name),
        lateTables.contains(table.name) || late.contains(where: { $0.table == table.name })
      else { return false }
      try self.defer(change, at: index)
    case .createIndex(let operation):
      guard let table = context.facts.table(operation.table), isLate(operation.columns, table)
      else { return false }
      result.build.append(segment(change))
    default: return false
    }
    return true
  }

  private func isLate(_ target: ColumnReference) -> Bool {
    guard let table = context.facts.table(target.table) else { return false }
    return isLate([target.column], table)
  }
}

extension AddColumn {
  /// `ADD COLUMN` without the constraints.
  func plain(on table: QualifiedName) -> String {
    "ALTER TABLE \(table) ADD COLUMN \(Quoting.identifier(target.column)) \(type)"
      + keeping
      + (defaultExpression.map { " DEFAULT " + $0 } ?? "")
      + (generatedExpression.map { " GENERATED ALWAYS AS (\($0)) VIRTUAL" } ?? "") + forbidding
  }

  /// The clause that keeps NULL out of it.
  private var forbidding: String {
    guard notNull else { return "" }
    return (notNullName.map { " CONSTRAINT " + Quoting.identifier($0) } ?? "") + " NOT NULL"
      + (notNullStays ? " NO INHERIT" : "")
  }
}
