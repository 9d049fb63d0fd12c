internal import CGrammar
public import Postgres

/// Statements as SQL text, with other relations in the place of those that they name.
public enum StatementRewriter {
  /// The statement with every relation replaced that stands in `relations` as it is written there.
  ///
  /// It reaches every place of every statement kind: foreign keys, `LIKE`, partitions, triggers, subqueries,
  /// object lists of `DROP` and `COMMENT`, `OWNED BY`, and columns that are qualified by a replaced table. Names
  /// of common table expressions are not relations and stay.
  public static func retargeting(
    _ sql: String, relations: [QualifiedName: QualifiedName]
  ) throws(RewriteError) -> String {
    let tree = try RewriteError.wrapping(sql) { () throws(GrammarError) in try ParseTree(sql) }
    let scope = Scope(tree.top)
    for relation in scope.relations {
      if let new = relations[relation.qualifiedName] { relation.retarget(new) }
    }
    for object in tree.top.namedObjects {
      if let old = object.relation, let new = relations[old] { object.retarget(new) }
    }
    scope.retargetColumns(relations)
    return try RewriteError.wrapping(sql) { () throws(GrammarError) in try tree.deparse() }
  }

  /// Every relation that the statements name anywhere, as written.
  public static func mentions(in sql: String) throws(RewriteError) -> Set<QualifiedName> {
    let tree = try RewriteError.wrapping(sql) { () throws(GrammarError) in try ParseTree(sql) }
    return mentions(in: tree.top)
  }

  static func mentions(in node: AnyNode) -> Set<QualifiedName> {
    let named = node.namedObjects.compactMap(\.relation)
    return Set(Scope(node).relations.map(\.qualifiedName)).union(named)
  }

  /// The names that are in force in a statement.
  private struct Scope {
    let relations: [Node<pg_query_RangeVar>]
    let aliases: Set<String>
    let columns: [Node<pg_query_ColumnRef>]

    init(_ node: AnyNode) {
      let expressions = node.all(pg_query_CommonTableExpr.self).compactMap {
        $0[pg_query_CommonTableExpr_ctename]
      }
      let common = Set<String>(expressions)
      relations = node.all(pg_query_RangeVar.self).filter { relation in
        relation[pg_query_RangeVar_schemaname] != nil
          || !common.contains(relation[pg_query_RangeVar_relname] ?? "")
      }
      aliases = Set(node.all(pg_query_Alias.self).compactMap { $0[pg_query_Alias_aliasname] })
      columns = node.all(pg_query_ColumnRef.self)
    }

    /// Follows the tables in `t.x`.
    ///
    /// An alias hides the table's name, so `a.x` stays.
    func retargetColumns(_ relations: [QualifiedName: QualifiedName]) {
      for column in columns {
        guard let qualifier = column.qualifier, !aliases.contains(qualifier.name),
          let new = replacement(of: qualifier, in: relations)
        else { continue }
        let fields = column[pg_query_ColumnRef_fields]
        let kept = fields.suffix(1)
        // A bare `t.x` stays bare: the new table is visible under its own name.
        let parts =
          qualifier.schema == nil ? [new.name] : [new.schema, new.name].compactMap(\.self)
        column.replace(pg_query_ColumnRef_resize_fields, with: column.tree.strings(parts) + kept)
      }
    }

    private func replacement(
      of qualifier: QualifiedName, in relations: [QualifiedName: QualifiedName]
    ) -> QualifiedName? {
      if let exact = relations[qualifier] { return exact }
      // `ALTER TABLE t … USING s.t.x` means the same table, and so does `ALTER TABLE s.t … USING t.x`.
      let matches = relations.filter {
        $0.key.name == qualifier.name && (qualifier.schema == nil || $0.key.schema == nil)
      }
      return matches.count == 1 ? matches.first?.value : nil
    }
  }
}
