internal import CGrammar
internal import Postgres

extension Lowering {
  /// Whether a statement writes rows, and does nothing else.
  static func writesRows(_ statement: Node<pg_query_Node>) -> Bool {
    if rowStatements.contains(statement.kind) { return true }
    guard let select = statement[pg_query_Node_select_stmt]?.erased else { return false }
    return !select.all(pg_query_InsertStmt.self).isEmpty
      || !select.all(pg_query_UpdateStmt.self).isEmpty
      || !select.all(pg_query_DeleteStmt.self).isEmpty
  }

  private static let rowStatements: Set<NodeKind> = [
    pg_query_Node_node_insert_stmt, pg_query_Node_node_update_stmt,
    pg_query_Node_node_delete_stmt, pg_query_Node_node_merge_stmt,
    pg_query_Node_node_truncate_stmt, pg_query_Node_node_copy_stmt,
  ]

  /// The rows of an `UPDATE`; `nil` when it reads other rows than those it writes.
  static func rows(_ update: Node<pg_query_UpdateStmt>) -> RowSelection? {
    guard update[pg_query_UpdateStmt_from_clause].isEmpty,
      update[pg_query_UpdateStmt_with_clause] == nil,
      update.erased.all(pg_query_SubLink.self).isEmpty
    else { return nil }
    let columns = update[pg_query_UpdateStmt_target_list].compactMap {
      $0[pg_query_Node_res_target]?[pg_query_ResTarget_name]
    }
    return RowSelection(
      equal: equalities(update[pg_query_UpdateStmt_where_clause]), writes: Set(columns),
      update: RowUpdate(update))
  }

  /// The rows of a `DELETE`; `nil` when it reads other rows than those it deletes.
  static func rows(_ delete: Node<pg_query_DeleteStmt>) -> RowSelection? {
    guard delete[pg_query_DeleteStmt_using_clause].isEmpty,
      delete[pg_query_DeleteStmt_with_clause] == nil,
      delete.erased.all(pg_query_SubLink.self).isEmpty
    else { return nil }
    return RowSelection(
      equal: equalities(delete[pg_query_DeleteStmt_where_clause]), update: RowUpdate(delete))
  }

  /// The rows of an `INSERT`; `nil` when a function, a recursion or a write in `WITH` may make many of few.
  static func rows(_ insert: Node<pg_query_InsertStmt>) -> RowSelection? {
    let tree = insert.erased
    let recursive = tree.all(pg_query_WithClause.self).contains {
      $0[pg_query_WithClause_recursive]
    }
    let writes =
      tree.all(pg_query_UpdateStmt.self).count + tree.all(pg_query_DeleteStmt.self).count
      + tree.all(pg_query_InsertStmt.self).count
    // A table that is joined with itself gives more rows than it has.
    let sources =
      insert[pg_query_InsertStmt_select_stmt]?.payload?.all(pg_query_RangeVar.self) ?? []
    guard Set(sources.map(\.qualifiedName)).count == sources.count else { return nil }
    guard !recursive, writes == 1, tree.all(pg_query_RangeFunction.self).isEmpty else { return nil }
    return RowSelection(equal: [:])
  }

  /// With how many constants each column is compared by `=` or `IN`, in a condition or its `AND`s.
  private static func equalities(_ condition: Node<pg_query_Node>?) -> [String: Int] {
    guard let condition else { return [:] }
    if let both = condition[pg_query_Node_bool_expr],
      both[pg_query_BoolExpr_boolop] == pg_query_AND_EXPR
    {
      return both[pg_query_BoolExpr_args].map(equalities).reduce(into: [:]) { all, part in
        all.merge(part) { min($0, $1) }
      }
    }
    guard let comparison = condition[pg_query_Node_a_expr],
      comparison[pg_query_A_Expr_name].strings.last == "=",
      let left = comparison[pg_query_A_Expr_lexpr],
      let right = comparison[pg_query_A_Expr_rexpr]
    else { return [:] }
    let kind: pg_query_A_Expr_Kind = comparison[pg_query_A_Expr_kind]
    switch kind {
    case pg_query_AEXPR_OP:
      guard let column = left.columnName ?? right.columnName,
        left.constant != nil || right.constant != nil
      else { return [:] }
      return [column: 1]
    case pg_query_AEXPR_IN:
      guard let column = left.columnName, !right.items.isEmpty,
        right.items.allSatisfy({ $0.constant != nil })
      else { return [:] }
      return [column: right.items.count]
    default: return [:]
    }
  }
}

extension Node where Message == pg_query_Node {
  /// The column that an expression is.
  fileprivate var columnName: String? { self[pg_query_Node_column_ref]?.column }
}
