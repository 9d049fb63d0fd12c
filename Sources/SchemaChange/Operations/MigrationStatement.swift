internal import CGrammar

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
  /// Whether it changes what all databases of a server share, or what is on another server.
  public var leavesDatabase = false
  /// Whether it drops objects, makes one for its session alone, or sets a sequence's number.
  public var leavesNoDefinition = false
  /// Whether it says what objects that are made after it are granted.
  public var setsDefaultPrivileges = false
  /// Its text without `OR REPLACE` and `IF NOT EXISTS`; `nil` where it has neither.
  public var strictText: String?
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
        renames: statement.renameMarks, writesRows: node.map(Lowering.writesRows) ?? false,
        leavesDatabase: node.map(Lowering.leavesDatabase) ?? false,
        leavesNoDefinition: node.map(Lowering.leavesNoDefinition) ?? false,
        setsDefaultPrivileges: node.map(Lowering.setsDefaultPrivileges) ?? false,
        strictText: statement.strictText)
    }
  }
}

extension ScriptStatement {
  fileprivate var steersTransaction: Bool {
    guard !isMetaCommand, sql.utf8.count < 200 else { return false }
    return (try? ParseTree(sql))?.onlyStatement?[pg_query_Node_transaction_stmt] != nil
  }

  /// The text of a `CREATE` without the words that let it pass where the object is there already.
  fileprivate var strictText: String? {
    let head = sql.prefix(200).lowercased()
    guard !isMetaCommand, head.hasPrefix("create"),
      head.contains("replace") || head.contains("exists"),
      let tokens = try? TokenStream(sql).tokens.filter({ !$0.isComment }).prefix(12)
    else { return nil }
    // Several may ask for the same extension or schema, which has no definition of their own.
    let shared = [PG_QUERY_TOKEN_EXTENSION, PG_QUERY_TOKEN_SCHEMA]
    guard tokens.count > 3, !shared.contains(tokens[1].kind) else { return nil }
    for words in [
      [PG_QUERY_TOKEN_OR, PG_QUERY_TOKEN_REPLACE],
      [PG_QUERY_TOKEN_IF_P, PG_QUERY_TOKEN_NOT, PG_QUERY_TOKEN_EXISTS],
    ] {
      for start in tokens.indices.dropLast(words.count)
      where tokens[start..<start + words.count].map(\.kind) == words {
        var bytes = Array(sql.utf8)
        bytes.removeSubrange(
          tokens[start].range.lowerBound..<tokens[start + words.count].range.lowerBound)
        return String(decoding: bytes, as: UTF8.self)
      }
    }
    return nil
  }
}
