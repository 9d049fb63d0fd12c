internal import CGrammar
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
    parsed.tree.renameColumns(map, qualifiedBy: tables)
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
    let names = parsed.tree
    guard names.all(pg_query_SubLink.self).isEmpty else {
      throw .subquery(sql: expression)
    }
    // A name that is not in the text and that the deparser has to quote stands for each column until the end.
    var mark = "djogi column "
    while expression.contains(mark) { mark += "+" }
    var columns: [String] = []
    for reference in names.all(pg_query_ColumnRef.self) {
      guard let column = reference.column else { throw .wholeRow(sql: expression) }
      reference.replace(
        pg_query_ColumnRef_resize_fields,
        with: reference.tree.strings([row, "\(mark)\(columns.count)"]))
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
    guard parsed.tree.dropQualifiers(of: table) else { return expression }
    return try parsed.written()
  }

  /// The columns that an expression reads, bare or qualified, without those inside subqueries.
  public static func columns(in expression: String) throws(RewriteError) -> Set<String> {
    let parsed = try Parsed(expression)
    var found: Set<String> = []
    parsed.tree.walk { node in
      if let column = node.as(pg_query_ColumnRef.self)?.column { found.insert(column) }
      return node.as(pg_query_SelectStmt.self) == nil
    }
    return found
  }

  /// The functions that an expression calls, as written; `CURRENT_TIMESTAMP` and its like are not among them.
  public static func functions(in expression: String) throws(RewriteError) -> Set<QualifiedName> {
    let parsed = try Parsed(expression)
    return Set(
      parsed.tree.all(pg_query_FuncCall.self).compactMap { call in
        let parts = call[pg_query_FuncCall_funcname].strings
        return parts.last.map { QualifiedName(schema: parts.dropLast().last, name: $0) }
      })
  }

  /// The names of the functions that an expression calls with one argument.
  static func functionsOfOneArgument(in expression: String) throws(RewriteError) -> Set<String> {
    let calls = try Parsed(expression).tree.all(pg_query_FuncCall.self)
    return Set(
      calls.filter { $0[pg_query_FuncCall_args].count == 1 }.compactMap {
        $0[pg_query_FuncCall_funcname].strings.last
      })
  }

  /// Whether the expression is a constant: no column, function, subquery or parameter in it.
  ///
  /// A cast of a literal counts as constant; `nil` when the grammar does not read it.
  package static func isConstant(_ expression: String) -> Bool? {
    guard let parsed = try? Parsed(expression) else { return nil }
    let tree = parsed.tree
    return tree.all(pg_query_FuncCall.self).isEmpty && tree.all(pg_query_ColumnRef.self).isEmpty
      && tree.all(pg_query_SubLink.self).isEmpty
  }

  /// Whether the expression is a literal, cast or not.
  static func isLiteral(_ expression: String) -> Bool {
    guard let root = try? Parsed(expression).root else { return false }
    return root.withoutCasts[pg_query_Node_a_const] != nil
  }

  /// An expression inside the statement that it was parsed in.
  struct Parsed {
    let text: String
    let root: Node<pg_query_Node>

    /// The expression, for walking.
    var tree: AnyNode { root.payload ?? root.tree.top }

    init(_ expression: String) throws(RewriteError) {
      text = expression
      let tree = try RewriteError.wrapping(expression) { () throws(GrammarError) in
        // The line end keeps a comment at the expression's end from swallowing anything.
        try ParseTree("SELECT " + expression + "\n")
      }
      guard let select = tree.onlyStatement?[pg_query_Node_select_stmt], select.isBareTarget,
        let target = select[pg_query_SelectStmt_target_list].first?[pg_query_Node_res_target],
        target[pg_query_ResTarget_name] == nil, let root = target[pg_query_ResTarget_val]
      else { throw .unexpectedForm(sql: expression, expected: "one expression") }
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

extension Node where Message == pg_query_SelectStmt {
  /// Whether it is `SELECT` and one target, and nothing else.
  fileprivate var isBareTarget: Bool {
    let lists = [
      self[pg_query_SelectStmt_from_clause], self[pg_query_SelectStmt_values_lists],
      self[pg_query_SelectStmt_group_clause], self[pg_query_SelectStmt_sort_clause],
      self[pg_query_SelectStmt_locking_clause], self[pg_query_SelectStmt_distinct_clause],
      self[pg_query_SelectStmt_window_clause],
    ]
    let parts = [
      self[pg_query_SelectStmt_where_clause], self[pg_query_SelectStmt_having_clause],
      self[pg_query_SelectStmt_limit_count], self[pg_query_SelectStmt_limit_offset],
    ]
    return self[pg_query_SelectStmt_target_list].count == 1 && lists.allSatisfy(\.isEmpty)
      && parts.allSatisfy { $0 == nil } && self[pg_query_SelectStmt_into_clause] == nil
      && self[pg_query_SelectStmt_with_clause] == nil && self[pg_query_SelectStmt_larg] == nil
  }
}
