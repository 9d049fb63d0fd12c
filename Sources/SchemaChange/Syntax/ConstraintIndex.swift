internal import CGrammar
public import Postgres

extension ConstraintDefinition {
  /// The index that a unique constraint or a primary key is made of, as `CREATE UNIQUE INDEX`.
  ///
  /// What the definition says beside its columns stays: `INCLUDE`, `NULLS NOT DISTINCT`, `WITH`, the tablespace. The
  /// deferral is the constraint's own.
  public func index(named name: String, on table: QualifiedName) throws(RewriteError) -> String {
    let constraint = try Self.parse(text)
    let keys = constraint[pg_query_Constraint_keys].strings
    guard !keys.isEmpty, constraint[pg_query_Constraint_indexname] == nil,
      !constraint[pg_query_Constraint_without_overlaps]
    else {
      throw .unexpectedForm(sql: text, expected: "a unique constraint with its columns")
    }
    let included = constraint[pg_query_Constraint_including].strings
    let space = constraint[pg_query_Constraint_indexspace].map {
      " TABLESPACE " + Quoting.identifier($0)
    }
    let sql =
      "CREATE UNIQUE INDEX \(Quoting.identifier(name)) ON \(table) (\(Self.list(keys)))"
      + (included.isEmpty ? "" : " INCLUDE (\(Self.list(included)))")
      + (constraint[pg_query_Constraint_nulls_not_distinct] ? " NULLS NOT DISTINCT" : "")
      + (space ?? "")
    let options = constraint[pg_query_Constraint_options]
    guard !options.isEmpty else { return sql }
    return try RewriteError.wrapping(text) { () throws(GrammarError) in
      let tree = try ParseTree(sql)
      guard let index = tree.onlyStatement?[pg_query_Node_index_stmt] else { throw .noShell }
      index.replace(pg_query_IndexStmt_resize_options, with: options)
      return try tree.deparse()
    }
  }

  /// The columns after `INCLUDE`, which the server puts into the name that it chooses.
  public var includedColumns: [String] {
    get throws(RewriteError) {
      try Self.parse(text)[pg_query_Constraint_including].strings
    }
  }

  private static func list(_ names: [String]) -> String {
    names.map(Quoting.identifier).joined(separator: ", ")
  }
}
