internal import CPGQuery
public import Postgres

/// Expressions as SQL text, rewritten through the parse tree.
///
/// Every function takes and returns text; what the grammar does not read is a ``RewriteError`` and the caller
/// decides. Layout and comments inside the expression are lost.
public enum SQLExpression {
  /// The same expression with columns renamed.
  ///
  /// A reference counts when it is bare (`x`) or qualified by one of `tables` (`t.x`, `s.t.x`).
  public static func renamingColumns(
    _ expression: String, _ map: [String: String], qualifiedBy tables: Set<QualifiedName> = []
  ) throws(RewriteError) -> String {
    let parsed = try Parsed(expression)
    parsed.root.erased.renameColumns(map, qualifiedBy: tables)
    return try parsed.written()
  }

  /// The same expression with every column (`x` or `t.x`) read from a row variable: `new."x"`.
  ///
  /// The names are in double quotes even where SQL needs none: inside PL/pgSQL, `new.begin` is a syntax of its own. A
  /// whole-row reference or a subquery is refused: neither has one column to qualify.
  public static func qualifyingColumns(
    _ expression: String, with row: String
  ) throws(RewriteError) -> String {
    let parsed = try Parsed(expression)
    let names = parsed.root.erased
    guard names.all(PgQuery__SubLink.self).isEmpty else {
      throw .subquery(sql: expression)
    }
    // A name that is not in the text and that the deparser has to quote stands for each column until the end.
    var mark = "djogi column "
    while expression.contains(mark) { mark += "+" }
    var columns: [String] = []
    for reference in names.all(PgQuery__ColumnRef.self) {
      guard let column = reference.column else { throw .wholeRow(sql: expression) }
      reference.replace(
        \.fields, \.n_fields,
        with: [newStringNode(row), newStringNode("\(mark)\(columns.count)")])
      columns.append(column)
    }
    var written = try parsed.written()
    for (number, column) in columns.enumerated() {
      written = written.replacing("\"\(mark)\(number)\"", with: Quoting.field(column))
    }
    return written
  }

  /// The same expression without the table's name in front of its columns: `x` for `t.x` and `s.t.x`.
  static func unqualified(
    _ expression: String, of table: QualifiedName
  ) throws(RewriteError) -> String {
    let parsed = try Parsed(expression)
    guard parsed.root.erased.dropQualifiers(of: table) else { return expression }
    return try parsed.written()
  }

  /// The columns that an expression reads, bare or qualified, without those inside subqueries.
  public static func columns(in expression: String) throws(RewriteError) -> Set<String> {
    let parsed = try Parsed(expression)
    var found: Set<String> = []
    parsed.root.erased.walk { node in
      if let column = node.as(PgQuery__ColumnRef.self)?.column { found.insert(column) }
      return node.as(PgQuery__SelectStmt.self) == nil
    }
    return found
  }

  /// The functions that an expression calls, as written; `CURRENT_TIMESTAMP` and its like are not among them.
  public static func functions(in expression: String) throws(RewriteError) -> Set<QualifiedName> {
    let parsed = try Parsed(expression)
    return Set(
      parsed.root.erased.all(PgQuery__FuncCall.self).compactMap { call in
        let parts = call.list(\.funcname, \.n_funcname).strings
        return parts.last.map { QualifiedName(schema: parts.dropLast().last, name: $0) }
      })
  }

  /// The names of the functions that an expression calls with one argument.
  static func functionsOfOneArgument(in expression: String) throws(RewriteError) -> Set<String> {
    let calls = try Parsed(expression).root.erased.all(PgQuery__FuncCall.self)
    return Set(
      calls.filter { $0.pointer.pointee.n_args == 1 }.compactMap {
        $0.list(\.funcname, \.n_funcname).strings.last
      })
  }

  /// Whether the expression is a condition that fails for every row where `column` is NULL because it demands,
  /// by itself or in a conjunction, `column IS NOT NULL`.
  package static func provesNotNull(_ expression: String, column: String) -> Bool {
    guard let parsed = try? Parsed(expression) else { return false }
    return parsed.root.demandsNotNull(column)
  }

  /// Whether the expression is a constant: no column, function, subquery or parameter in it.
  ///
  /// A cast of a literal counts as constant; `nil` when the grammar does not read it.
  package static func isConstant(_ expression: String) -> Bool? {
    guard let parsed = try? Parsed(expression) else { return nil }
    let tree = parsed.root.erased
    return tree.all(PgQuery__FuncCall.self).isEmpty && tree.all(PgQuery__ColumnRef.self).isEmpty
      && tree.all(PgQuery__SubLink.self).isEmpty
  }

  /// An expression inside the statement that it was parsed in.
  struct Parsed {
    let text: String
    let target: Node<PgQuery__ResTarget>
    let root: Node<PgQuery__Node>

    init(_ expression: String) throws(RewriteError) {
      text = expression
      let tree = try RewriteError.wrapping(expression) { () throws(GrammarError) in
        // The line end keeps a comment at the expression's end from swallowing anything.
        try ParseTree("SELECT " + expression + "\n")
      }
      guard let select = tree.onlyStatement?.as(PgQuery__SelectStmt.self), select.isBareTarget,
        let target = select.list(\.target_list, \.n_target_list).first?.as(PgQuery__ResTarget.self),
        target.name == nil, let root = target.val
      else { throw .unexpectedForm(sql: expression, expected: "one expression") }
      self.target = target
      self.root = root
    }

    func written() throws(RewriteError) -> String {
      try RewriteError.wrapping(text) { () throws(GrammarError) in
        try Deparse.expression(root)
      }
    }
  }
}

extension RewriteError {
  /// Runs `body`, and reports what the grammar refuses together with the text.
  static func wrapping<Result>(
    _ sql: String, _ body: () throws(GrammarError) -> Result
  ) throws(RewriteError) -> Result {
    do {
      return try body()
    } catch {
      throw .notUnderstood(sql: sql, message: error.message)
    }
  }
}

extension Node where Message == PgQuery__SelectStmt {
  /// Whether it is `SELECT` and one target, and nothing else.
  fileprivate var isBareTarget: Bool {
    let parts = [
      pointer.pointee.n_from_clause, pointer.pointee.n_values_lists, pointer.pointee.n_group_clause,
      pointer.pointee.n_sort_clause, pointer.pointee.n_locking_clause,
      pointer.pointee.n_distinct_clause, pointer.pointee.n_window_clause,
    ]
    return pointer.pointee.n_target_list == 1 && parts.allSatisfy { $0 == 0 }
      && self.where_clause == nil && self.having_clause == nil && self.into_clause == nil
      && self.limit_count == nil && self.limit_offset == nil && self.with_clause == nil
      && self.larg == nil
  }
}

extension Node where Message == PgQuery__Node {
  fileprivate func demandsNotNull(_ column: String) -> Bool {
    if let test = self.as(PgQuery__NullTest.self) {
      return test.nulltesttype == PG_QUERY__NULL_TEST_TYPE__IS_NOT_NULL
        && test.arg?.as(PgQuery__ColumnRef.self)?.column == column
    }
    guard let both = self.as(PgQuery__BoolExpr.self),
      both.boolop == PG_QUERY__BOOL_EXPR_TYPE__AND_EXPR
    else { return false }
    return both.list(\.args, \.n_args).contains { $0.demandsNotNull(column) }
  }
}
