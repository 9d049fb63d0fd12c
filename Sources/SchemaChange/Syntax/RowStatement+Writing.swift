internal import CGrammar
internal import Postgres

/// The statements that a row statement is cut into.
extension RowStatement {
  /// The condition as SQL; `nil` for all rows.
  func conditionText() throws(GrammarError) -> String? {
    guard let condition else { return nil }
    return try Deparse.expression(condition)
  }

  /// A query over the rows that the statement chooses, or over those that it may.
  func query(_ targets: String, choosing: Bool) throws(GrammarError) -> String {
    let shell = try ParseTree("SELECT \(targets) FROM \(from) WHERE true")
    guard let select = shell.top.all(pg_query_SelectStmt.self).first else { throw .noShell }
    select.replace(
      pg_query_SelectStmt_resize_from_clause,
      with: select[pg_query_SelectStmt_from_clause] + sources)
    if choosing, let condition {
      select.set(pg_query_SelectStmt_set_where_clause, to: condition)
    }
    if let named { select.set(pg_query_SelectStmt_set_with_clause, to: named) }
    return try shell.deparse()
  }

  /// `WITH` and its queries, as they stand before the statement; `nil` where there are none.
  func naming() throws(GrammarError) -> String? {
    guard let named else { return nil }
    let shell = try ParseTree("SELECT 1")
    guard let select = shell.top.all(pg_query_SelectStmt.self).first else { throw .noShell }
    select.set(pg_query_SelectStmt_set_with_clause, to: named)
    let (text, statement) = (try shell.deparse(), " SELECT 1")
    guard text.hasSuffix(statement) else { throw .noShell }
    return String(text.dropLast(statement.count))
  }

  /// What a list of an `UPDATE` or a `DELETE` holds of each row.
  func listed(_ rows: BatchedRows) throws(GrammarError) -> [(value: String, name: String)] {
    var listed = rows.columns.enumerated().map { index, column in
      (value: "\(row).\(Quoting.identifier(column))", name: BatchedRows.key(index))
    }
    if rows.isChecked { listed.append(("\(row).xmin::text", BatchedRows.version)) }
    let values = try values()
    for (index, column) in rows.constants.enumerated() {
      guard let value = values.first(where: { $0.column == column }) else { throw .noShell }
      listed.append((value.expression, BatchedRows.constant(index)))
    }
    return listed
  }

  /// The statement that makes the list of an `UPDATE` or a `DELETE`.
  func listing(
    _ rows: BatchedRows, into list: QualifiedName
  ) throws(GrammarError) -> String {
    let targets = try listed(rows).map { "\($0.value) AS \($0.name)" }
    let keys = rows.columns.map { "\(row).\(Quoting.identifier($0))" }
    // A row that meets several rows of another table is one row.
    let distinct = sources.isEmpty ? "" : "DISTINCT ON (\(keys.joined(separator: ", "))) "
    let query = try query(distinct + targets.joined(separator: ", "), choosing: true)
    return "CREATE TABLE \(list) AS " + query
  }

  /// The statement that fills the list of an `INSERT`.
  func filling(
    _ insert: Node<pg_query_InsertStmt>, _ list: QualifiedName
  ) throws(GrammarError) -> String {
    let shell = try ParseTree("INSERT INTO \(list) DEFAULT VALUES")
    guard let target = shell.top.all(pg_query_RangeVar.self).first else { throw .noShell }
    insert.clear(pg_query_InsertStmt_clear_on_conflict_clause)
    insert.set(pg_query_InsertStmt_set_override, to: pg_query_OVERRIDING_NOT_SET)
    insert.set(pg_query_InsertStmt_set_relation, to: target)
    return try insert.tree.deparse()
  }

  /// The statement that changes the rows that a batch has taken.
  func change(_ rows: BatchedRows) throws(GrammarError) -> String {
    let taken = BatchedRows.taken
    if case .insert(let insert) = self {
      let alias = alias.map { " AS \(Quoting.identifier($0))" } ?? ""
      let columns = BatchedRows.names(rows.columns)
      let shell = try ParseTree(
        "INSERT INTO \(table)\(alias) (\(columns)) SELECT \(columns) FROM \(taken)")
      guard let copy = shell.top.all(pg_query_InsertStmt.self).first else { throw .noShell }
      let overriding: pg_query_OverridingKind = insert[pg_query_InsertStmt_override]
      copy.set(pg_query_InsertStmt_set_override, to: overriding)
      if let conflict = insert[pg_query_InsertStmt_on_conflict_clause] {
        copy.set(pg_query_InsertStmt_set_on_conflict_clause, to: conflict)
      }
      return try shell.deparse()
    }
    var keys = rows.columns.enumerated().map {
      "\(row).\(Quoting.identifier($1)) = \(taken).\(BatchedRows.key($0))"
    }
    if rows.isChecked { keys.append("\(row).xmin::text = \(taken).\(BatchedRows.version)") }
    let sets = rows.constants.enumerated().map {
      "\(Quoting.identifier($1)) = \(taken).\(BatchedRows.constant($0))"
    }
    let shell = try ParseTree(
      "UPDATE x SET \((sets + ["y = y"]).joined(separator: ", ")) FROM \(taken) "
        + "WHERE \((keys + ["true"]).joined(separator: " AND "))")
    guard let extra = shell.onlyStatement?[pg_query_Node_update_stmt],
      let both = extra[pg_query_UpdateStmt_where_clause], let all = both[pg_query_Node_bool_expr]
    else { throw .noShell }
    let joined = all[pg_query_BoolExpr_args].dropLast() + (rows.isFixed ? [] : conjuncts)
    all.replace(pg_query_BoolExpr_resize_args, with: Array(joined))
    guard let first = joined.first else { throw .noShell }
    // A conjunction of one is no conjunction.
    let condition = joined.count == 1 ? first : both
    let from = extra[pg_query_UpdateStmt_from_clause] + (rows.isFixed ? [] : sources)
    switch self {
    case .update(let update):
      update.replace(pg_query_UpdateStmt_resize_target_list, with: targets(rows, extra))
      update.replace(pg_query_UpdateStmt_resize_from_clause, with: from)
      update.set(pg_query_UpdateStmt_set_where_clause, to: condition)
      update.clear(pg_query_UpdateStmt_clear_with_clause)
      return try update.tree.deparse()
    case .delete(let delete):
      delete.replace(pg_query_DeleteStmt_resize_using_clause, with: from)
      delete.set(pg_query_DeleteStmt_set_where_clause, to: condition)
      delete.clear(pg_query_DeleteStmt_clear_with_clause)
      return try delete.tree.deparse()
    case .insert: throw .noShell
    }
  }

  /// The conditions that all must be true, so that they are written as they are read again.
  private var conjuncts: [Node<pg_query_Node>] {
    guard let condition else { return [] }
    guard let all = condition[pg_query_Node_bool_expr],
      all[pg_query_BoolExpr_boolop] == pg_query_AND_EXPR
    else { return [condition] }
    return all[pg_query_BoolExpr_args]
  }

  /// The assignments, those of constants from the list.
  private func targets(
    _ rows: BatchedRows, _ extra: Node<pg_query_UpdateStmt>
  ) -> [Node<pg_query_Node>] {
    guard case .update(let update) = self else { return [] }
    let constants = extra[pg_query_UpdateStmt_target_list]
    return update[pg_query_UpdateStmt_target_list].map { target in
      let name = target[pg_query_Node_res_target]?[pg_query_ResTarget_name]
      guard let name, let index = rows.constants.firstIndex(of: name) else { return target }
      return constants[index]
    }
  }
}
