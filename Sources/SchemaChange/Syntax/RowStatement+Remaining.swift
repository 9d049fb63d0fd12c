internal import CGrammar
public import Postgres

/// Which rows a statement still has to change once its list is done, because clients have written since.
extension RowStatement {
  /// The query over the keys of the rows that an `UPDATE` or a `DELETE` still has to change.
  ///
  /// A row that meets several rows of another table is done when it holds what any of them gives it.
  ///
  /// - Parameter types: The types of the columns that an `UPDATE` sets, by column.
  func remaining(
    _ rows: BatchedRows, _ types: [String: String]
  ) throws(GrammarError) -> String {
    var listed = try listed(rows)
    let names = listed.map(\.name).joined(separator: ", ")
    let values = try values()
    if !values.isEmpty {
      listed.append((try differs(values, rows, types), "djogi_differs"))
    }
    let inner = try query(
      listed.map { "\($0.value) AS \($0.name)" }.joined(separator: ", "), choosing: true)
    let keys = rows.columns.indices.map(BatchedRows.key).joined(separator: ", ")
    let distinct = sources.isEmpty ? "" : "DISTINCT ON (\(keys)) "
    return "SELECT \(distinct)\(names) FROM (\(inner)) AS djogi_rows"
      + (values.isEmpty ? "" : " WHERE djogi_differs")
  }

  /// Whether a row holds something else than what the statement gives it, byte by byte, also where a type has no
  /// equality.
  private func differs(
    _ values: [Value], _ rows: BatchedRows, _ types: [String: String]
  ) throws(GrammarError) -> String {
    let held = values.map { "\(row).\(Quoting.identifier($0.column))" }
    let given = values.map { value in
      "(\(value.expression))" + (types[value.column].map { "::\($0)" } ?? "")
    }
    let one =
      "ROW(\(held.joined(separator: ", ")))::record OPERATOR(pg_catalog.*<>) "
      + "ROW(\(given.joined(separator: ", ")))::record"
    guard !sources.isEmpty else { return one }
    let keys = rows.columns.map { "\(row).\(Quoting.identifier($0))" }.joined(separator: ", ")
    return "pg_catalog.bool_and(\(one)) OVER (PARTITION BY \(keys))"
  }

  /// The columns by which `ON CONFLICT … DO NOTHING` knows the rows of an `INSERT` that are there already; `nil` where
  /// more than columns tells them.
  var knownBy: [String]? {
    guard case .insert(let insert) = self,
      let conflict = insert[pg_query_InsertStmt_on_conflict_clause],
      conflict[pg_query_OnConflictClause_action] == pg_query_ONCONFLICT_NOTHING,
      let key = conflict[pg_query_OnConflictClause_infer],
      key[pg_query_InferClause_where_clause] == nil
    else { return nil }
    let elements = key[pg_query_InferClause_index_elems]
    let columns = elements.compactMap { $0[pg_query_Node_index_elem]?[pg_query_IndexElem_name] }
    return columns.isEmpty || columns.count != elements.count ? nil : columns
  }

  /// The query of an `INSERT`; `nil` where it stands behind `WITH`.
  func source() throws(GrammarError) -> String? {
    guard case .insert(let insert) = self, insert[pg_query_InsertStmt_with_clause] == nil,
      let query = insert[pg_query_InsertStmt_select_stmt]
    else { return nil }
    let shell = try ParseTree("SELECT 1")
    guard let statement = shell.statements.first else { throw .noShell }
    statement.set(pg_query_RawStmt_set_stmt, to: query)
    return try shell.deparse()
  }
}

extension BatchedRows {
  /// The query over the rows that the statement still has to write or change; `nil` where a second run would do once
  /// more what is done.
  ///
  /// - Parameters:
  ///   - sql: The statement.
  ///   - types: The types of the columns that an `UPDATE` sets, by column.
  func remaining(_ sql: String, types: [String: String]) throws(RewriteError) -> String? {
    let statement = try RowStatement.read(sql)
    return try RewriteError.wrapping(sql) { () throws(GrammarError) in
      guard kind == .insert else { return try statement.remaining(self, types) }
      guard let key = statement.knownBy, key.allSatisfy(columns.contains),
        let source = try statement.source()
      else { return nil }
      let met = key.map(Quoting.identifier).map { "djogi_there.\($0) = djogi_new.\($0)" }
      // A row whose key is NULL meets no other, and tells nothing of itself.
      let known = key.map { "djogi_new.\(Quoting.identifier($0)) IS NOT NULL" }
      return "SELECT djogi_new.* FROM (\(source)) AS djogi_new (\(Self.names(columns))) "
        + "WHERE \(known.joined(separator: " AND ")) AND NOT EXISTS (SELECT FROM \(statement.table) "
        + "AS djogi_there WHERE \(met.joined(separator: " AND ")))"
    }
  }

  /// The statement that does at once what remains.
  ///
  /// - Parameters:
  ///   - sql: The statement.
  ///   - remaining: The query over the rows that it still has to change.
  public func again(_ sql: String, _ remaining: String) throws(RewriteError) -> String {
    if kind == .insert { return sql }
    let with = try naming(sql).map { $0 + "," } ?? "WITH"
    return "\(with) \(Self.taken) AS (\(remaining)) \(try change(sql))"
  }

  /// The statements that make the list once more, of the rows that `remaining` asks for.
  ///
  /// - Parameters:
  ///   - sql: The statement.
  ///   - list: The list, which may be there, half done.
  ///   - remaining: The query.
  public func listing(
    _ sql: String, again remaining: String, into list: QualifiedName
  ) throws(RewriteError) -> [String] {
    let made = try listing(sql, into: list)
    guard kind == .insert else {
      return [
        "DROP TABLE IF EXISTS \(list)", "CREATE TABLE \(list) AS \(remaining)",
        "ANALYZE \(list)",
      ]
    }
    // The empty list, then its rows, then what is known of them.
    return ["DROP TABLE IF EXISTS \(list)"] + made.dropLast(2)
      + ["INSERT INTO \(list) \(remaining)", "ANALYZE \(list)"]
  }
}
