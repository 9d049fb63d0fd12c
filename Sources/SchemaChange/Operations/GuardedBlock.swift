internal import CGrammar
internal import Foundation

/// A `DO` block of plain statements, each by itself or where a guard says so.
struct GuardedBlock {
  /// One statement.
  struct Part {
    var statement: String
    /// What decides whether it runs; `nil` where nothing does.
    var test: StatementGuard.Test?
    /// Which question of the block that is.
    var question: Int
  }

  private(set) var parts: [Part] = []
  private var questions = 0

  /// Reads a block; `nil` where it does anything else.
  init?(_ sql: String) {
    let parsed = pg_query_parse_plpgsql(sql)
    defer { pg_query_free_plpgsql_parse_result(parsed) }
    guard parsed.error == nil, let text = parsed.plpgsql_funcs,
      let functions = try? JSONSerialization.jsonObject(with: Data(String(cString: text).utf8))
        as? [Block], functions.count == 1, let function = functions[0].inner("PLpgSQL_function"),
      function.list("datums").allSatisfy(\.isImplicitVariable),
      let body = function.inner("action")?.inner("PLpgSQL_stmt_block"), add(body), !parts.isEmpty
    else { return nil }
  }

  private typealias Block = [String: Any]

  private mutating func add(_ statement: Block, _ test: StatementGuard.Test?) -> Bool {
    guard let sql = statement.plainStatement else { return false }
    parts.append(Part(statement: sql, test: test, question: questions))
    return true
  }

  /// Adds the statements of a block; `false` where it does anything else.
  private mutating func add(_ body: Block) -> Bool {
    let statements = body.list("body").filter { !$0.isEmptyReturn }
    if let exceptions = body.inner("exceptions")?.inner("PLpgSQL_exception_block") {
      // What one of several has done goes with the failure of another.
      guard statements.count == 1, let passed = exceptions.passedOver else { return false }
      questions += 1
      return add(statements[0], .failures(passed))
    }
    for statement in statements {
      questions += 1
      if let inner = statement.inner("PLpgSQL_stmt_block") {
        guard add(inner) else { return false }
      } else if let choice = statement.inner("PLpgSQL_stmt_if") {
        guard choice.list("elsif_list").isEmpty,
          choice.list("else_body").allSatisfy(\.isHarmlessMessage),
          let question = choice.inner("cond")?.inner("PLpgSQL_expr")?["query"] as? String
        else { return false }
        for then in choice.list("then_body") where !then.isHarmlessMessage {
          guard add(then, .condition(question)) else { return false }
        }
      } else if !statement.isHarmlessMessage {
        guard add(statement, nil) else { return false }
      }
    }
    return true
  }
}

/// A node of the tree that the library writes as JSON.
extension [String: Any] {
  fileprivate func inner(_ key: String) -> [String: Any]? { self[key] as? [String: Any] }
  fileprivate func list(_ key: String) -> [[String: Any]] { self[key] as? [[String: Any]] ?? [] }

  /// Whether it is a variable that each block has.
  fileprivate var isImplicitVariable: Bool {
    let names: Set = ["found", "sqlstate", "sqlerrm"]
    return (inner("PLpgSQL_var")?["refname"] as? String).map(names.contains) ?? false
  }

  fileprivate var isEmptyReturn: Bool {
    inner("PLpgSQL_stmt_return")?["expr"] == nil
      && self["PLpgSQL_stmt_return"] != nil
  }

  /// The text of a statement of SQL that gives nothing to a variable, also where it is a literal behind `EXECUTE`.
  fileprivate var plainStatement: String? {
    if let execute = inner("PLpgSQL_stmt_dynexecute") {
      guard execute["into"] == nil, execute.list("params").isEmpty,
        let text = execute.inner("query")?.inner("PLpgSQL_expr")?["query"] as? String,
        SQLExpression.isLiteral(text)
      else { return nil }
      return (try? SQLExpression.Parsed(text))?.root.constant
    }
    guard let statement = inner("PLpgSQL_stmt_execsql"), statement["into"] == nil else {
      return nil
    }
    return statement.inner("sqlstmt")?.inner("PLpgSQL_expr")?["query"] as? String
  }

  /// Whether it is a `RAISE` that ends nothing.
  fileprivate var isHarmlessMessage: Bool {
    guard let raise = inner("PLpgSQL_stmt_raise"), let level = raise["elog_level"] as? Int else {
      return false
    }
    // As elog.h numbers them, WARNING is 19 and ERROR is 21.
    return level <= 19 && raise["params"] == nil
  }

  /// The failures that handlers pass over; `nil` where one does anything, or where they are not only of what is there
  /// already.
  fileprivate var passedOver: Set<String>? {
    var names: Set<String> = []
    for handler in list("exc_list") {
      guard let exception = handler.inner("PLpgSQL_exception"),
        exception.list("action").allSatisfy(\.isHarmlessMessage)
      else { return nil }
      for condition in exception.list("conditions") {
        guard let name = condition.inner("PLpgSQL_condition")?["condname"] as? String,
          ["duplicate_object", "duplicate_table", "duplicate_column"].contains(name)
        else { return nil }
        names.insert(name)
      }
    }
    return names
  }
}
