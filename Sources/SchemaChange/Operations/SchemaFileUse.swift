internal import CGrammar

/// What a statement does in a file that says how a schema is to be.
public enum SchemaFileUse: Sendable, Hashable {
  /// It makes an object, or says something of one.
  case defines
  /// It changes a setting for the statements after it.
  case sets
  /// It gives every setting its first value again.
  case resetsAll
  /// It says what is granted on objects that are made after it.
  case setsDefaultPrivileges
  /// It writes rows, and makes no object.
  case writesRows
  /// It changes what all databases of a server share, or what is on another server.
  case leavesDatabase
  /// It drops, asks, calls or steers something, or makes it for its session alone.
  case leavesNoDefinition
}

extension Lowering {
  /// What a statement does in a file that says how a schema is to be.
  static func use(of statement: Node<pg_query_Node>) -> SchemaFileUse {
    if writesRows(statement) { return .writesRows }
    if leavesDatabase(statement) { return .leavesDatabase }
    switch statement.kind {
    case pg_query_Node_node_alter_default_privileges_stmt: return .setsDefaultPrivileges
    case pg_query_Node_node_variable_set_stmt: return setting(statement)
    case pg_query_Node_node_select_stmt:
      guard case .other(let other) = statement[pg_query_Node_select_stmt].map(query),
        other.kind == .set, other.session != nil
      else { return .leavesNoDefinition }
      return isOfRoles(other.session) ? .leavesNoDefinition : .sets
    default: break
    }
    if withoutDefinition.contains(statement.kind) { return .leavesNoDefinition }
    let isTemporary = statement.tree.top.all(pg_query_RangeVar.self).contains {
      $0[pg_query_RangeVar_relpersistence] == "t" || $0[pg_query_RangeVar_schemaname] == "pg_temp"
    }
    return isTemporary ? .leavesNoDefinition : .defines
  }

  private static func setting(_ statement: Node<pg_query_Node>) -> SchemaFileUse {
    guard let set = statement[pg_query_Node_variable_set_stmt] else { return .defines }
    if set[pg_query_VariableSetStmt_kind] == pg_query_VAR_RESET_ALL { return .resetsAll }
    let name = set[pg_query_VariableSetStmt_name] ?? ""
    return isOfRoles(.set(name: name, value: nil)) ? .leavesNoDefinition : .sets
  }

  /// Whether a setting says who runs what follows.
  private static func isOfRoles(_ session: SessionStatement?) -> Bool {
    guard case .set(let name, _) = session else { return false }
    return ["role", "session_authorization"].contains(name.lowercased())
  }

  private static func leavesDatabase(_ statement: Node<pg_query_Node>) -> Bool {
    let kind = statement.kind
    return kind != pg_query_Node_node_discard_stmt && outsideTransactions.contains(kind)
      || sharedStatements.contains(kind)
  }

  private static let sharedStatements: Set<NodeKind> = [
    pg_query_Node_node_create_role_stmt, pg_query_Node_node_alter_role_stmt,
    pg_query_Node_node_alter_role_set_stmt, pg_query_Node_node_drop_role_stmt,
    pg_query_Node_node_grant_role_stmt, pg_query_Node_node_alter_database_stmt,
    pg_query_Node_node_alter_database_set_stmt,
    pg_query_Node_node_alter_database_refresh_coll_stmt,
    pg_query_Node_node_alter_subscription_stmt, pg_query_Node_node_alter_table_space_options_stmt,
    pg_query_Node_node_reassign_owned_stmt,
  ]

  private static let withoutDefinition: Set<NodeKind> = [
    pg_query_Node_node_drop_stmt, pg_query_Node_node_drop_owned_stmt,
    pg_query_Node_node_drop_user_mapping_stmt, pg_query_Node_node_do_stmt,
    pg_query_Node_node_call_stmt, pg_query_Node_node_listen_stmt,
    pg_query_Node_node_notify_stmt, pg_query_Node_node_unlisten_stmt,
    pg_query_Node_node_load_stmt, pg_query_Node_node_vacuum_stmt,
    pg_query_Node_node_reindex_stmt, pg_query_Node_node_check_point_stmt,
    pg_query_Node_node_lock_stmt, pg_query_Node_node_explain_stmt,
    pg_query_Node_node_prepare_stmt, pg_query_Node_node_execute_stmt,
    pg_query_Node_node_deallocate_stmt, pg_query_Node_node_declare_cursor_stmt,
    pg_query_Node_node_fetch_stmt, pg_query_Node_node_close_portal_stmt,
    pg_query_Node_node_transaction_stmt, pg_query_Node_node_constraints_set_stmt,
    pg_query_Node_node_discard_stmt, pg_query_Node_node_refresh_mat_view_stmt,
    pg_query_Node_node_variable_show_stmt,
  ]
}
