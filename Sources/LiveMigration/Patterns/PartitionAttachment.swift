internal import Postgres
internal import SchemaChange

/// The pattern *attached partition*: checks prove what the server would read every row for when it attaches a partition.
///
/// The partition is held to its bound from the start. The default partition takes rows of the new bound until the end,
/// so that it is held to its own only while the plan finalizes (manual, ALTER TABLE, "ATTACH PARTITION").
struct PartitionAttachment: Sendable {
  /// The partition, where it is there and holds rows.
  let partition: TableFacts?
  /// The default partition, where it holds rows.
  let rest: TableFacts?
  let facts: AttachmentFacts
  /// The names of the checks.
  let names: (bound: String, rest: String)

  /// All but what the last transaction does.
  var contribution: PhaseContribution {
    var result = PhaseContribution()
    if let partition, let bound = facts.bound {
      let gate = gate(partition, bound, "every row is within its bound")
      result.expand = [
        FirstLook(gate: gate).segment, hold(partition, to: bound, names.bound),
      ]
      result.gates = [gate]
      result.finalize = [validate(names.bound, of: partition)]
    }
    if let rest, let condition = facts.rest {
      // Rows that stand in the way are found before anything is done.
      let gate = gate(rest, condition, "no row is within the bound of the new partition")
      result.expand.append(FirstLook(gate: gate).segment)
      result.gates.append(gate)
      result.finalize += [hold(rest, to: condition, names.rest), validate(names.rest, of: rest)]
    }
    return result
  }

  /// What the last transaction does once the partition is attached.
  var cleanup: [String] {
    let bound = facts.bound == nil ? nil : partition.map { drop(names.bound, of: $0) }
    let rest = facts.rest == nil ? nil : rest.map { drop(names.rest, of: $0) }
    return [bound, rest].compactMap(\.self)
  }

  private func gate(_ table: TableFacts, _ condition: String, _ meaning: String) -> GateQuery {
    .noRow(
      of: table, as: table.name.name, where: "(\(condition)) IS FALSE",
      name: "\(table.name): \(meaning)")
  }

  private func hold(_ table: TableFacts, to condition: String, _ name: String) -> Segment {
    let (alter, own) = ("ALTER TABLE \(table.name)", Quoting.identifier(name))
    return .transaction(
      "hold new rows of \(table.name) to the bound",
      ["\(alter) ADD CONSTRAINT \(own) CHECK (\(condition)) NOT VALID"],
      undo: ["\(alter) DROP CONSTRAINT IF EXISTS \(own)"])
  }

  private func validate(_ name: String, of table: TableFacts) -> Segment {
    .transaction(
      "check the bound in all rows of \(table.name)",
      ["ALTER TABLE \(table.name) VALIDATE CONSTRAINT \(Quoting.identifier(name))"])
  }

  private func drop(_ name: String, of table: TableFacts) -> String {
    "ALTER TABLE \(table.name) DROP CONSTRAINT \(Quoting.identifier(name))"
  }
}
