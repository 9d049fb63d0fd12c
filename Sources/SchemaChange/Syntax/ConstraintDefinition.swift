internal import CPGQuery
public import Postgres

/// The definition of a table constraint, as `pg_get_constraintdef` gives it: `CHECK (…)`, `FOREIGN KEY (…) …`.
public struct ConstraintDefinition: Sendable, Hashable {
  /// The definition as it was given.
  public let text: String

  /// Takes a definition; it is refused when the grammar reads no table constraint in it.
  public init(_ definition: String) throws(RewriteError) {
    text = definition
    _ = try Self.parse(definition)
  }

  /// The definition with columns renamed (not those of a referenced table) and `NOT VALID` on or off.
  ///
  /// `table` is the one that holds the constraint, for references that are qualified by it. `referencing` puts
  /// another table in the place of the one that a foreign key references, `withColumns` names its columns where
  /// the definition leaves them out, `referencedColumns` renames there.
  public func sql(
    renaming columns: [String: String] = [:], table: QualifiedName? = nil, notValid: Bool? = nil,
    referencing: QualifiedName? = nil, withColumns: [String] = [],
    referencedColumns: [String: String] = [:]
  ) throws(RewriteError) -> String {
    let constraint = try Self.parse(text)
    constraint.rename(columns, table: table)
    if let notValid {
      constraint.set(\.skip_validation, to: notValid)
      constraint.set(\.initially_valid, to: !notValid)
    }
    if let referencing { constraint.pktable?.retarget(referencing) }
    if constraint.pktable != nil, constraint.pointer.pointee.n_pk_attrs == 0, !withColumns.isEmpty {
      constraint.replace(\.pk_attrs, \.n_pk_attrs, with: withColumns.map(newStringNode))
    }
    for attribute in constraint.list(\.pk_attrs, \.n_pk_attrs) {
      attribute.rename(by: referencedColumns)
    }
    return try RewriteError.wrapping(text) { () throws(GrammarError) in
      try constraint.completing { () throws(GrammarError) in
        try constraint.tree.deparse().removing(prefix: Self.frame)
      }
    }
  }

  /// The condition of a `CHECK`, as the grammar writes it; `nil` for any other constraint.
  public var checkExpression: String? {
    get throws(RewriteError) {
      let constraint = try Self.parse(text)
      return try RewriteError.wrapping(text) { () throws(GrammarError) in
        try constraint.raw_expr.map(Deparse.expression)
      }
    }
  }

  private static let frame = "ALTER TABLE t ADD "

  static func parse(_ definition: String) throws(RewriteError) -> Node<PgQuery__Constraint> {
    let tree = try RewriteError.wrapping(definition) { () throws(GrammarError) in
      try ParseTree(frame + definition + "\n")
    }
    let commands = tree.onlyStatement?.as(PgQuery__AlterTableStmt.self)?.list(\.cmds, \.n_cmds)
    guard let commands, commands.count == 1,
      let command = commands.first?.as(PgQuery__AlterTableCmd.self),
      let constraint = command.def?.as(PgQuery__Constraint.self)
    else { throw .unexpectedForm(sql: definition, expected: "one table constraint") }
    return constraint
  }
}

extension Node where Message == PgQuery__Constraint {
  fileprivate func rename(_ columns: [String: String], table: QualifiedName?) {
    let names =
      list(\.keys, \.n_keys) + list(\.including, \.n_including) + list(\.fk_attrs, \.n_fk_attrs)
      + list(\.fk_del_set_cols, \.n_fk_del_set_cols)
    for name in names { name.rename(by: columns) }
    for element in erased.all(PgQuery__IndexElem.self) {
      if let old = element.name, let new = columns[old] { element.set(\.name, to: new) }
    }
    erased.renameColumns(columns, qualifiedBy: Set([table].compactMap(\.self)))
  }
}
