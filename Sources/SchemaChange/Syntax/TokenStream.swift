internal import CGrammar

/// One token of a text, as PostgreSQL's scanner cuts it.
struct Token {
  /// Its place in bytes.
  var range: Range<Int>
  /// What the scanner calls it.
  var kind: PgQueryToken

  var isComment: Bool {
    kind == PG_QUERY_TOKEN_SQL_COMMENT || kind == PG_QUERY_TOKEN_C_COMMENT
  }
}

/// The tokens of a text, comments included.
struct TokenStream {
  /// How many tokens may stand inside each other: beyond it a tree could overflow a thread's stack.
  static let nestingLimit = 1_000

  private(set) var tokens: [Token]

  /// Scans `text`; it fails as a whole on an unterminated string or comment.
  init(_ text: String) throws(GrammarError) {
    // C would stop at the zero byte and silently ignore the rest.
    if let zero = text.utf8.firstIndex(of: 0) {
      let offset = text.utf8.distance(from: text.utf8.startIndex, to: zero)
      throw GrammarError(message: "the text holds a zero byte", offset: offset)
    }
    try Self.checkRuns(text)
    let result = pg_query_scan_tokens(text)
    defer { pg_query_free_scan_tokens_result(result) }
    if let error = result.error { throw GrammarError(error.pointee, in: text) }
    tokens = UnsafeBufferPointer(start: result.tokens, count: Int(result.n_tokens)).map {
      Token(range: Int($0.start)..<Int($0.end), kind: $0.token)
    }
  }

  /// The most signs of operators in a row; the server knows no operator of more than 63.
  private static let longestRun = 2_000
  private static let operatorSigns = Set("~!@#^&|`?+-*/%<>=".utf8)

  /// Refuses a text that would keep the scanner for hours.
  ///
  /// Of `+++…` and of `/*/*…` it takes one token and looks at all the rest again for the next one.
  private static func checkRuns(_ text: String) throws(GrammarError) {
    var run = 0
    for (offset, byte) in text.utf8.enumerated() {
      run = operatorSigns.contains(byte) ? run + 1 : 0
      guard run > longestRun else { continue }
      throw GrammarError(
        message: "more than \(longestRun) signs of operators in a row", offset: offset - run + 1)
    }
  }

  /// Refuses a text whose tree could be too deep.
  ///
  /// Operators, parentheses and keywords nest; a comma starts afresh, and so does the next part of a `UNION`. Counting
  /// tokens since then at each open bracket bounds the depth from above, before anything recursive looks at the text.
  /// The parts of a `UNION` nest themselves, the first one deepest, and whatever stands in them takes nothing off that.
  func checkNesting() throws(GrammarError) {
    var levels = [Level()]
    var depth = 0
    let tokens = tokens.filter { !$0.isComment }
    for (index, token) in tokens.enumerated() {
      switch token.kind {
      case PG_QUERY_TOKEN_ASCII_59:
        levels = [Level()]
        depth = 0
      case PG_QUERY_TOKEN_ASCII_44:
        depth -= levels[levels.count - 1].startAfresh()
      case PG_QUERY_TOKEN_ASCII_41, PG_QUERY_TOKEN_ASCII_93:
        if levels.count > 1 { depth -= levels.popLast()?.depth ?? 0 }
      default:
        if Self.isSetOperation(at: index, of: tokens) {
          depth -= levels[levels.count - 1].startAfresh()
          levels[levels.count - 1].operations += 1
        } else {
          levels[levels.count - 1].tokens += 1
        }
        depth += 1
        let opens =
          token.kind == PG_QUERY_TOKEN_ASCII_40 || token.kind == PG_QUERY_TOKEN_ASCII_91
        if opens { levels.append(Level()) }
      }
      if depth > Self.nestingLimit { throw .tooDeep(at: token.range.lowerBound) }
    }
  }

  /// What was counted inside of a bracket.
  private struct Level {
    /// The tokens since what started afresh.
    var tokens = 0
    /// The set operations, which no comma ends.
    var operations = 0

    var depth: Int { tokens + operations }

    /// Forgets the tokens; returns how many they were.
    mutating func startAfresh() -> Int {
      defer { tokens = 0 }
      return tokens
    }
  }

  /// Whether a token combines two queries; the same words may also name a column behind a period or an `AS`.
  private static func isSetOperation(at index: Int, of tokens: [Token]) -> Bool {
    guard setOperations.contains(tokens[index].kind.rawValue), index + 1 < tokens.count,
      queryStarts.contains(tokens[index + 1].kind.rawValue)
    else { return false }
    guard index > 0 else { return true }
    let before = tokens[index - 1].kind
    return before != PG_QUERY_TOKEN_ASCII_46 && before != PG_QUERY_TOKEN_AS
  }

  private static let setOperations: Set<UInt32> = [
    PG_QUERY_TOKEN_UNION.rawValue, PG_QUERY_TOKEN_INTERSECT.rawValue,
    PG_QUERY_TOKEN_EXCEPT.rawValue,
  ]

  private static let queryStarts: Set<UInt32> = [
    PG_QUERY_TOKEN_ALL.rawValue, PG_QUERY_TOKEN_DISTINCT.rawValue,
    PG_QUERY_TOKEN_SELECT.rawValue, PG_QUERY_TOKEN_VALUES.rawValue,
    PG_QUERY_TOKEN_TABLE.rawValue, PG_QUERY_TOKEN_ASCII_40.rawValue,
  ]
}
