internal import Postgres
internal import SchemaChange

/// What a change must come after.
extension Composer {
  /// The waiting change that gives one of the names which a change reads its meaning; `nil` where there is none.
  ///
  /// A name that only waits to be free does not count: what gets it is renamed at the end.
  func cause(of change: Change, at index: Int) -> Change? {
    var reads = context.effects[index].reads
    switch change.operation {
    case .createIndex(let create):
      if let name = create.name, isFreed(name, of: create.table) { reads.remove(name) }
    case .addConstraint(let add):
      if let name = add.name, isFreed(name, of: add.table) { reads.remove(name) }
    // Rows are written while what waits is not done: a constraint, a trigger or an index is still there.
    case .other(let other) where other.kind.writesRows:
      if let binding = waiting.last(where: { mayFreeRows(of: change, $0.change) }) {
        return binding.change
      }
    // What waits would take the NOT NULL away again.
    case .setNotNull(let target):
      if let lifting = waiting.last(where: { liftsNotNull(of: target, $0.change) }) {
        return lifting.change
      }
    case .alterColumnType(let alter):
      if let retyping = waiting.last(where: { changesType(of: alter.target, $0.change) }) {
        return retyping.change
      }
    default: break
    }
    return waiting.last { $0.effects.changesMeaning(of: reads) }?.change
  }

  /// Whether a waiting change may lift what holds for the rows that another one writes.
  private func mayFreeRows(of change: Change, _ waiting: Change) -> Bool {
    switch waiting.operation {
    case .dropIndex, .drop, .alterDomain: return true
    default:
      let tables = change.mentions.compactMap(context.facts.table)
      var written = Set(tables.map(\.oid))
      if waiting.operation.mayDropKey {
        // Keys of other tables hold its rows.
        let keyed = Set(tables.flatMap(\.inboundForeignKeys).map(\.table))
        written.formUnion(context.facts.tables.values.filter { keyed.contains($0.name) }.map(\.oid))
      }
      let touched = waiting.mentions.compactMap { context.facts.table($0) }
        .flatMap { [$0.oid] + $0.tree.map(\.oid) }
      return !written.isDisjoint(with: touched)
    }
  }

  private func liftsNotNull(of column: ColumnReference, _ waiting: Change) -> Bool {
    guard case .dropNotNull(let other) = waiting.operation else { return false }
    return other.column == column.column
      && context.facts.table(other.table)?.oid == context.facts.table(column.table)?.oid
  }

  private func changesType(of column: ColumnReference, _ waiting: Change) -> Bool {
    guard case .alterColumnType(let other) = waiting.operation else { return false }
    return other.target.column == column.column
      && context.facts.table(other.target.table)?.oid == context.facts.table(column.table)?.oid
  }
}

extension SchemaOperation {
  /// Whether it may take a foreign key off a table that it names.
  fileprivate var mayDropKey: Bool {
    switch self {
    case .dropConstraint, .dropColumn: true
    default: false
    }
  }
}
