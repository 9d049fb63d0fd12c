internal import Postgres
internal import SchemaChange

/// The pattern *not-null*: new rows are held from the start, old ones are checked while clients go on.
struct NotNull: Sendable {
  let table: TableFacts
  let column: String
  /// The name of the check that stands in until `SET NOT NULL`.
  let name: String
  /// Whether the rows get their values from the plan's own backfill, so that new rows are held after it.
  var afterBackfill = false

  var contribution: PhaseContribution {
    let check = Quoting.identifier(name)
    let column = Quoting.identifier(column)
    let alter = "ALTER TABLE \(table.name)"
    let hold = Segment.transaction(
      "hold new rows of \(table.name) to \(self.column) NOT NULL",
      ["\(alter) ADD CONSTRAINT \(check) CHECK (\(column) IS NOT NULL) NOT VALID"],
      undo: ["\(alter) DROP CONSTRAINT IF EXISTS \(check)"])
    let row = Quoting.identifier(table.rowAlias)
    let gate = GateQuery.noRow(
      of: table, as: table.rowAlias, where: "\(row).\(column) IS NULL",
      name: "\(table.name).\(self.column): no NULL")
    return PhaseContribution(
      expand: afterBackfill ? [] : [FirstLook(gate: gate).segment, hold],
      gates: [gate],
      finalize: (afterBackfill ? [hold] : []) + [
        .transaction(
          "check \(self.column) NOT NULL in all rows", ["\(alter) VALIDATE CONSTRAINT \(check)"]),
        .transaction(
          "set \(self.column) NOT NULL",
          ["\(alter) ALTER COLUMN \(column) SET NOT NULL", "\(alter) DROP CONSTRAINT \(check)"],
          undo: ["\(alter) ALTER COLUMN \(column) DROP NOT NULL"]),
      ])
  }
}
