internal import CPGQuery
internal import Postgres

extension Lowering {
  /// Statements that read or write rows.
  static func dataChange(_ statement: Node<PgQuery__Node>) -> SchemaOperation? {
    if let insert = statement.as(PgQuery__InsertStmt.self) {
      return other(
        insert.givesValues ? .insertValues : .insertSelect, insert.relation, rows(insert))
    }
    if let update = statement.as(PgQuery__UpdateStmt.self) {
      return other(.update, update.relation, rows(update))
    }
    if let delete = statement.as(PgQuery__DeleteStmt.self) {
      return other(.delete, delete.relation, rows(delete))
    }
    if let copy = statement.as(PgQuery__CopyStmt.self) {
      return other(copy.readsClient ? .copyData : .copy, copy.relation)
    }
    guard let select = statement.as(PgQuery__SelectStmt.self) else { return nil }
    return self.select(select)
  }

  /// A `SELECT` may hide a writing statement in `WITH`, or change a setting by a function.
  private static func select(_ select: Node<PgQuery__SelectStmt>) -> SchemaOperation {
    let tree = select.erased
    if let update = tree.all(PgQuery__UpdateStmt.self).first {
      return other(.update, update.relation)
    }
    if let delete = tree.all(PgQuery__DeleteStmt.self).first {
      return other(.delete, delete.relation)
    }
    if let insert = tree.all(PgQuery__InsertStmt.self).first {
      return other(.insertSelect, insert.relation)
    }
    return query(select)
  }

  static func other(
    _ kind: StatementKind, _ relation: Node<PgQuery__RangeVar>?, _ rows: RowSelection? = nil
  ) -> SchemaOperation {
    .other(OtherOperation(kind: kind, relation: relation?.qualifiedName, rows: rows))
  }
}

extension Node where Message == PgQuery__CopyStmt {
  /// Whether it is `COPY … FROM stdin`.
  var readsClient: Bool {
    flag(\.is_from) && !flag(\.is_program) && self.filename == nil
  }
}

extension Node where Message == PgQuery__InsertStmt {
  /// Whether the rows stand in the statement: its work is then bounded by its text.
  fileprivate var givesValues: Bool {
    guard self.with_clause == nil else { return false }
    guard let source = self.select_stmt?.as(PgQuery__SelectStmt.self) else { return true }
    let plain = erased.all(PgQuery__SubLink.self).isEmpty
    return source.pointer.pointee.n_values_lists > 0 && plain
  }
}
