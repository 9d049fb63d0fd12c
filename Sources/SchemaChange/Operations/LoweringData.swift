internal import CGrammar
internal import Postgres

extension Lowering {
  /// Statements that read or write rows.
  static func dataChange(_ statement: Node<pg_query_Node>) -> SchemaOperation? {
    if let insert = statement[pg_query_Node_insert_stmt] {
      return other(
        insert.givesValues ? .insertValues : .insertSelect, insert[pg_query_InsertStmt_relation],
        rows(insert))
    }
    if let update = statement[pg_query_Node_update_stmt] {
      return other(.update, update[pg_query_UpdateStmt_relation], rows(update))
    }
    if let delete = statement[pg_query_Node_delete_stmt] {
      return other(.delete, delete[pg_query_DeleteStmt_relation], rows(delete))
    }
    if let copy = statement[pg_query_Node_copy_stmt] {
      return other(copy.readsClient ? .copyData : .copy, copy[pg_query_CopyStmt_relation])
    }
    guard let select = statement[pg_query_Node_select_stmt] else { return nil }
    return self.select(select)
  }

  /// A `SELECT` may hide a writing statement in `WITH`, or change a setting by a function.
  private static func select(_ select: Node<pg_query_SelectStmt>) -> SchemaOperation {
    let tree = select.erased
    if let update = tree.all(pg_query_UpdateStmt.self).first {
      return other(.update, update[pg_query_UpdateStmt_relation])
    }
    if let delete = tree.all(pg_query_DeleteStmt.self).first {
      return other(.delete, delete[pg_query_DeleteStmt_relation])
    }
    if let insert = tree.all(pg_query_InsertStmt.self).first {
      return other(.insertSelect, insert[pg_query_InsertStmt_relation])
    }
    return query(select)
  }

  static func other(
    _ kind: StatementKind, _ relation: Node<pg_query_RangeVar>?, _ rows: RowSelection? = nil
  ) -> SchemaOperation {
    .other(OtherOperation(kind: kind, relation: relation?.qualifiedName, rows: rows))
  }
}

extension Node where Message == pg_query_CopyStmt {
  /// Whether it is `COPY … FROM stdin`.
  var readsClient: Bool {
    self[pg_query_CopyStmt_is_from] && !self[pg_query_CopyStmt_is_program]
      && self[pg_query_CopyStmt_filename] == nil
  }
}

extension Node where Message == pg_query_InsertStmt {
  /// Whether the rows stand in the statement: its work is then bounded by its text.
  fileprivate var givesValues: Bool {
    guard self[pg_query_InsertStmt_with_clause] == nil else { return false }
    guard let source = self[pg_query_InsertStmt_select_stmt]?[pg_query_Node_select_stmt] else {
      return true
    }
    let plain = erased.all(pg_query_SubLink.self).isEmpty
    return !source[pg_query_SelectStmt_values_lists].isEmpty && plain
  }
}
