internal import CGrammar
internal import Postgres

extension Lowering {
  /// A constraint of a table, or of `column` when it stands in a column's definition.
  ///
  /// `nil` for what the grammar calls a constraint although it is a clause.
  static func addConstraint(
    _ node: Node<pg_query_Node>, to table: QualifiedName, column: String?
  ) throws(GrammarError) -> AddConstraint? {
    guard let constraint = node[pg_query_Node_constraint],
      let kind = try kind(constraint, column: column)
    else { return nil }
    var added = AddConstraint(
      table: table, name: constraint[pg_query_Constraint_conname], kind: kind,
      notValid: constraint[pg_query_Constraint_skip_validation],
      deferrable: constraint[pg_query_Constraint_deferrable],
      initiallyDeferred: constraint[pg_query_Constraint_initdeferred],
      usingIndex: constraint[pg_query_Constraint_indexname],
      definition: try definition(node, column: column))
    switch kind {
    case .check, .foreignKey: added.enforced = constraint[pg_query_Constraint_is_enforced]
    // The grammar says nothing of the others, which always are.
    default: break
    }
    added.isTemporal = constraint[pg_query_Constraint_fk_with_period]
    return added
  }

  private static func kind(
    _ constraint: Node<pg_query_Constraint>, column: String?
  ) throws(GrammarError) -> AddConstraint.Kind? {
    let own = column.map { [$0] }
    let keys = constraint[pg_query_Constraint_keys].strings
    if constraint[pg_query_Constraint_without_overlaps] { return .exclude }
    switch constraint.type {
    case pg_query_CONSTR_CHECK:
      return .check(
        expression: try optional(constraint[pg_query_Constraint_raw_expr], Deparse.expression) ?? ""
      )
    case pg_query_CONSTR_UNIQUE:
      return .unique(
        columns: own ?? keys, nullsNotDistinct: constraint[pg_query_Constraint_nulls_not_distinct])
    case pg_query_CONSTR_PRIMARY: return .primaryKey(columns: own ?? keys)
    case pg_query_CONSTR_EXCLUSION: return .exclude
    case pg_query_CONSTR_NOTNULL: return keys.first.map { .notNull(column: $0) }
    case pg_query_CONSTR_FOREIGN:
      guard let references = constraint[pg_query_Constraint_pktable]?.qualifiedName else {
        return nil
      }
      return .foreignKey(
        columns: own ?? constraint[pg_query_Constraint_fk_attrs].strings, references: references,
        referencedColumns: constraint[pg_query_Constraint_pk_attrs].strings)
    default: return nil
    }
  }

  /// The constraint as a table constraint, without its name and `NOT VALID`.
  ///
  /// A statement's tree serves this one lowering, so the constraint is changed where it stands and put back.
  private static func definition(
    _ node: Node<pg_query_Node>, column: String?
  ) throws(GrammarError) -> String {
    let frame = "ALTER TABLE t ADD "
    guard let constraint = node[pg_query_Node_constraint] else { throw .noShell }
    let name = constraint[pg_query_Constraint_conname]
    let skips = constraint[pg_query_Constraint_skip_validation]
    constraint.set(pg_query_Constraint_set_conname, to: nil)
    constraint.setValidated(true)
    if let column { constraint.becomeTableConstraint(on: column) }
    defer {
      constraint.set(pg_query_Constraint_set_conname, to: name)
      constraint.setValidated(!skips)
    }
    return try Deparse.command(node, in: frame + "CHECK (true)").removing(prefix: frame)
  }

  /// The sequence options of `GENERATED … AS IDENTITY (…)`; `nil` where none are written.
  static func identityOptions(_ node: Node<pg_query_Node>) throws(GrammarError) -> String? {
    let text = try Deparse.command(
      node, in: "ALTER TABLE t ALTER COLUMN c ADD GENERATED ALWAYS AS IDENTITY")
    guard let start = text.firstIndex(of: "("), text.hasSuffix(")") else { return nil }
    return String(text[text.index(after: start)...].dropLast())
  }

  /// What `read` makes of a part of the tree that may be absent.
  static func optional<Message, Result>(
    _ node: Node<Message>?, _ read: (Node<Message>) throws(GrammarError) -> Result
  ) throws(GrammarError) -> Result? {
    guard let node else { return nil }
    return try read(node)
  }
}

extension Node where Message == pg_query_Constraint {
  /// An inline constraint leaves its column unsaid; a table constraint names it.
  fileprivate func becomeTableConstraint(on column: String) {
    switch type {
    case pg_query_CONSTR_UNIQUE, pg_query_CONSTR_PRIMARY:
      replace(pg_query_Constraint_resize_keys, with: tree.strings([column]))
    case pg_query_CONSTR_FOREIGN:
      replace(pg_query_Constraint_resize_fk_attrs, with: tree.strings([column]))
    default: break
    }
  }
}
