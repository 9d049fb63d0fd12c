internal import Postgres
internal import SchemaChange

/// The pattern *two-phase validation*, and for foreign keys *foreign key*: the constraint holds new rows first, and
/// old ones are checked after a gate has counted those that would not satisfy it.
struct TwoPhaseValidation: Sendable {
  let table: TableFacts
  let constraint: AddConstraint
  /// The name as written, or as the server would choose it.
  let name: String
  /// Its name until the plan's last transaction has set the final one free.
  var nameUntilEnd: String?
  /// Whether the rows get their values from the plan's own backfill, so that new rows are held after it.
  var afterBackfill = false

  var contribution: PhaseContribution {
    let own = Quoting.identifier(nameUntilEnd ?? name)
    let final = Quoting.identifier(name)
    let alter = "ALTER TABLE \(table.name)"
    let hold = Segment.transaction(
      "hold new rows of \(table.name) to \(name)",
      ["\(alter) ADD CONSTRAINT \(own) \(constraint.definition) NOT VALID"],
      undo: ["\(alter) DROP CONSTRAINT IF EXISTS \(own)"])
    let gates: [GateQuery] =
      isAskable
      ? [
        .noRow(
          of: table, as: table.name.name, where: violation, name: "\(table.name): \(name)",
          looksElsewhere: isForeignKey)
      ] : []
    return PhaseContribution(
      expand: afterBackfill ? [] : gates.map { FirstLook(gate: $0).segment } + [hold],
      gates: gates,
      finalize: (afterBackfill ? [hold] : []) + [
        .transaction("check \(name) in all rows", ["\(alter) VALIDATE CONSTRAINT \(own)"])
      ],
      locks: own == final ? [] : [table.name],
      cleanup: own == final ? [] : ["\(alter) RENAME CONSTRAINT \(own) TO \(final)"])
  }

  /// Which key of a table that this migration makes is meant, only the server knows.
  private var isAskable: Bool {
    if case .foreignKey(_, _, []) = constraint.kind { false } else { true }
  }

  private var isForeignKey: Bool {
    if case .foreignKey = constraint.kind { true } else { false }
  }

  private var row: String { Quoting.identifier(table.name.name) }

  /// The condition that a row does not satisfy the constraint.
  private var violation: String {
    switch constraint.kind {
    case .check(let expression): return "(\(expression)) IS FALSE"
    case .notNull(let column): return "\(row).\(Quoting.identifier(column)) IS NULL"
    case .foreignKey(let columns, let references, let referenced):
      let own = columns.map { "\(row).\(Quoting.identifier($0))" }
      let pairs = zip(own, referenced).map { "\($0) = djogi_key.\(Quoting.identifier($1))" }
      let found =
        constraint.isTemporal
        ? covering(own, referenced, in: references)
        : "SELECT FROM \(references) AS djogi_key WHERE " + pairs.joined(separator: " AND ")
      return (own.map { "\($0) IS NOT NULL" } + ["NOT EXISTS (\(found))"])
        .joined(separator: " AND ")
    default: return "false"
    }
  }

  /// The query that has a row where the rows of the other table cover a period together, as the server asks it.
  private func covering(
    _ own: [String], _ referenced: [String], in table: QualifiedName
  ) -> String {
    let keys = referenced.map { "djogi_key.\(Quoting.identifier($0))" }
    guard let period = own.last, let key = keys.last else { return "SELECT" }
    let equal = zip(own, keys).dropLast().map { "\($0) = \($1)" }
    return "SELECT FROM \(table) AS djogi_key WHERE "
      + (equal + ["\(key) && \(period)"]).joined(separator: " AND ")
      + " HAVING pg_catalog.range_agg(\(key)) @> \(period)"
  }
}
