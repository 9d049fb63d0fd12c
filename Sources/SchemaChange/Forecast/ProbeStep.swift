internal import CGrammar
internal import Postgres

/// What is done with one change.
enum ProbeStep {
  /// Its statement, with the clones in the place of the tables; `reports` is whether the result is the change's own.
  case retarget(String, reports: Bool)
  /// Its statement as it stands, because it only makes something new.
  case asWritten
  /// Nothing; what can still be said of later changes.
  case pass(ProbeDoubt)

  /// Whether a statement is run at all.
  var runs: Bool {
    if case .pass = self { false } else { true }
  }

  /// Whether a statement is run over clones.
  var needsClones: Bool {
    if case .retarget = self { true } else { false }
  }

  /// Chooses by what is wanted.
  init(_ change: Change) {
    switch change.operation {
    case .truncate: self = .pass(.nothing)
    case .createTable: self = Self.creation(change.sql)
    case .drop(let drop): self = Self.drop(drop, change)
    case .createDomain: self = .asWritten
    // On the clones it would prove nothing: the domain's tables are the application's.
    case .alterDomain, .alterEnum, .alterCompositeType: self = .pass(.refusals)
    case .other(let other): self = Self.other(other, change)
    default:
      let blocking = Self.blocking(change.sql)
      self = .retarget(blocking ?? change.sql, reports: blocking == nil)
    }
  }

  /// The same statement without `CONCURRENTLY`, which no transaction allows; `nil` when it was not written.
  ///
  /// Its outcome matters to later statements; its locks and work are not the change's.
  private static func blocking(_ sql: String) -> String? {
    guard let tree = try? ParseTree(sql), let statement = tree.onlyStatement else { return nil }
    if let index = statement[pg_query_Node_index_stmt], index[pg_query_IndexStmt_concurrent] {
      index.set(pg_query_IndexStmt_set_concurrent, to: false)
    } else if let drop = statement[pg_query_Node_drop_stmt], drop[pg_query_DropStmt_concurrent] {
      drop.set(pg_query_DropStmt_set_concurrent, to: false)
    } else if let part = tree.top.all(pg_query_PartitionCmd.self).first,
      part[pg_query_PartitionCmd_concurrent]
    {
      part.set(pg_query_PartitionCmd_set_concurrent, to: false)
    } else {
      return nil
    }
    return try? tree.deparse()
  }

  /// `CREATE TABLE … AS` would run its query; what counts afterwards are its columns.
  private static func creation(_ sql: String) -> ProbeStep {
    guard let tree = try? ParseTree(sql), let statement = tree.onlyStatement else {
      return .pass(.refusals)
    }
    if statement[pg_query_Node_create_stmt] != nil { return .retarget(sql, reports: true) }
    guard let into = statement[pg_query_Node_create_table_as_stmt]?[pg_query_CreateTableAsStmt_into]
    else {
      return .pass(.refusals)
    }
    into.set(pg_query_IntoClause_set_skip_data, to: true)
    return (try? tree.deparse()).map { .retarget($0, reports: false) } ?? .pass(.refusals)
  }

  private static func drop(_ drop: DropObjects, _ change: Change) -> ProbeStep {
    switch drop.objectType {
    case .table, .view, .trigger, .policy: return .retarget(change.sql, reports: true)
    case .materializedView:
      // Its clone is a plain view.
      let names = drop.names.map(\.quoted).joined(separator: ", ")
      let cascade = drop.cascade ? " CASCADE" : ""
      return .retarget("DROP VIEW IF EXISTS \(names)\(cascade)", reports: false)
    case .sequence, .statistics, .rule, .foreignTable:
      return .pass(drop.cascade ? .everything : .nothing)
    default: return .pass(drop.cascade ? .everything : .refusals)
    }
  }

  private static func other(_ other: OtherOperation, _ change: Change) -> ProbeStep {
    switch other.kind {
    case .comment, .columnStatistics, .columnOptions, .columnStorage, .columnCompression,
      .storageParameters, .clusterOn, .replicaIdentity, .rowLevelSecurity, .policy, .enableTrigger,
      .inherit, .alterIdentity, .dropIdentity, .dropExpression, .setExpression, .renameObject,
      .createTrigger, .createStatistics, .createRule, .createView, .setTablespace,
      .setAccessMethod, .cluster, .reindex:
      // Without a relation it is about a type, a function, a whole database.
      let isAboutRelation = change.transactional && !change.mentions.isEmpty
      return isAboutRelation ? .retarget(change.sql, reports: true) : .pass(.refusals)
    case .createType: return .asWritten
    case .createFunction:
      return change.mentions.isEmpty ? .asWritten : .retarget(change.sql, reports: true)
    case .createSchema: return change.mentions.isEmpty ? .asWritten : .pass(.refusals)
    case .createSequence:
      // Defaults name a sequence inside a string, so it must have its own name.
      return change.mentions.count == 1 ? .asWritten : .retarget(change.sql, reports: true)
    case .createExtension: return .asWritten
    case .doBlock, .call, .notUnderstood, .metaCommand: return .pass(.everything)
    case .grant, .revoke, .owner, .setLogged, .setUnlogged, .setSchema, .insertValues,
      .insertSelect, .update, .delete, .merge, .copy, .lockTable, .analyze, .vacuum, .vacuumFull,
      .reindexConcurrently, .refresh, .refreshConcurrently, .transactionControl, .alterSequence,
      .setSequenceValue, .selectConstant, .guardedAlready, .copyData:
      return .pass(.nothing)
    case .createOther, .alterTypeOther, .alterFunction, .alterView, .alterOther,
      .createMaterializedView, .select, .set, .enforceConstraint:
      return .pass(.refusals)
    }
  }

  /// The name in `CREATE EXTENSION`; `nil` for other statements.
  static func extensionName(_ sql: String) -> String? {
    guard let statement = (try? ParseTree(sql))?.onlyStatement,
      let creation = statement[pg_query_Node_create_extension_stmt]
    else { return nil }
    return creation[pg_query_CreateExtensionStmt_extname]
  }
}

/// How far the clones may have come apart from what the database would be.
enum ProbeDoubt: Int, Comparable {
  case nothing
  /// Something that a later statement may need is missing: a refusal proves nothing.
  case refusals
  /// Something unknown was changed: nothing later proves anything.
  case everything

  /// The lesser doubt first.
  static func < (left: ProbeDoubt, right: ProbeDoubt) -> Bool { left.rawValue < right.rawValue }
}
