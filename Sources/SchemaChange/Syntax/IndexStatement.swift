internal import CGrammar
public import Postgres

/// A `CREATE INDEX` statement to be written anew: a migration's own, or what `pg_get_indexdef` gives.
///
/// Set what differs and read ``sql(_:)``; everything not named stays: method, operator classes, collations,
/// sort order, `INCLUDE`, `NULLS NOT DISTINCT`, storage parameters, predicate.
public struct IndexStatement: Sendable, Hashable {
  /// What becomes different.
  ///
  /// A `nil` leaves a thing as it is.
  public struct Changes: Sendable, Hashable {
    /// Whether `CONCURRENTLY` is written.
    public var concurrently: Bool?
    /// The index's name.
    public var name: String?
    /// The table that it is built on.
    public var table: QualifiedName?
    /// New names of columns, wherever the statement names them.
    public var columns: [String: String]
    /// Whether `ON ONLY` is written (PostgreSQL manual, CREATE INDEX, "ONLY").
    public var only: Bool?
    /// Whether `IF NOT EXISTS` is written.
    public var ifNotExists: Bool?
    /// The tablespace.
    public var tablespace: String?

    /// Names what becomes different.
    public init(
      concurrently: Bool? = nil, name: String? = nil, table: QualifiedName? = nil,
      columns: [String: String] = [:], only: Bool? = nil, ifNotExists: Bool? = nil,
      tablespace: String? = nil
    ) {
      self.concurrently = concurrently
      self.name = name
      self.table = table
      self.columns = columns
      self.only = only
      self.ifNotExists = ifNotExists
      self.tablespace = tablespace
    }
  }

  /// The statement as it was given.
  public let text: String

  /// Takes a statement; it is refused when it is not one `CREATE INDEX`.
  public init(_ sql: String) throws(RewriteError) {
    text = sql
    _ = try Self.parse(sql)
  }

  /// The statement with the changes made.
  public func sql(_ changes: Changes) throws(RewriteError) -> String {
    let index = try Self.parse(text)
    index.apply(changes)
    return try RewriteError.wrapping(text) { () throws(GrammarError) in try index.tree.deparse() }
  }

  /// Every column of the table that the statement names: keys, included ones, those in expressions and the predicate.
  public var columns: Set<String> {
    get throws(RewriteError) {
      let index = try Self.parse(text)
      let elements = index.erased.all(pg_query_IndexElem.self).compactMap {
        $0[pg_query_IndexElem_name]
      }
      let references = index.erased.all(pg_query_ColumnRef.self).compactMap(\.column)
      return Set(elements + references)
    }
  }

  /// Whether a row whose value of a column is NULL is like no other row: the column is a key as it is, nothing else
  /// of the index is made of it, and NULLs are distinct.
  public func setsNullApart(_ column: String) throws(RewriteError) -> Bool {
    let index = try Self.parse(text)
    return index.keys.contains(column) && !index.references.contains(column)
      && !index[pg_query_IndexStmt_nulls_not_distinct]
  }

  /// The columns that it is made of and nothing else, in order, without those that are only included; `nil` where it has
  /// an expression or a predicate.
  public var plainKeys: [String]? {
    get throws(RewriteError) {
      let index = try Self.parse(text)
      let count = index[pg_query_IndexStmt_index_params].count
      let isPlain = index.keys.count == count && index[pg_query_IndexStmt_where_clause] == nil
      return isPlain ? index.keys : nil
    }
  }

  /// Whether a column has a part in where rows stand in the index, or whether they do: it is not only included.
  public func isOrdered(by column: String) throws(RewriteError) -> Bool {
    let index = try Self.parse(text)
    return index.keys.contains(column) || index.references.contains(column)
  }

  private static func parse(_ sql: String) throws(RewriteError) -> Node<pg_query_IndexStmt> {
    let tree = try RewriteError.wrapping(sql) { () throws(GrammarError) in try ParseTree(sql) }
    guard let index = tree.onlyStatement?[pg_query_Node_index_stmt] else {
      throw .unexpectedForm(sql: sql, expected: "one CREATE INDEX statement")
    }
    return index
  }
}

extension Node where Message == pg_query_IndexStmt {
  /// The columns that are keys as they are.
  fileprivate var keys: [String] {
    self[pg_query_IndexStmt_index_params]
      .compactMap { $0[pg_query_Node_index_elem]?[pg_query_IndexElem_name] }
  }

  /// The columns that its expressions and its predicate read.
  fileprivate var references: [String] {
    erased.all(pg_query_ColumnRef.self).compactMap(\.column)
  }

  fileprivate func apply(_ changes: IndexStatement.Changes) {
    if let concurrently = changes.concurrently {
      set(pg_query_IndexStmt_set_concurrent, to: concurrently)
    }
    if let ifNotExists = changes.ifNotExists {
      set(pg_query_IndexStmt_set_if_not_exists, to: ifNotExists)
    }
    // IF NOT EXISTS is only grammatical with a name; without one it would not be there.
    if let name = changes.name { set(pg_query_IndexStmt_set_idxname, to: name) }
    let written = self[pg_query_IndexStmt_relation]?.qualifiedName
    rename(changes.columns, table: written)
    if let only = changes.only {
      self[pg_query_IndexStmt_relation]?.set(pg_query_RangeVar_set_inh, to: !only)
    }
    if let table = changes.table { self[pg_query_IndexStmt_relation]?.retarget(table) }
    if let tablespace = changes.tablespace {
      set(pg_query_IndexStmt_set_table_space, to: tablespace)
    }
  }

  private func rename(_ columns: [String: String], table: QualifiedName?) {
    let elements =
      self[pg_query_IndexStmt_index_params]
      + self[pg_query_IndexStmt_index_including_params]
    for element in elements.compactMap({ $0[pg_query_Node_index_elem] }) {
      if let old = element[pg_query_IndexElem_name], let new = columns[old] {
        element.set(pg_query_IndexElem_set_name, to: new)
      }
    }
    erased.renameColumns(columns, qualifiedBy: Set([table].compactMap(\.self)))
  }
}
