internal import CGrammar
internal import Foundation
internal import Postgres

/// What a `DO` block asks before it runs its one statement.
public struct StatementGuard: Sendable, Hashable {
  /// What decides.
  public enum Test: Sendable, Hashable {
    /// The statement runs where this condition over the catalogue is true.
    case condition(String)
    /// The statement always runs, and these failures of it are passed over: `duplicate_object`.
    case failures(Set<String>)
  }

  /// What decides.
  public var test: Test
  /// The block as it stands in the file.
  public var block: String
  /// The names that the answer depends on.
  public var names: Set<String>
}

/// A `DO` block that runs one statement, by itself or where a guard says so.
struct GuardedBlock {
  let statement: String
  let test: StatementGuard.Test?

  /// Reads a block; `nil` where it does anything else.
  init?(_ sql: String) {
    let parsed = pg_query_parse_plpgsql(sql)
    defer { pg_query_free_plpgsql_parse_result(parsed) }
    guard parsed.error == nil, let text = parsed.plpgsql_funcs,
      let functions = try? JSONSerialization.jsonObject(with: Data(String(cString: text).utf8))
        as? [Block], functions.count == 1, let function = functions[0].inner("PLpgSQL_function"),
      function.list("datums").allSatisfy(\.isImplicitVariable),
      let body = function.inner("action")?.inner("PLpgSQL_stmt_block")
    else { return nil }
    self.init(body: body)
  }

  private typealias Block = [String: Any]

  private init(_ statement: String, _ test: StatementGuard.Test?) {
    (self.statement, self.test) = (statement, test)
  }

  private init?(body: Block) {
    let statements = body.list("body").filter { !$0.isEmptyReturn }
    guard statements.count == 1 else { return nil }
    let statement = statements[0]
    if let exceptions = body.inner("exceptions")?.inner("PLpgSQL_exception_block") {
      guard let sql = statement.plainStatement, let passed = exceptions.passedOver else {
        return nil
      }
      self.init(sql, .failures(passed))
    } else if let inner = statement.inner("PLpgSQL_stmt_block") {
      self.init(body: inner)
    } else if let condition = statement.inner("PLpgSQL_stmt_if") {
      let then = condition.list("then_body")
      guard condition.list("elsif_list").isEmpty,
        condition.list("else_body").allSatisfy(\.isHarmlessMessage), then.count == 1,
        let sql = then[0].plainStatement,
        let question = condition.inner("cond")?.inner("PLpgSQL_expr")?["query"] as? String
      else { return nil }
      self.init(sql, .condition(question))
    } else {
      guard let sql = statement.plainStatement else { return nil }
      self.init(sql, nil)
    }
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

  /// The text of a statement of SQL that gives nothing to a variable.
  fileprivate var plainStatement: String? {
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

extension ScriptStatement {
  /// The change of a `DO` block's one statement; `nil` for any other statement.
  func guarded(_ statement: Node<pg_query_Node>) -> Change? {
    guard statement.kind == pg_query_Node_node_do_stmt, let block = GuardedBlock(sql),
      let tree = try? ParseTree(block.statement), let inner = tree.onlyStatement,
      // A statement that cannot run in a function is no statement of a block.
      Lowering.isTransactional(inner), let operation = try? Lowering.operation(of: inner),
      inner[pg_query_Node_alter_table_stmt].map({ $0[pg_query_AlterTableStmt_cmds].count == 1 })
        ?? true
    else { return nil }
    var names: Set<String> = []
    switch block.test {
    case .condition(let condition):
      guard let asked = CatalogueQuestion(condition) else { return nil }
      names = asked.names
    case .failures:
      guard operation.namesWhatItMakes, let own = try? StatementNames(block.statement) else {
        return nil
      }
      names = operation.madeNames ?? own.defined
    case nil: break
    }
    var result = Change(
      operation: operation, sql: block.statement, location: location, statementIndex: index,
      mentions: StatementRewriter.mentions(in: tree.top),
      suppressedRules: Set(comments.flatMap(\.allowances).compactMap(\.rule)))
    result.isOnly = tree.top.saysOnly
    result.vouched = comments.compactMap(\.vouched).first
    result.guarded = block.test.map { StatementGuard(test: $0, block: sql, names: names) }
    return result
  }
}

/// A condition that reads the server's catalogue and nothing else.
private struct CatalogueQuestion {
  let names: Set<String>

  init?(_ condition: String) {
    guard let parsed = try? SQLExpression.Parsed(condition) else { return nil }
    let tree = parsed.tree
    let catalogues: Set = ["pg_catalog", "information_schema"]
    let isCatalogue = tree.all(pg_query_RangeVar.self).map(\.qualifiedName).allSatisfy { name in
      name.schema.map(catalogues.contains) ?? name.name.hasPrefix("pg_")
    }
    let calls = tree.all(pg_query_FuncCall.self).allSatisfy { call in
      let name = call[pg_query_FuncCall_funcname].strings
      guard let last = name.last, name.count == 1 || name.first == "pg_catalog" else {
        return false
      }
      return Self.functions.contains(last)
    }
    guard isCatalogue, calls, tree.all(pg_query_RangeFunction.self).isEmpty else { return nil }
    let constants = tree.all(pg_query_A_Const.self).compactMap {
      $0[pg_query_A_Const_sval]?[pg_query_String_sval]
    }
    names = constants.reduce(into: []) { names, text in
      names.formUnion(text.split(separator: ".").map { $0.filter { $0 != "\"" } })
    }
  }

  private static let functions: Set = [
    "to_regclass", "to_regtype", "to_regproc", "to_regnamespace", "current_schema", "lower",
    "count", "current_database", "quote_ident", "format_type", "pg_get_constraintdef",
  ]
}

extension SchemaOperation {
  /// Whether the failure that something is there already can be foretold by its name.
  fileprivate var namesWhatItMakes: Bool {
    switch self {
    case .addConstraint(let add): if case .notNull = add.kind { false } else { add.name != nil }
    case .createIndex(let create): create.name != nil && !create.concurrently
    case .addColumn, .createTable, .createDomain: true
    case .other(let other): other.kind == .createType
    default: false
    }
  }

  /// The names of what it makes; `nil` where the grammar tells them.
  fileprivate var madeNames: Set<String>? {
    switch self {
    case .addConstraint(let add): Set([add.table.name, add.name].compactMap(\.self))
    case .createIndex(let create): Set([create.name].compactMap(\.self))
    case .addColumn(let add): [add.target.table.name, add.target.column]
    case .createTable(let create): [create.table.name]
    case .createDomain(let create): [create.domain.name]
    default: nil
    }
  }
}
