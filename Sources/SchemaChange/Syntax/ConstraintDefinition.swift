internal import CGrammar
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
      constraint.setValidated(!notValid)
    }
    if let referencing { constraint[pg_query_Constraint_pktable]?.retarget(referencing) }
    if constraint[pg_query_Constraint_pktable] != nil,
      constraint[pg_query_Constraint_pk_attrs].isEmpty, !withColumns.isEmpty
    {
      constraint.replace(
        pg_query_Constraint_resize_pk_attrs, with: constraint.tree.strings(withColumns))
      constraint.set(
        pg_query_Constraint_set_pk_with_period, to: constraint[pg_query_Constraint_fk_with_period])
    }
    for attribute in constraint[pg_query_Constraint_pk_attrs] {
      attribute.rename(by: referencedColumns)
    }
    return try RewriteError.wrapping(text) { () throws(GrammarError) in
      try constraint.tree.deparse().removing(prefix: Self.frame)
    }
  }

  /// The condition of a `CHECK`, as the grammar writes it; `nil` for any other constraint.
  public var checkExpression: String? {
    get throws(RewriteError) {
      let constraint = try Self.parse(text)
      return try RewriteError.wrapping(text) { () throws(GrammarError) in
        try constraint[pg_query_Constraint_raw_expr].map(Deparse.expression)
      }
    }
  }

  private static let frame = "ALTER TABLE t ADD "

  static func parse(_ definition: String) throws(RewriteError) -> Node<pg_query_Constraint> {
    let tree = try RewriteError.wrapping(definition) { () throws(GrammarError) in
      try ParseTree(frame + definition + "\n")
    }
    let commands = tree.onlyStatement?[pg_query_Node_alter_table_stmt]?[
      pg_query_AlterTableStmt_cmds]
    guard let commands, commands.count == 1,
      let command = commands.first?[pg_query_Node_alter_table_cmd],
      let constraint = command[pg_query_AlterTableCmd_def]?[pg_query_Node_constraint]
    else { throw .unexpectedForm(sql: definition, expected: "one table constraint") }
    return constraint
  }
}

extension Node where Message == pg_query_Constraint {
  /// What kind of constraint it is, or of clause that the grammar counts among them.
  var type: pg_query_ConstrType { self[pg_query_Constraint_contype] }

  /// Writes or leaves out `NOT VALID`, where the grammar knows it: neither a unique constraint nor one that is not
  /// enforced can say so.
  func setValidated(_ isValidated: Bool) {
    let skips = self[pg_query_Constraint_skip_validation]
    guard
      self[pg_query_Constraint_initially_valid] || skips && self[pg_query_Constraint_is_enforced]
    else { return }
    set(pg_query_Constraint_set_skip_validation, to: !isValidated)
    set(pg_query_Constraint_set_initially_valid, to: isValidated)
  }

  fileprivate func rename(_ columns: [String: String], table: QualifiedName?) {
    let names =
      self[pg_query_Constraint_keys] + self[pg_query_Constraint_including]
      + self[pg_query_Constraint_fk_attrs] + self[pg_query_Constraint_fk_del_set_cols]
    for name in names { name.rename(by: columns) }
    for element in erased.all(pg_query_IndexElem.self) {
      if let old = element[pg_query_IndexElem_name], let new = columns[old] {
        element.set(pg_query_IndexElem_set_name, to: new)
      }
    }
    erased.renameColumns(columns, qualifiedBy: Set([table].compactMap(\.self)))
  }
}
