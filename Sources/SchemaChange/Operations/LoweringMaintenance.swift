internal import CGrammar
internal import Postgres

extension Lowering {
  /// Statements of maintenance, whose kind depends on an option.
  static func maintenance(_ statement: Node<pg_query_Node>) -> SchemaOperation? {
    if let vacuum = statement[pg_query_Node_vacuum_stmt] { return self.vacuum(vacuum) }
    if let reindex = statement[pg_query_Node_reindex_stmt] {
      return other(
        reindex.isConcurrent ? .reindexConcurrently : .reindex,
        reindex[pg_query_ReindexStmt_relation])
    }
    if let refresh = statement[pg_query_Node_refresh_mat_view_stmt] {
      return other(
        refresh[pg_query_RefreshMatViewStmt_concurrent] ? .refreshConcurrently : .refresh,
        refresh[pg_query_RefreshMatViewStmt_relation])
    }
    if let grant = statement[pg_query_Node_grant_stmt] {
      let relation = grant.erased.all(pg_query_RangeVar.self).first
      return other(grant[pg_query_GrantStmt_is_grant] ? .grant : .revoke, relation)
    }
    return nil
  }

  private static func vacuum(_ vacuum: Node<pg_query_VacuumStmt>) -> SchemaOperation {
    let relation = vacuum.erased.all(pg_query_RangeVar.self).first
    guard vacuum[pg_query_VacuumStmt_is_vacuumcmd] else { return other(.analyze, relation) }
    let full = vacuum[pg_query_VacuumStmt_options].contains { option in
      let element = option[pg_query_Node_def_elem]
      return element?[pg_query_DefElem_defname] == "full" && element?.isSwitchedOff == false
    }
    return other(full ? .vacuumFull : .vacuum, relation)
  }
}

extension Node where Message == pg_query_DefElem {
  /// Whether the option carries a word for "no" (PostgreSQL manual, VACUUM, "boolean").
  fileprivate var isSwitchedOff: Bool {
    guard let argument = self[pg_query_DefElem_arg] else { return false }
    if let word = argument.string { return ["false", "off", "0"].contains(word.lowercased()) }
    return argument[pg_query_Node_integer]?[pg_query_Integer_ival] == 0
  }
}
