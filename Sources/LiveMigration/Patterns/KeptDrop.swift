internal import Postgres
internal import SchemaChange

/// A column that the migration drops, which stays after the swap under a name of the plan's own, with its values.
struct KeptDrop: Sendable {
  let table: TableFacts
  let column: ColumnFacts
  /// Its name after the swap.
  let name: String
  /// What the table is called where the migration drops the column.
  let place: QualifiedName
  /// What the column is called there.
  let current: String
  /// The table after the swap.
  let after: TableFacts

  private var quoted: String { Quoting.identifier(name) }

  /// Whether a client of the new shape, which does not know it, may leave it empty.
  private var isRelaxed: Bool { column.notNull && column.mustBeGiven }
  private var check: String { Quoting.identifier(name + "_nn") }

  /// Why it cannot be kept; `nil` where it can.
  static func obstacle(_ column: ColumnFacts, of table: TableFacts) -> String? {
    let name = "\(table.name).\(Quoting.identifier(column.name))"
    if !table.partitions.isEmpty { return "\(table.name) has partitions" }
    if column.isGenerated { return "\(name) is generated" }
    if column.typeRefusesNull, column.mustBeGiven {
      return "the type of \(name), which is dropped, takes no NULL"
    }
    let isBound =
      table.constraints.contains { $0.kind != .notNull && $0.columns.contains(column.name) }
      || table.indexes.contains { $0.unique && $0.columns.contains(column.name) }
      || table.inboundForeignKeys.contains { $0.referencedColumns.contains(column.name) }
    return isBound ? "a constraint is over \(name), which is dropped" : nil
  }

  private var indexes: [(QualifiedName, String)] {
    table.indexes.filter { $0.columns.contains(column.name) }.enumerated().map {
      ($1.name, name + "_i\($0)")
    }
  }

  /// In place of the statement that drops it.
  var keep: [String] {
    indexes.map { "ALTER INDEX IF EXISTS \($0) RENAME TO \(Quoting.identifier($1))" }
      + ["ALTER TABLE \(place) RENAME COLUMN \(Quoting.identifier(current)) TO \(quoted)"]
      + (isRelaxed ? ["ALTER TABLE \(place) ALTER COLUMN \(quoted) DROP NOT NULL"] : [])
  }

  /// Before it is there again.
  var preparation: [Segment] {
    guard isRelaxed else { return [] }
    let gate = GateQuery.noRow(
      of: after, as: after.rowAlias, where: "\(quoted) IS NULL",
      name: "\(after.name): every row has a value for the old NOT NULL column \(column.name)")
    let alter = "ALTER TABLE \(after.name)"
    return [
      FirstLook(gate: gate).segment,
      .transaction(
        "hold new rows of \(after.name) to NOT NULL",
        ["\(alter) ADD CONSTRAINT \(check) CHECK (\(quoted) IS NOT NULL) NOT VALID"]),
      .transaction(
        "check NOT NULL in all rows of \(after.name)", ["\(alter) VALIDATE CONSTRAINT \(check)"]),
    ]
  }

  /// Makes it what it was.
  var back: [String] {
    let alter = "ALTER TABLE \(place)"
    let holds =
      isRelaxed
      ? ["\(alter) ALTER COLUMN \(quoted) SET NOT NULL", "\(alter) DROP CONSTRAINT \(check)"] : []
    return holds + ["\(alter) RENAME COLUMN \(quoted) TO \(Quoting.identifier(current))"]
      + indexes.map { index, own in
        let kept = QualifiedName(schema: place.schema ?? index.schema, name: own)
        return "ALTER INDEX IF EXISTS \(kept) RENAME TO \(Quoting.identifier(index.name))"
      }
  }

  /// Drops it for good, wherever its table is by then.
  var retirement: [String] {
    HookUndo(table: table, trigger: name, functions: [], column: name).statements
  }
}
