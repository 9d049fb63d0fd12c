public import Postgres

/// A lock that a statement takes on a relation.
public struct TableLock: Sendable, Hashable {
  /// The relation, as the statement names it.
  public var relation: QualifiedName
  /// Its mode; `nil` where the statement names the relation and the grammar alone does not tell the mode.
  public var mode: LockMode?
  /// What else of the relation's tree it is taken on.
  public var reach: Reach
  /// Whether the relation is an index, and the lock is on its table too.
  public var isOfIndex: Bool
  /// What the relation loses.
  ///
  /// Foreign keys that need the lost part go with it, and their drop locks the table at the other end.
  public var loses: Loss

  /// Which relations below a table are locked with it.
  public enum Reach: String, Sendable, Hashable, Codable, CaseIterable {
    /// None: `ONLY` was written, or the statement is about this relation alone.
    case alone
    /// The partitions of a partitioned table.
    case partitions
    /// Every table that inherits from it, partitions among them.
    case inheritors
  }

  /// A part of a table that a statement drops.
  public enum Loss: Sendable, Hashable {
    case nothing, table
    case column(String)
    case constraint(String)
  }

  /// Describes a lock.
  public init(
    _ relation: QualifiedName, _ mode: LockMode?, reach: Reach = .alone, isOfIndex: Bool = false,
    loses: Loss = .nothing
  ) {
    self.relation = relation
    self.mode = mode
    self.reach = reach
    self.isOfIndex = isOfIndex
    self.loses = loses
  }
}

/// The one table of the locks that statements take (manual, section 13.3.1 and the page of `ALTER TABLE`).
extension SchemaOperation {
  /// The locks on the relations that the operation names, as far as the grammar tells them.
  ///
  /// No mode is stronger than the server's. What depends on the catalogue is left out: a default partition, the table
  /// that a validated foreign key references.
  public var locks: [TableLock] {
    switch self {
    case .alterColumnType(let change): [Self.whole(change.target.table)]
    case .setNotNull(let column), .dropNotNull(let column), .columnDefault(let column, _),
      .renameColumn(let column, _):
      [Self.whole(column.table)]
    case .addColumn(let add):
      [Self.whole(add.target.table)]
        + add.constraints.compactMap(\.references).map(Self.foreignKey)
    case .dropColumn(let column, _):
      [Self.whole(column.table, loses: .column(column.column))]
    case .addConstraint(let add): add.locks
    case .validateConstraint(let table, _):
      [TableLock(table, .shareUpdateExclusive, reach: .partitions)]
    case .dropConstraint(let table, let name, _):
      [Self.whole(table, loses: .constraint(name))]
    case .createIndex(let create):
      create.concurrently
        ? [TableLock(create.table, .shareUpdateExclusive)]
        : [TableLock(create.table, .share, reach: create.only ? .alone : .partitions)]
    case .dropIndex(let names, let concurrently):
      names.map {
        concurrently
          ? TableLock($0, .shareUpdateExclusive, isOfIndex: true)
          : TableLock($0, .accessExclusive, reach: .partitions, isOfIndex: true)
      }
    case .renameTable(let table, _): [TableLock(table, .accessExclusive)]
    case .createTable(let create):
      create.references.map(Self.foreignKey)
        + [create.partitionOf].compactMap(\.self).map { TableLock($0, .accessExclusive) }
    case .drop(let drop): drop.locks
    case .truncate(let tables, _): tables.map { Self.whole($0) }
    case .attachPartition(let parent, let partition):
      [
        TableLock(parent, .shareUpdateExclusive),
        TableLock(partition, .accessExclusive, reach: .partitions),
      ]
    case .detachPartition(let parent, let partition, let concurrently):
      concurrently
        ? [TableLock(parent, .shareUpdateExclusive), TableLock(partition, .shareUpdateExclusive)]
        : [TableLock(parent, .accessExclusive), TableLock(partition, .accessExclusive)]
    case .createDomain, .alterDomain, .alterEnum, .alterCompositeType: []
    case .other(let other): other.locks
    }
  }

  /// Whether it drops or empties something that was there.
  public var destroys: Bool {
    switch self {
    case .dropColumn, .drop, .truncate, .dropConstraint, .dropIndex: true
    default: false
    }
  }

  /// A lock of a table and of all that inherit from it.
  private static func whole(_ table: QualifiedName, loses: TableLock.Loss = .nothing) -> TableLock {
    TableLock(table, .accessExclusive, reach: .inheritors, loses: loses)
  }

  /// A new foreign key makes triggers at both of its ends.
  fileprivate static func foreignKey(_ table: QualifiedName) -> TableLock {
    TableLock(table, .shareRowExclusive, reach: .partitions)
  }
}

extension AddConstraint {
  fileprivate var locks: [TableLock] {
    if let references {
      return [SchemaOperation.foreignKey(table), SchemaOperation.foreignKey(references)]
    }
    if case .check = kind {
      return [TableLock(table, .accessExclusive, reach: .inheritors)]
    }
    return [TableLock(table, .accessExclusive, reach: .partitions)]
  }
}

extension DropObjects {
  fileprivate var locks: [TableLock] {
    switch objectType {
    case .table:
      names.map { TableLock($0, .accessExclusive, reach: .inheritors, loses: .table) }
    case .view: names.map { TableLock($0, .accessExclusive) }
    // `DROP TRIGGER x ON s.t` is read as the name s.t.x, of which the last two parts are kept.
    case .trigger, .policy:
      names.compactMap { name in
        name.schema.map { TableLock(QualifiedName(name: $0), .accessExclusive) }
      }
    default: []
    }
  }
}

extension OtherOperation {
  fileprivate var locks: [TableLock] {
    guard let relation, let mode else { return [] }
    return [TableLock(relation, mode, isOfIndex: kind == .reindex)]
  }

  private var mode: LockMode? {
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
