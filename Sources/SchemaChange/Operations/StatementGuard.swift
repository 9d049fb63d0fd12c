internal import CGrammar
internal import Postgres

/// What a `DO` block asks before it runs a statement.
public struct StatementGuard: Sendable, Hashable {
  /// What decides.
  public enum Test: Sendable, Hashable {
    /// The statement runs where this condition over the catalogue is true.
    case condition(String)
    /// The statement always runs, and these failures of it are passed over: `duplicate_object`.
    case failures(Set<String>)
    /// The statement always runs, beside others that are guarded.
    case always
  }

  /// What decides.
  public var test: Test
  /// The block as it stands in the file.
  public var block: String
  /// The names that the answer depends on.
  public var names: Set<String>
  /// Which question of the block it is, from 0: it is asked once for all statements behind it.
  public var question = 0
}

extension ScriptStatement {
  /// The changes of a `DO` block's statements; `nil` for any other statement.
  func guarded(_ statement: Node<pg_query_Node>) throws(GrammarError) -> [Change]? {
    guard statement.kind == pg_query_Node_node_do_stmt, let block = GuardedBlock(sql) else {
      return nil
    }
    let isAlone = block.parts.count == 1
    var found: [Change] = []
    var rest = sql[...]
    for part in block.parts {
      // Where it stands in the block, behind the statement before it.
      if let place = rest.firstRange(of: part.statement) { rest = rest[place.lowerBound...] }
      let offset = sql.utf8.distance(from: sql.startIndex, to: rest.startIndex)
      rest = rest.dropFirst()
      guard let changes = try changes(of: part, at: isAlone ? 0 : offset, isAlone: isAlone) else {
        return nil
      }
      found += changes
    }
    return found
  }

  /// The changes of one statement of a block; `nil` where the block must stay what it is.
  private func changes(
    of part: GuardedBlock.Part, at offset: Int, isAlone: Bool
  ) throws(GrammarError) -> [Change]? {
    guard let tree = try? ParseTree(part.statement), let inner = tree.onlyStatement,
      // A statement that cannot run in a function is no statement of a block.
      Lowering.isTransactional(inner), inner.kind != pg_query_Node_node_do_stmt
    else { return nil }
    var own = ScriptStatement(
      index: index, range: range.lowerBound + offset..<range.upperBound, sql: part.statement,
      isMetaCommand: false, map: map)
    own.comments = comments
    var changes = try own.changes()
    guard !changes.isEmpty, let asked = names(part, changes) else { return nil }
    // One command of several is no statement of its own: all or none would be there.
    if case .failures = part.test, changes.count > 1 { return nil }
    let test = part.test ?? (isAlone ? nil : .always)
    for position in changes.indices {
      changes[position].guarded = test.map {
        StatementGuard(test: $0, block: sql, names: asked, question: part.question)
      }
    }
    return changes
  }

  /// The names that a guard's answer depends on; `nil` where it cannot be asked.
  private func names(_ part: GuardedBlock.Part, _ changes: [Change]) -> Set<String>? {
    switch part.test {
    case .condition(let condition): return CatalogueQuestion(condition)?.names
    case .failures:
      guard let operation = changes.first?.operation, operation.namesWhatItMakes,
        let own = try? StatementNames(part.statement)
      else { return nil }
      return operation.madeNames ?? own.defined
    case .always, nil: return []
    }
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
