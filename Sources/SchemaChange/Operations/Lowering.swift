internal import CPGQuery
internal import Postgres

/// From the grammar's tree to what a migration wants.
///
/// Each function looks at a family of statements and hands the rest on. Nothing is lost on the way: a statement that no
/// family knows is ``StatementKind/notUnderstood``, which is refused.
enum Lowering {
  /// What one statement wants.
  ///
  /// An `ALTER TABLE` must have one command only.
  static func operation(of statement: Node<PgQuery__Node>) throws(GrammarError) -> SchemaOperation {
    if let alter = statement.as(PgQuery__AlterTableStmt.self) { return try alterTable(alter) }
    if let operation = try definition(statement) { return operation }
    if let operation = type(statement) { return operation }
    if let operation = removal(statement) { return operation }
    if let operation = renaming(statement) { return operation }
    if let operation = session(statement) { return operation }
    if let operation = dataChange(statement) { return operation }
    if let operation = maintenance(statement) { return operation }
    if let kind = kinds[statement.node_case.rawValue] {
      return .other(
        OtherOperation(
          kind: kind, relation: statement.subject, replaces: replaces(statement)))
    }
    let message = "this kind of statement has no rule"
    return .other(OtherOperation(kind: .notUnderstood, detail: message))
  }

  /// Whether the server runs the statement inside a transaction block.
  static func isTransactional(_ statement: Node<PgQuery__Node>) -> Bool {
    if outsideTransactions.contains(statement.node_case.rawValue) { return false }
    if let index = statement.as(PgQuery__IndexStmt.self) { return !index.flag(\.concurrent) }
    if let drop = statement.as(PgQuery__DropStmt.self) { return !drop.flag(\.concurrent) }
    if let reindex = statement.as(PgQuery__ReindexStmt.self) { return reindex.isTransactional }
    if let vacuum = statement.as(PgQuery__VacuumStmt.self) { return !vacuum.flag(\.is_vacuumcmd) }
    if let cluster = statement.as(PgQuery__ClusterStmt.self) { return cluster.relation != nil }
    let commands = statement.as(PgQuery__AlterTableStmt.self)?.list(\.cmds, \.n_cmds) ?? []
    return commands.allSatisfy { command in
      let partition = command.as(PgQuery__AlterTableCmd.self)?.def?.as(PgQuery__PartitionCmd.self)
      return partition?.flag(\.concurrent) != true
    }
  }

  /// Whether a statement changes what all databases of a server share, or what is on another server.
  static func leavesDatabase(_ statement: Node<PgQuery__Node>) -> Bool {
    let kind = statement.node_case.rawValue
    return kind != PG_QUERY__NODE__NODE_DISCARD_STMT.rawValue && outsideTransactions.contains(kind)
      || sharedStatements.contains(kind)
  }

  /// Whether a statement says what objects that are made after it are granted.
  static func setsDefaultPrivileges(_ statement: Node<PgQuery__Node>) -> Bool {
    statement.node_case.rawValue == PG_QUERY__NODE__NODE_ALTER_DEFAULT_PRIVILEGES_STMT.rawValue
  }

  private static let sharedStatements: Set<UInt32> = [
    PG_QUERY__NODE__NODE_CREATE_ROLE_STMT.rawValue, PG_QUERY__NODE__NODE_ALTER_ROLE_STMT.rawValue,
    PG_QUERY__NODE__NODE_ALTER_ROLE_SET_STMT.rawValue, PG_QUERY__NODE__NODE_DROP_ROLE_STMT.rawValue,
    PG_QUERY__NODE__NODE_GRANT_ROLE_STMT.rawValue,
    PG_QUERY__NODE__NODE_ALTER_DATABASE_STMT.rawValue,
    PG_QUERY__NODE__NODE_ALTER_DATABASE_SET_STMT.rawValue,
    PG_QUERY__NODE__NODE_ALTER_SUBSCRIPTION_STMT.rawValue,
    PG_QUERY__NODE__NODE_ALTER_TABLE_SPACE_OPTIONS_STMT.rawValue,
  ]

  /// Statements that the server refuses inside a transaction block (PostgreSQL manual, each one's Notes).
  private static let outsideTransactions: Set<UInt32> = [
    PG_QUERY__NODE__NODE_CREATEDB_STMT.rawValue, PG_QUERY__NODE__NODE_DROPDB_STMT.rawValue,
    PG_QUERY__NODE__NODE_ALTER_SYSTEM_STMT.rawValue,
    PG_QUERY__NODE__NODE_CREATE_TABLE_SPACE_STMT.rawValue,
    PG_QUERY__NODE__NODE_DROP_TABLE_SPACE_STMT.rawValue,
    PG_QUERY__NODE__NODE_CREATE_SUBSCRIPTION_STMT.rawValue,
    PG_QUERY__NODE__NODE_DROP_SUBSCRIPTION_STMT.rawValue,
    PG_QUERY__NODE__NODE_DISCARD_STMT.rawValue,
  ]
}

extension Node where Message == PgQuery__ReindexStmt {
  /// Whether `CONCURRENTLY` was written.
  var isConcurrent: Bool {
    list(\.params, \.n_params).contains {
      $0.as(PgQuery__DefElem.self)?.defname == "concurrently"
    }
  }

  fileprivate var isTransactional: Bool {
    let single = [
      PG_QUERY__REINDEX_OBJECT_TYPE__REINDEX_OBJECT_INDEX,
      PG_QUERY__REINDEX_OBJECT_TYPE__REINDEX_OBJECT_TABLE,
    ]
    return single.contains(self.kind) && !isConcurrent
  }
}

extension Node where Message == PgQuery__Node {
  /// The relation that a statement is about, when it names one.
  var subject: QualifiedName? {
    guard let tree = payload else { return nil }
    return tree.namedObjects.first?.relation
      ?? tree.all(PgQuery__RangeVar.self).first?.qualifiedName
  }
}
