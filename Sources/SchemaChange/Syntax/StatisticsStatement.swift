internal import CPGQuery
public import Postgres

/// A `CREATE STATISTICS` statement to be written anew: a migration's, or what `pg_get_statisticsobjdef` gives.
public struct StatisticsStatement: Sendable, Hashable {
  /// The statement as it was given.
  public let text: String

  /// Takes a statement; it is refused when it is not one `CREATE STATISTICS`.
  public init(_ sql: String) throws(RewriteError) {
    text = sql
    _ = try Self.parse(sql)
  }

  /// The statement with columns renamed, under another name, on another table.
  public func sql(
    renaming columns: [String: String] = [:], name: QualifiedName? = nil,
    table: QualifiedName? = nil
  ) throws(RewriteError) -> String {
    let statement = try Self.parse(text)
    let relations = statement.list(\.relations, \.n_relations).compactMap {
      $0.as(PgQuery__RangeVar.self)
    }
    for element in statement.erased.all(PgQuery__StatsElem.self) {
      if let old = element.name, let new = columns[old] { element.set(\.name, to: new) }
    }
    statement.erased.renameColumns(
      columns, qualifiedBy: Set(relations.map(\.qualifiedName)))
    if let name {
      let parts = [name.schema, name.name].compactMap(\.self)
      statement.replace(\.defnames, \.n_defnames, with: parts.map(newStringNode))
    }
    if let table { relations.first?.retarget(table) }
    return try RewriteError.wrapping(text) { () throws(GrammarError) in
      try statement.tree.deparse()
    }
  }

  private static func parse(_ sql: String) throws(RewriteError) -> Node<PgQuery__CreateStatsStmt> {
    let tree = try RewriteError.wrapping(sql) { () throws(GrammarError) in try ParseTree(sql) }
    guard let statement = tree.onlyStatement?.as(PgQuery__CreateStatsStmt.self) else {
      throw .unexpectedForm(sql: sql, expected: "one CREATE STATISTICS statement")
    }
    return statement
  }
}
