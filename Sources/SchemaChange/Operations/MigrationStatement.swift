internal import CPGQuery

/// One statement of a migration as it stands in the file, for what runs it as it is.
public struct MigrationStatement: Sendable, Hashable {
  /// Its text, without a semicolon.
  public var sql: String
  /// Where it stands.
  public var location: SourceLocation
  /// Whether the server runs it inside a transaction block.
  public var isTransactional: Bool
  /// Its place in the text, in bytes.
  public var range: Range<Int> = 0..<0
  /// Whether it is a command of psql.
  public var isMetaCommand = false
  /// What a comment says was called otherwise before.
  public var renames: [RenameMark] = []
  /// Whether it writes rows, and makes no object.
  public var writesRows = false
}

extension MigrationParser {
  /// The statements of a text in its order, without the `BEGIN` first and the `COMMIT` last that frame it.
  ///
  /// What cannot be read is left to the server to refuse, and counts as transactional.
  public static func statements(_ source: String, file: String? = nil) -> [MigrationStatement] {
    let text = source.unicodeScalars.first == "\u{FEFF}" ? String(source.dropFirst()) : source
    var statements = MigrationScript(text, file: file).statements
    if statements.count >= 2, let first = statements.first, let last = statements.last,
      first.steersTransaction, last.steersTransaction
    {
      statements = Array(statements.dropFirst().dropLast())
    }
    return statements.map { statement in
      let node = statement.isMetaCommand ? nil : (try? ParseTree(statement.sql))?.onlyStatement
      return MigrationStatement(
        sql: statement.sql, location: statement.location,
        isTransactional: !statement.isMetaCommand && (node.map(Lowering.isTransactional) ?? true),
        range: statement.range, isMetaCommand: statement.isMetaCommand,
        renames: statement.renameMarks, writesRows: node.map(Lowering.writesRows) ?? false)
    }
  }
}

extension ScriptStatement {
  fileprivate var steersTransaction: Bool {
    guard !isMetaCommand, sql.utf8.count < 200 else { return false }
    return (try? ParseTree(sql))?.onlyStatement?.as(PgQuery__TransactionStmt.self) != nil
  }
}
