internal import CPGQuery
internal import Postgres

extension Lowering {
  /// A constraint of a table, or of `column` when it stands in a column's definition.
  ///
  /// `nil` for what the grammar calls a constraint although it is a clause.
  static func addConstraint(
    _ node: Node<PgQuery__Node>, to table: QualifiedName, column: String?
  ) throws(GrammarError) -> AddConstraint? {
    guard let constraint = node.as(PgQuery__Constraint.self),
      let kind = try kind(constraint, column: column)
    else { return nil }
    return AddConstraint(
      table: table, name: constraint.conname, kind: kind,
      notValid: constraint.flag(\.skip_validation), deferrable: constraint.flag(\.deferrable),
      initiallyDeferred: constraint.flag(\.initdeferred), usingIndex: constraint.indexname,
      definition: try definition(node, column: column))
  }

  private static func kind(
    _ constraint: Node<PgQuery__Constraint>, column: String?
  ) throws(GrammarError) -> AddConstraint.Kind? {
    let own = column.map { [$0] }
    let keys = constraint.list(\.keys, \.n_keys).strings
    switch constraint.contype {
    case PG_QUERY__CONSTR_TYPE__CONSTR_CHECK:
      return .check(expression: try optional(constraint.raw_expr, Deparse.expression) ?? "")
    case PG_QUERY__CONSTR_TYPE__CONSTR_UNIQUE:
      return .unique(columns: own ?? keys, nullsNotDistinct: constraint.flag(\.nulls_not_distinct))
    case PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY: return .primaryKey(columns: own ?? keys)
    case PG_QUERY__CONSTR_TYPE__CONSTR_EXCLUSION: return .exclude
    case PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN:
      guard let references = constraint.pktable?.qualifiedName else { return nil }
      return .foreignKey(
        columns: own ?? constraint.list(\.fk_attrs, \.n_fk_attrs).strings, references: references,
        referencedColumns: constraint.list(\.pk_attrs, \.n_pk_attrs).strings)
    default: return nil
    }
  }

  /// The constraint as a table constraint, without its name and `NOT VALID`.
  ///
  /// A statement's tree serves this one lowering, so the constraint is changed where it stands and put back.
  private static func definition(
    _ node: Node<PgQuery__Node>, column: String?
  ) throws(GrammarError) -> String {
    let frame = "ALTER TABLE t ADD "
    let shell = try ParseTree(frame + "CHECK (true)")
    guard let command = shell.top.all(PgQuery__AlterTableCmd.self).first,
      let constraint = node.as(PgQuery__Constraint.self)
    else { throw .noShell }
    let name = constraint.conname
    let skips = constraint.skip_validation
    constraint.set(\.conname, to: nil)
    constraint.set(\.skip_validation, to: false)
    if let column { constraint.becomeTableConstraint(on: column) }
    defer {
      constraint.set(\.conname, to: name)
      constraint.set(\.skip_validation, to: skips)
    }
    return try constraint.completing { () throws(GrammarError) in
      try command.borrowing(\.def, node.pointer) { () throws(GrammarError) in
        try shell.deparse().removing(prefix: frame)
      }
    }
  }

  /// The sequence options of `GENERATED … AS IDENTITY (…)`; `nil` where none are written.
  static func identityOptions(_ node: Node<PgQuery__Node>) throws(GrammarError) -> String? {
    let shell = try ParseTree("ALTER TABLE t ALTER COLUMN c ADD GENERATED ALWAYS AS IDENTITY")
    guard let command = shell.top.all(PgQuery__AlterTableCmd.self).first else { throw .noShell }
    let text = try command.borrowing(\.def, node.pointer) { () throws(GrammarError) in
      try shell.deparse()
    }
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

extension Node where Message == PgQuery__Constraint {
  /// An inline constraint leaves its column unsaid; a table constraint names it.
  fileprivate func becomeTableConstraint(on column: String) {
    switch self.contype {
    case PG_QUERY__CONSTR_TYPE__CONSTR_UNIQUE, PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY:
      replace(\.keys, \.n_keys, with: [newStringNode(column)])
    case PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN:
      replace(\.fk_attrs, \.n_fk_attrs, with: [newStringNode(column)])
    default: break
    }
  }
}
