internal import CGrammar
internal import Postgres

/// One statement of a migration, not yet understood.
struct ScriptStatement {
  /// Its number in the file, from 0.
  let index: Int
  /// Its place in bytes, from its first real token to its last.
  let range: Range<Int>
  /// Its text there, without a semicolon.
  let sql: String
  /// Whether it is a command of psql.
  let isMetaCommand: Bool
  /// The file that it stands in.
  let map: SourceMap
  /// The comments that belong to it.
  var comments: [Comment] = []

  var location: SourceLocation { map.location(ofByte: range.lowerBound) }

  /// What it wants, one change for each thing.
  func changes() throws(GrammarError) -> [Change] {
    if isMetaCommand {
      let name = sql.prefix { !$0.isWhitespace }
      return [change(.other(OtherOperation(kind: .metaCommand, detail: String(name))))]
    }
    let tree = try ParseTree(sql)
    guard let statement = tree.onlyStatement else {
      throw GrammarError(message: "one statement was expected here", offset: 0)
    }
    if let alter = statement[pg_query_Node_alter_table_stmt],
      alter[pg_query_AlterTableStmt_cmds].count > 1
    {
      return try AlterTableSplit(alter, sql: sql).parts.map { (part) throws(GrammarError) in
        try split(part)
      }
    }
    if let guarded = try guarded(statement) { return guarded }
    let operation = try Lowering.operation(of: statement)
    if case .dropIndex(let names, concurrently: false) = operation, names.count > 1,
      let drop = statement[pg_query_Node_drop_stmt]
    {
      return names.map { split(drop, of: $0) }
    }
    var result = change(
      operation, mentions: StatementRewriter.mentions(in: tree.top),
      transactional: Lowering.isTransactional(statement))
    result.isOnly = tree.top.saysOnly
    return [result]
  }

  /// The change for a statement that only a newer server may understand.
  func notUnderstood(_ error: MigrationSyntaxError) -> Change {
    let operation = OtherOperation(kind: .notUnderstood, detail: error.message)
    return change(.other(operation))
  }

  /// One command of an `ALTER TABLE` that has several.
  private func split(_ part: AlterTableSplit.Part) throws(GrammarError) -> Change {
    let tree = try ParseTree(part.sql)
    guard let statement = tree.onlyStatement else { throw .noShell }
    var result = change(
      try Lowering.operation(of: statement), mentions: StatementRewriter.mentions(in: tree.top),
      transactional: Lowering.isTransactional(statement))
    result.sql = part.sql
    result.isOnly = tree.top.saysOnly
    result.location = map.location(ofByte: range.lowerBound + part.offset)
    return result
  }

  /// One index of a `DROP INDEX` that names several: each can be dropped without blocking clients.
  private func split(_ drop: Node<pg_query_DropStmt>, of name: QualifiedName) -> Change {
    var result = change(.dropIndex(names: [name], concurrently: false), mentions: [name])
    result.sql =
      "DROP INDEX \(drop[pg_query_DropStmt_missing_ok] ? "IF EXISTS " : "")\(name)"
      + (drop.cascades ? " CASCADE" : "")
    return result
  }

  private func change(
    _ operation: SchemaOperation, mentions: Set<QualifiedName> = [], transactional: Bool = true
  ) -> Change {
    var change = Change(
      operation: operation, sql: sql, location: location, statementIndex: index,
      mentions: mentions, transactional: transactional,
      suppressedRules: Set(comments.flatMap(\.allowances).compactMap(\.rule)))
    change.vouched = comments.compactMap(\.vouched).first
    change.isOnce = comments.contains(where: \.saysOnce)
    return change
  }
}
