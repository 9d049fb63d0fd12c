internal import Postgres

/// The table locks of one statement.
///
/// A clone is locked `ACCESS EXCLUSIVE` from the moment it is made, and `pg_locks` shows each mode once, so a statement
/// that takes the same again leaves no trace. ``SchemaOperation/locks`` fills that gap; what `pg_locks` shows on top of it
/// is added.
struct ProbeLocks {
  let operation: SchemaOperation
  let before: ProbeState
  let after: ProbeState
  /// The clone of a name in the statement.
  let find: (QualifiedName) -> ProbeState.Relation?

  /// The strongest mode on each relation that was there before, by the clone's identifier.
  var modes: [UInt32: LockMode] {
    var modes: [UInt32: LockMode] = [:]
    func add(_ mode: LockMode, _ oid: UInt32) {
      let kind = before.relations[oid]?.kind
      guard kind == .table || kind == .partitioned || kind == .view else { return }
      modes[oid] = max(mode, modes[oid] ?? mode)
    }
    for lock in operation.locks + others {
      guard let mode = lock.mode, let relation = find(lock.relation) else { continue }
      if let table = relation.table {
        if lock.isOfIndex { add(mode, table) }
      } else {
        for oid in lock.reach == .alone ? [relation.oid] : before.tree(relation.oid) {
          add(mode, oid)
        }
      }
    }
    for key in before.foreignKeys.subtracting(after.foreignKeys) {
      // Dropping a foreign key, to build it anew too, drops triggers of both tables.
      add(.accessExclusive, key.table)
      add(.accessExclusive, key.referenced)
    }
    for key in after.foreignKeys.subtracting(before.foreignKeys) {
      add(.shareRowExclusive, key.table)
      add(.shareRowExclusive, key.referenced)
    }
    for (oid, old) in before.relations {
      let new = after.relations[oid]?.modes.subtracting(old.modes) ?? []
      if let strongest = new.max() { add(strongest, oid) }
    }
    return modes
  }

  /// What depends on the catalogue beside the relations that the operation names.
  private var others: [TableLock] {
    switch operation {
    case .validateConstraint(let table, let name): referenced(by: name, of: table)
    case .createTable(let create): defaultPartition(of: create.partitionOf)
    case .attachPartition(let parent, _), .detachPartition(let parent, _, _):
      defaultPartition(of: parent)
    default: []
    }
  }

  /// Every change of the parts changes what belongs into the default partition.
  private func defaultPartition(of parent: QualifiedName?) -> [TableLock] {
    let part = parent.flatMap(find)?.defaultPartition.flatMap { before.relations[$0] }
    return part.map { [TableLock(CloneSet.temporary($0.name), .accessExclusive)] } ?? []
  }

  /// Validating a foreign key reads the referenced table as a `SELECT … FOR KEY SHARE` would.
  private func referenced(by name: String, of table: QualifiedName) -> [TableLock] {
    guard let table = find(table),
      let key = before.foreignKeys.first(where: { $0.table == table.oid && $0.name == name }),
      let target = before.relations[key.referenced]
    else { return [] }
    return [TableLock(CloneSet.temporary(target.name), .rowShare)]
  }
}
