internal import CPGQuery
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
      let elements = index.erased.all(PgQuery__IndexElem.self).compactMap(\.name)
      let references = index.erased.all(PgQuery__ColumnRef.self).compactMap(\.column)
      return Set(elements + references)
    }
  }

  /// Whether a row whose value of a column is NULL is like no other row: the column is a key as it is, nothing else
  /// of the index is made of it, and NULLs are distinct.
  public func setsNullApart(_ column: String) throws(RewriteError) -> Bool {
    let index = try Self.parse(text)
    let keys = index.list(\.index_params, \.n_index_params)
      .compactMap { $0.as(PgQuery__IndexElem.self)?.name }
    let references = index.erased.all(PgQuery__ColumnRef.self).compactMap(\.column)
    return keys.contains(column) && !references.contains(column)
      && !index.flag(\.nulls_not_distinct)
  }

  private static func parse(_ sql: String) throws(RewriteError) -> Node<PgQuery__IndexStmt> {
    let tree = try RewriteError.wrapping(sql) { () throws(GrammarError) in try ParseTree(sql) }
    guard let index = tree.onlyStatement?.as(PgQuery__IndexStmt.self) else {
      throw .unexpectedForm(sql: sql, expected: "one CREATE INDEX statement")
    }
    return index
  }
}

extension Node where Message == PgQuery__IndexStmt {
  fileprivate func apply(_ changes: IndexStatement.Changes) {
    if let concurrently = changes.concurrently { set(\.concurrent, to: concurrently) }
    if let ifNotExists = changes.ifNotExists { set(\.if_not_exists, to: ifNotExists) }
    // IF NOT EXISTS is only grammatical with a name; without one it would not be there.
    if let name = changes.name { set(\.idxname, to: name) }
    let written = self.relation?.qualifiedName
    rename(changes.columns, table: written)
    if let only = changes.only { self.relation?.set(\.inh, to: !only) }
    if let table = changes.table { self.relation?.retarget(table) }
    if let tablespace = changes.tablespace { set(\.table_space, to: tablespace) }
  }

  private func rename(_ columns: [String: String], table: QualifiedName?) {
    let elements =
      list(\.index_params, \.n_index_params)
      + list(\.index_including_params, \.n_index_including_params)
    for element in elements.compactMap({ $0.as(PgQuery__IndexElem.self) }) {
      if let old = element.name, let new = columns[old] { element.set(\.name, to: new) }
    }
    erased.renameColumns(columns, qualifiedBy: Set([table].compactMap(\.self)))
  }
}
