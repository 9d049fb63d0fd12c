internal import Postgres
internal import SchemaChange

/// A foreign key of a partitioned table, which the server takes in no form that leaves existing rows unchecked.
///
/// Each leaf gets the key by itself, unchecked at first; the parent's key then takes over those of the leaves, which
/// are valid, and reads no row (manual, ALTER TABLE, ADD table_constraint).
struct PartitionedForeignKey: Sendable {
  let table: TableFacts
  let constraint: AddConstraint
  /// The name as written, or as the server would choose it; the leaves' keys bear it too, as in a direct run.
  let name: String

  var contribution: PhaseContribution {
    let own = Quoting.identifier(name)
    var result = TwoPhaseValidation(table: table, constraint: constraint, name: name).contribution
    result.expand = result.gates.map { FirstLook(gate: $0).segment }
    result.expand += table.leaves.map { leaf in
      .transaction(
        "hold new rows of \(leaf.name) to \(name)",
        [
          "ALTER TABLE IF EXISTS \(leaf.name) ADD CONSTRAINT \(own) \(constraint.definition) NOT VALID"
        ],
        undo: ["ALTER TABLE IF EXISTS \(leaf.name) DROP CONSTRAINT IF EXISTS \(own)"])
    }
    result.finalize = table.leaves.map { leaf in
      .transaction(
        "check \(name) in all rows of \(leaf.name)",
        ["ALTER TABLE IF EXISTS \(leaf.name) VALIDATE CONSTRAINT \(own)"])
    }
    result.finalize.append(
      .transaction(
        "make \(name) the key of \(table.name)",
        ["ALTER TABLE \(table.name) ADD CONSTRAINT \(own) \(constraint.definition)"],
        undo: ["ALTER TABLE \(table.name) DROP CONSTRAINT IF EXISTS \(own)"]))
    return result
  }
}
