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
  /// What it does in a file that says how a schema is to be.
  public var use = SchemaFileUse.defines
  /// Its text without `OR REPLACE` and `IF NOT EXISTS`; `nil` where it has neither.
  public var strictText: String?
}

extension MigrationParser {
  /// The statements of a text in its order, without each `BEGIN` and the `COMMIT` that ends it.
  ///
  /// What cannot be read is left to the server to refuse, and counts as transactional.
  public static func statements(_ source: String, file: String? = nil) -> [MigrationStatement] {
    let text = source.unicodeScalars.first == "\u{FEFF}" ? String(source.dropFirst()) : source
    var statements = MigrationScript(text, file: file).statements
    for frame in ExplicitTransactions.frames(statements.map(\.session)).reversed() {
      statements.remove(at: frame.upperBound)
      statements.remove(at: frame.lowerBound)
    }
    return statements.map { statement in
      let node = statement.isMetaCommand ? nil : (try? ParseTree(statement.sql))?.onlyStatement
      return MigrationStatement(
        sql: statement.sql, location: statement.location,
        isTransactional: !statement.isMetaCommand && (node.map(Lowering.isTransactional) ?? true),
        range: statement.range, isMetaCommand: statement.isMetaCommand,
        renames: statement.renameMarks, use: node.map(statement.use) ?? .defines,
        strictText: statement.strictText)
    }
  }
}

extension ScriptStatement {
  /// What it does to the transaction; `nil` where it does nothing.
  fileprivate var session: SessionStatement? {
    guard !isMetaCommand, sql.utf8.count < 200, let node = (try? ParseTree(sql))?.onlyStatement,
      node.kind == pg_query_Node_node_transaction_stmt,
      case .other(let other) = Lowering.session(node)
    else { return nil }
    return other.session
  }

  /// What it does in a schema file; a `DO` block that stands for statements does what these do.
  fileprivate func use(_ node: Node<pg_query_Node>) -> SchemaFileUse {
    guard let inner = try? guarded(node), !inner.isEmpty else { return Lowering.use(of: node) }
    let uses = inner.map { change in
      (try? ParseTree(change.sql))?.onlyStatement.map(Lowering.use) ?? Lowering.use(of: node)
    }
    return uses.first { $0 != .defines } ?? .defines
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
