internal import CGrammar

/// An `ALTER TABLE` with several commands, cut into one statement for each.
///
/// The commands' own text is kept: the scanner tells where the commas between them are, and a comma between
/// commands is the only kind that stands outside brackets.
struct AlterTableSplit {
  /// One command.
  struct Part {
    /// The statement that does this command alone.
    var sql: String
    /// Where the command starts, in bytes from the statement's start.
    var offset: Int
  }

  let parts: [Part]

  init(_ statement: Node<pg_query_AlterTableStmt>, sql: String) throws(GrammarError) {
    let count = statement[pg_query_AlterTableStmt_cmds].count
    let tokens = try TokenStream(sql).tokens.filter { !$0.isComment }
    let nameStart = statement[pg_query_AlterTableStmt_relation]?[pg_query_RangeVar_location] ?? 0
    let first = Self.firstCommand(tokens, after: nameStart)
    let ranges = Self.commands(tokens[first...])
    guard ranges.count == count, let start = ranges.first?.lowerBound else {
      throw GrammarError(message: "the commands of this ALTER statement cannot be told apart")
    }
    let bytes = Array(sql.utf8)
    let head = String(decoding: bytes[..<start], as: UTF8.self)
    parts = ranges.map { range in
      Part(sql: head + String(decoding: bytes[range], as: UTF8.self), offset: range.lowerBound)
    }
  }

  /// The first token after the table's name: `name`, `s.name`, `ONLY (name)`, `name *`.
  private static func firstCommand(_ tokens: [Token], after name: Int) -> Int {
    var index = tokens.firstIndex { $0.range.lowerBound >= name } ?? 0
    index += 1
    while index + 1 < tokens.count, tokens[index].kind == PG_QUERY_TOKEN_ASCII_46 { index += 2 }
    let endings = [PG_QUERY_TOKEN_ASCII_41, PG_QUERY_TOKEN_ASCII_42]
    while index < tokens.count, endings.contains(tokens[index].kind) { index += 1 }
    return min(index, tokens.count)
  }

  private static func commands(_ tokens: ArraySlice<Token>) -> [Range<Int>] {
    var depth = 0
    return tokens.split { token in
      switch token.kind {
      case PG_QUERY_TOKEN_ASCII_40, PG_QUERY_TOKEN_ASCII_91: depth += 1
      case PG_QUERY_TOKEN_ASCII_41, PG_QUERY_TOKEN_ASCII_93: depth -= 1
      case PG_QUERY_TOKEN_ASCII_44: return depth == 0
      default: break
      }
      return false
    }.compactMap { command in
      guard let first = command.first, let last = command.last else { return nil }
      return first.range.lowerBound..<last.range.upperBound
    }
  }
}
