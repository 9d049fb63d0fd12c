internal import Postgres
internal import SchemaChange

/// A statement in batches that may be run again, over what clients have written since.
struct FurtherRun: Sendable {
  /// Its place among the changes of the migration.
  let index: Int
  /// What asks for rows that it still has to change, and changes them.
  let gate: GateQuery
  /// What changes them at once.
  let statement: String
  /// The table that it writes.
  let table: TableFacts
  /// The other tables that it reads.
  let read: Set<QualifiedName>
  /// The names that it reads, and the columns that it sets.
  let names: Set<String>

  /// Whether a later statement makes something of its rows that a second run would not leave as it is.
  func isTouched(
    by kind: StatementKind, of other: TableFacts, _ written: Set<String>
  ) -> Bool {
    let tree = Set([other.name] + other.tree.map(\.name))
    let isOwn = !tree.isDisjoint(with: [table.name] + table.tree.map(\.name))
    let isRead = !tree.isDisjoint(with: read)
    return switch kind {
    // A row that is gone is not chosen again.
    case .delete: isRead
    case .update: (isOwn || isRead) && !names.isDisjoint(with: written)
    default: isOwn || isRead
    }
  }
}
