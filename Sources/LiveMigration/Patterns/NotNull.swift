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
  /// The column whose `NOT NULL` has a name of its own, or is not inherited.
  var constraint: AddColumn?

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
          [forbid, "\(alter) DROP CONSTRAINT \(check)"],
          undo: ["\(alter) ALTER COLUMN \(column) DROP NOT NULL"]),
      ])
  }

  private var forbid: String {
    let column = Quoting.identifier(column)
    guard let constraint else {
      return "ALTER TABLE \(table.name) ALTER COLUMN \(column) SET NOT NULL"
    }
    let name = constraint.notNullName.map { "CONSTRAINT \(Quoting.identifier($0)) " } ?? ""
    return "ALTER TABLE \(table.name) ADD \(name)NOT NULL \(column)"
      + (constraint.notNullStays ? " NO INHERIT" : "")
  }
}
