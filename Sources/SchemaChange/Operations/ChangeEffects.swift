internal import Postgres

/// What a change does to the meaning of names, and to rows.
///
/// Two changes may change places only when neither reads what the other writes. Names are compared without their kind
/// and schema, which can only find too much in common.
public struct ChangeEffects: Sendable, Hashable {
  /// Names that mean something else once the change has run: dropped, renamed, replaced, moved; tables whose rows it
  /// adds, changes or deletes.
  public var rebinds: Set<String>
  /// Names that the change gives to something new.
  public var brings: Set<String>
  /// Whether it may rebind any name at all.
  public var rebindsAnything: Bool
  /// Every name that the change reads.
  public var reads: Set<String>

  /// Reads a change.
  ///
  /// - Parameters:
  ///   - change: The change.
  ///   - facts: What is known of the tables at the change's place.
  public init(_ change: Change, _ facts: CatalogueFacts) {
    let names = try? StatementNames(change.sql)
    rebinds = []
    brings = []
    rebindsAnything = false
    reads = names?.all ?? []
    switch change.operation {
    // The composer knows a column that changes its type, and what is built on it.
    case .alterColumnType: break
    case .setNotNull, .dropNotNull, .columnDefault, .validateConstraint: break
    case .addColumn(let add): brings = [add.target.column]
    case .dropColumn(let target, let cascade):
      rebinds = [target.column]
      guard cascade else { break }
      guard let table = facts.table(target.table) else {
        rebindsAnything = true
        break
      }
      let lost = table.tree.flatMap(\.dependents).filter { $0.column == target.column }
      rebinds.formUnion(lost.compactMap(\.view?.name))
      rebindsAnything = lost.contains { $0.view == nil }
    case .addConstraint(let add): brings = Set([add.name].compactMap(\.self))
    // What CASCADE takes along are foreign keys, which nothing reads.
    case .dropConstraint(_, let name, _): rebinds = [name]
    case .createIndex(let create): brings = Set([create.name].compactMap(\.self))
    case .dropIndex(let indexes, _): rebinds = Set(indexes.map(\.name))
    case .renameColumn(let target, let name): rebinds = [target.column, name]
    case .renameTable(let table, let name): rebinds = [table.name, name]
    case .createTable(let create): brings = [create.table.name]
    case .drop(let drop):
      rebinds = Set(drop.names.map(\.name))
      for name in drop.names { rebinds.formUnion(facts.ancestors(of: name)) }
      rebindsAnything = drop.names.isEmpty || (drop.cascade && !facts.drops(drop, into: &rebinds))
    case .truncate(let tables, let cascade):
      rebinds = Set(tables.map(\.name))
      if cascade {
        for key in tables.compactMap(facts.table).flatMap(\.inboundForeignKeys) {
          rebinds.insert(key.table.name)
        }
      }
    case .attachPartition(let parent, let partition),
      .detachPartition(let parent, let partition, _):
      rebinds = [parent.name, partition.name]
    case .createDomain(let create): brings = [create.domain.name]
    case .alterDomain(let alter): rebinds = [alter.domain.name]
    case .alterEnum(let alter): rebinds = [alter.type.name]
    case .alterCompositeType(let alter): rebinds = [alter.type.name]
    case .other(let other): read(other, names)
    }
  }

  private mutating func read(_ other: OtherOperation, _ names: StatementNames?) {
    switch other.kind {
    case .comment, .grant, .revoke, .columnStatistics, .storageParameters, .columnStorage,
      .columnCompression, .columnOptions, .clusterOn, .replicaIdentity, .owner, .rowLevelSecurity,
      .policy, .enableTrigger, .analyze, .vacuum, .reindexConcurrently, .refreshConcurrently,
      .createStatistics, .createTrigger, .createRule, .selectConstant, .guardedAlready:
      break
    case .createType, .createFunction, .createSequence, .createSchema, .createView:
      if names?.replaces == true {
        rebinds = names?.defined ?? []
      } else {
        brings = names?.defined ?? []
      }
    case .createMaterializedView: brings = Set([other.relation?.name].compactMap(\.self))
    case .createExtension: brings = names?.defined ?? []
    case .doBlock, .call, .notUnderstood, .metaCommand: rebindsAnything = true
    case .set: rebindsAnything = other.session != nil
    case .insertValues, .insertSelect, .update, .delete, .merge, .copy, .copyData, .refresh:
      rebinds = Set([other.relation?.name].compactMap(\.self))
      // Triggers and rules of the table may write anywhere; what they write is not looked through.
      if rebinds.isEmpty { rebinds = names?.all ?? [] }
    default: rebinds = names?.defined ?? []
    }
    if names == nil { rebindsAnything = true }
    if other.kind == .select { rebindsAnything = true }
  }

  /// Whether a name means something else, or means anything at all, only once the change has run.
  public func changesMeaning(of names: Set<String>) -> Bool {
    rebindsAnything || !names.isDisjoint(with: rebinds) || !names.isDisjoint(with: brings)
  }
}

extension CatalogueFacts {
  /// Adds the views that a `DROP TABLE … CASCADE` takes along; `false` where that cannot be told from the facts.
  fileprivate func drops(_ drop: DropObjects, into names: inout Set<String>) -> Bool {
    guard drop.objectType == .table else { return false }
    for table in drop.names.compactMap(table) {
      let lost = table.tree.flatMap(\.dependents)
      guard lost.allSatisfy({ $0.view != nil }) else { return false }
      names.formUnion(lost.compactMap(\.view?.name))
    }
    return true
  }

  /// The names of the tables that have a table among their partitions or inheritance children.
  fileprivate func ancestors(of name: QualifiedName) -> Set<String> {
    guard let child = table(name) else { return [] }
    return Set(
      tables.values.filter { table in table.tree.dropFirst().contains { $0.oid == child.oid } }
        .map(\.name.name))
  }
}

extension Change {
  /// Whether its work depends on rows, on the sizes of tables or on what expressions mean: it must be judged where it
  /// stands.
  public var mayWorkOnRows: Bool {
    switch operation {
    case .alterColumnType, .setNotNull, .addConstraint, .validateConstraint, .createIndex,
      .attachPartition:
      true
    case .addColumn(let add):
      add.defaultExpression != nil || add.notNull || add.identity != nil || add.isSerial
        || add.generated != nil || !add.constraints.isEmpty
    case .createTable(let create): create.partitionOf != nil
    case .alterDomain(let alter): alter.scans
    case .other(let other):
      switch other.kind {
      case .update, .delete, .insertSelect, .merge, .setTablespace, .setLogged, .setUnlogged,
        .setAccessMethod,
        .setExpression, .cluster, .reindex, .refresh, .alterIdentity, .inherit:
        true
      default: false
      }
    default: false
    }
  }
}
