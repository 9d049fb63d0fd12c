internal import CPGQuery
public import Postgres

extension ConstraintDefinition {
  /// The index that a unique constraint or a primary key is made of, as `CREATE UNIQUE INDEX`.
  ///
  /// What the definition says beside its columns stays: `INCLUDE`, `NULLS NOT DISTINCT`, `WITH`, the tablespace. The
  /// deferral is the constraint's own.
  public func index(named name: String, on table: QualifiedName) throws(RewriteError) -> String {
    let constraint = try Self.parse(text)
    let keys = constraint.list(\.keys, \.n_keys).strings
    guard !keys.isEmpty, constraint.indexname == nil else {
      throw .unexpectedForm(sql: text, expected: "a unique constraint with its columns")
    }
    let included = constraint.list(\.including, \.n_including).strings
    let space = constraint.indexspace.map { " TABLESPACE " + Quoting.identifier($0) } ?? ""
    let sql =
      "CREATE UNIQUE INDEX \(Quoting.identifier(name)) ON \(table) (\(Self.list(keys)))"
      + (included.isEmpty ? "" : " INCLUDE (\(Self.list(included)))")
      + (constraint.flag(\.nulls_not_distinct) ? " NULLS NOT DISTINCT" : "") + space
    guard constraint.pointer.pointee.n_options > 0 else { return sql }
    return try RewriteError.wrapping(text) { () throws(GrammarError) in
      let tree = try ParseTree(sql)
      guard let index = tree.onlyStatement?.as(PgQuery__IndexStmt.self) else { throw .noShell }
      // Both trees may free their lists once only, so the constraint lends its own for the writing.
      index.pointer.pointee.options = constraint.pointer.pointee.options
      index.pointer.pointee.n_options = constraint.pointer.pointee.n_options
      defer {
        index.pointer.pointee.options = nil
        index.pointer.pointee.n_options = 0
      }
      return try tree.deparse()
    }
  }

  /// The columns after `INCLUDE`, which the server puts into the name that it chooses.
  public var includedColumns: [String] {
    get throws(RewriteError) {
      try Self.parse(text).list(\.including, \.n_including).strings
    }
  }

  private static func list(_ names: [String]) -> String {
    names.map(Quoting.identifier).joined(separator: ", ")
  }
}
