internal import CPGQuery
internal import Postgres

extension Lowering {
  /// Whether a statement writes rows, and does nothing else.
  static func writesRows(_ statement: Node<PgQuery__Node>) -> Bool {
    if rowStatements.contains(statement.node_case.rawValue) { return true }
    guard let select = statement.as(PgQuery__SelectStmt.self)?.erased else { return false }
    return !select.all(PgQuery__InsertStmt.self).isEmpty
      || !select.all(PgQuery__UpdateStmt.self).isEmpty
      || !select.all(PgQuery__DeleteStmt.self).isEmpty
  }

  private static let rowStatements: Set<UInt32> = [
    PG_QUERY__NODE__NODE_INSERT_STMT.rawValue, PG_QUERY__NODE__NODE_UPDATE_STMT.rawValue,
    PG_QUERY__NODE__NODE_DELETE_STMT.rawValue, PG_QUERY__NODE__NODE_MERGE_STMT.rawValue,
    PG_QUERY__NODE__NODE_TRUNCATE_STMT.rawValue, PG_QUERY__NODE__NODE_COPY_STMT.rawValue,
  ]

  /// The rows of an `UPDATE`; `nil` when it reads other rows than those it writes.
  static func rows(_ update: Node<PgQuery__UpdateStmt>) -> RowSelection? {
    guard update.pointer.pointee.n_from_clause == 0, update.with_clause == nil,
      update.erased.all(PgQuery__SubLink.self).isEmpty
    else { return nil }
    let columns = update.list(\.target_list, \.n_target_list).compactMap {
      $0.as(PgQuery__ResTarget.self)?.name
    }
    return RowSelection(
      equal: equalities(update.where_clause), writes: Set(columns), update: RowUpdate(update))
  }

  /// The rows of a `DELETE`; `nil` when it reads other rows than those it deletes.
  static func rows(_ delete: Node<PgQuery__DeleteStmt>) -> RowSelection? {
    guard delete.pointer.pointee.n_using_clause == 0, delete.with_clause == nil,
      delete.erased.all(PgQuery__SubLink.self).isEmpty
    else { return nil }
    return RowSelection(equal: equalities(delete.where_clause), update: RowUpdate(delete))
  }

  /// The rows of an `INSERT`; `nil` when a function, a recursion or a write in `WITH` may make many of few.
  static func rows(_ insert: Node<PgQuery__InsertStmt>) -> RowSelection? {
    let tree = insert.erased
    let recursive = tree.all(PgQuery__WithClause.self).contains { $0.flag(\.recursive) }
    let writes =
      tree.all(PgQuery__UpdateStmt.self).count + tree.all(PgQuery__DeleteStmt.self).count
      + tree.all(PgQuery__InsertStmt.self).count
    // A table that is joined with itself gives more rows than it has.
    let sources = insert.select_stmt?.erased.all(PgQuery__RangeVar.self) ?? []
    guard Set(sources.map(\.qualifiedName)).count == sources.count else { return nil }
    guard !recursive, writes == 1, tree.all(PgQuery__RangeFunction.self).isEmpty else { return nil }
    return RowSelection(equal: [:])
  }

  /// With how many constants each column is compared by `=` or `IN`, in a condition or its `AND`s.
  private static func equalities(_ condition: Node<PgQuery__Node>?) -> [String: Int] {
    guard let condition else { return [:] }
    if let both = condition.as(PgQuery__BoolExpr.self),
      both.boolop == PG_QUERY__BOOL_EXPR_TYPE__AND_EXPR
    {
      return both.list(\.args, \.n_args).map(equalities).reduce(into: [:]) { all, part in
        all.merge(part) { min($0, $1) }
      }
    }
    guard let comparison = condition.as(PgQuery__AExpr.self),
      comparison.list(\.name, \.n_name).strings.last == "=", let left = comparison.lexpr,
      let right = comparison.rexpr
    else { return [:] }
    switch comparison.kind {
    case PG_QUERY__A__EXPR__KIND__AEXPR_OP:
      guard let column = left.columnName ?? right.columnName,
        left.constant != nil || right.constant != nil
      else { return [:] }
      return [column: 1]
    case PG_QUERY__A__EXPR__KIND__AEXPR_IN:
      guard let column = left.columnName, !right.items.isEmpty,
        right.items.allSatisfy({ $0.constant != nil })
      else { return [:] }
      return [column: right.items.count]
    default: return [:]
    }
  }
}

extension Node where Message == PgQuery__Node {
  /// The column that an expression is.
  fileprivate var columnName: String? { self.as(PgQuery__ColumnRef.self)?.column }
}
