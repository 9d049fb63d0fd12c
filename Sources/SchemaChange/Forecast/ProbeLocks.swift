internal import Postgres

/// The table locks of one statement.
///
/// A clone is locked `ACCESS EXCLUSIVE` from the moment it is made, and `pg_locks` shows each mode once, so a statement
/// that takes the same again leaves no trace. What the manual says of the statement (section 13.3.1 and the page of
/// `ALTER TABLE`) fills that gap; what `pg_locks` shows on top of it is added.
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
    for (name, mode) in known {
      guard let relation = find(name) else { continue }
      if let table = relation.table {
        if locksTableOfIndex { add(mode, table) }
      } else {
        for oid in reachesPartitions ? before.tree(relation.oid) : [relation.oid] { add(mode, oid) }
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

  private var locksTableOfIndex: Bool {
    switch operation {
    case .dropIndex: true
    case .other(let other): other.kind == .reindex
    default: false
    }
  }

  private var reachesPartitions: Bool {
    switch operation {
    case .alterColumnType, .setNotNull, .dropNotNull, .columnDefault, .addColumn, .dropColumn,
      .addConstraint, .validateConstraint, .dropConstraint, .createIndex, .renameColumn, .drop:
      true
    default: false
    }
  }

  /// What is known of the operation, by the names that it is about.
  private var known: [(QualifiedName, LockMode)] {
    switch operation {
    case .alterColumnType(let change): [(change.target.table, .accessExclusive)]
    case .setNotNull(let column), .dropNotNull(let column), .columnDefault(let column, _),
      .dropColumn(let column, _), .renameColumn(let column, _):
      [(column.table, .accessExclusive)]
    case .addColumn(let add): [(add.target.table, .accessExclusive)]
    case .addConstraint(let add): add.isForeignKey ? [] : [(add.table, .accessExclusive)]
    case .validateConstraint(let table, let name):
      [(table, .shareUpdateExclusive)] + referenced(by: name, of: table)
    case .dropConstraint(let table, _, _), .renameTable(let table, _): [(table, .accessExclusive)]
    case .createIndex(let create): [(create.table, .share)]
    case .dropIndex(let names, _): names.map { ($0, .accessExclusive) }
    case .createTable(let create): division(create.partitionOf, .accessExclusive)
    case .drop(let drop): drop.relations.map { ($0, .accessExclusive) }
    case .truncate(let tables, _): tables.map { ($0, .accessExclusive) }
    case .attachPartition(let parent, let partition):
      division(parent, .shareUpdateExclusive) + [(partition, .accessExclusive)]
    case .detachPartition(let parent, let partition, _):
      division(parent, .accessExclusive) + [(partition, .accessExclusive)]
    case .createDomain, .alterDomain, .alterEnum, .alterCompositeType: []
    case .other(let other):
      Self.mode(of: other.kind).map { mode in
        other.relation.map { [($0, mode)] } ?? []
      } ?? []
    }
  }

  /// Every change of the parts changes what belongs into the default partition.
  private func division(
    _ parent: QualifiedName?, _ mode: LockMode
  ) -> [(QualifiedName, LockMode)] {
    guard let parent else { return [] }
    let part = find(parent)?.defaultPartition.flatMap { before.relations[$0] }
    let clone = part.map { CloneSet.temporary($0.name) }
    return [(parent, mode)] + [clone].compactMap(\.self).map { ($0, .accessExclusive) }
  }

  /// Validating a foreign key reads the referenced table as a `SELECT … FOR KEY SHARE` would.
  private func referenced(
    by name: String, of table: QualifiedName
  ) -> [(QualifiedName, LockMode)] {
    guard let table = find(table),
      let key = before.foreignKeys.first(where: { $0.table == table.oid && $0.name == name }),
      let target = before.relations[key.referenced]
    else { return [] }
    return [(CloneSet.temporary(target.name), .rowShare)]
  }

  private static func mode(of kind: StatementKind) -> LockMode? {
    switch kind {
    case .comment, .columnStatistics, .columnOptions, .storageParameters, .clusterOn,
      .createStatistics:
      .shareUpdateExclusive
    case .enableTrigger, .createTrigger: .shareRowExclusive
    case .reindex: .share
    case .columnStorage, .columnCompression, .replicaIdentity, .rowLevelSecurity, .policy,
      .createRule, .dropExpression, .setExpression, .alterIdentity, .dropIdentity, .renameObject,
      .setTablespace, .setAccessMethod, .cluster, .inherit, .createView:
      .accessExclusive
    default: nil
    }
  }
}

extension AddConstraint {
  fileprivate var isForeignKey: Bool {
    if case .foreignKey = kind { true } else { false }
  }
}

extension DropObjects {
  /// The relations that are dropped or lose something.
  fileprivate var relations: [QualifiedName] {
    switch objectType {
    case "TABLE", "VIEW": names
    // `DROP TRIGGER x ON s.t` is read as the name s.t.x, of which the last two parts are kept.
    case "TRIGGER", "POLICY":
      names.compactMap { name in
        name.schema.map { QualifiedName(name: $0) }
      }
    default: []
    }
  }
}
