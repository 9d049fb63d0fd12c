internal import CGrammar
internal import Postgres

/// From the grammar's tree to what a migration wants.
///
/// Each function looks at a family of statements and hands the rest on. Nothing is lost on the way: a statement that no
/// family knows is ``StatementKind/notUnderstood``, which is refused.
enum Lowering {
  /// What one statement wants.
  ///
  /// An `ALTER TABLE` must have one command only.
  static func operation(of statement: Node<pg_query_Node>) throws(GrammarError) -> SchemaOperation {
    if let alter = statement[pg_query_Node_alter_table_stmt] { return try alterTable(alter) }
    if let operation = try definition(statement) { return operation }
    if let operation = type(statement) { return operation }
    if let operation = removal(statement) { return operation }
    if let operation = renaming(statement) { return operation }
    if let operation = session(statement) { return operation }
    if let operation = dataChange(statement) { return operation }
    if let operation = maintenance(statement) { return operation }
    if let kind = kinds[statement.kind] {
      return .other(
        OtherOperation(
          kind: kind, relation: statement.subject, replaces: replaces(statement)))
    }
    let message = "this kind of statement has no rule"
    return .other(OtherOperation(kind: .notUnderstood, detail: message))
  }

  /// Whether the server runs the statement inside a transaction block.
  static func isTransactional(_ statement: Node<pg_query_Node>) -> Bool {
    if outsideTransactions.contains(statement.kind) { return false }
    if let index = statement[pg_query_Node_index_stmt] {
      return !index[pg_query_IndexStmt_concurrent]
    }
    if let drop = statement[pg_query_Node_drop_stmt] { return !drop[pg_query_DropStmt_concurrent] }
    if let reindex = statement[pg_query_Node_reindex_stmt] { return reindex.isTransactional }
    if let vacuum = statement[pg_query_Node_vacuum_stmt] {
      return !vacuum[pg_query_VacuumStmt_is_vacuumcmd]
    }
    if let cluster = statement[pg_query_Node_cluster_stmt] {
      return cluster[pg_query_ClusterStmt_relation] != nil
    }
    let commands = statement[pg_query_Node_alter_table_stmt]?[pg_query_AlterTableStmt_cmds] ?? []
    return commands.allSatisfy { command in
      let partition = command[pg_query_Node_alter_table_cmd]?[pg_query_AlterTableCmd_def]?[
        pg_query_Node_partition_cmd]
      return partition?[pg_query_PartitionCmd_concurrent] != true
    }
  }

  /// Statements that the server refuses inside a transaction block (PostgreSQL manual, each one's Notes).
  static let outsideTransactions: Set<NodeKind> = [
    pg_query_Node_node_createdb_stmt, pg_query_Node_node_dropdb_stmt,
    pg_query_Node_node_alter_system_stmt,
    pg_query_Node_node_create_table_space_stmt,
    pg_query_Node_node_drop_table_space_stmt,
    pg_query_Node_node_create_subscription_stmt,
    pg_query_Node_node_drop_subscription_stmt,
    pg_query_Node_node_discard_stmt,
  ]
}

extension Node where Message == pg_query_ReindexStmt {
  /// Whether `CONCURRENTLY` was written.
  var isConcurrent: Bool {
    self[pg_query_ReindexStmt_params].contains {
      $0[pg_query_Node_def_elem]?[pg_query_DefElem_defname] == "concurrently"
    }
  }

  fileprivate var isTransactional: Bool {
    let single = [
      pg_query_REINDEX_OBJECT_INDEX,
      pg_query_REINDEX_OBJECT_TABLE,
    ]
    return single.contains(self[pg_query_ReindexStmt_kind]) && !isConcurrent
  }
}

extension Node where Message == pg_query_Node {
  /// The relation that a statement is about, when it names one.
  var subject: QualifiedName? {
    guard let tree = payload else { return nil }
    return tree.namedObjects.first?.relation
      ?? tree.all(pg_query_RangeVar.self).first?.qualifiedName
  }
}
