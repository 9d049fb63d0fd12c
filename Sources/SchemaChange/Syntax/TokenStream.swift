internal import CPGQuery

/// One token of a text, as PostgreSQL's scanner cuts it.
struct Token {
  /// Its place in bytes.
  var range: Range<Int>
  /// What the scanner calls it.
  var kind: PgQuery__Token

  var isComment: Bool {
    kind == PG_QUERY__TOKEN__SQL_COMMENT || kind == PG_QUERY__TOKEN__C_COMMENT
  }
}

/// The tokens of a text, comments included.
struct TokenStream {
  /// How many tokens may stand inside each other: beyond it a tree could overflow a thread's stack.
  static let nestingLimit = 2_000

  private(set) var tokens: [Token]

  /// Scans `text`; it fails as a whole on an unterminated string or comment.
  init(_ text: String) throws(GrammarError) {
    // C would stop at the zero byte and silently ignore the rest.
    if let zero = text.utf8.firstIndex(of: 0) {
      let offset = text.utf8.distance(from: text.utf8.startIndex, to: zero)
      throw GrammarError(message: "the text holds a zero byte", offset: offset)
    }
    let result = pg_query_scan(text)
    defer { pg_query_free_scan_result(result) }
    if let error = result.error { throw GrammarError(error.pointee, in: text) }
    let bytes = UnsafeRawPointer(result.pbuf.data)?.assumingMemoryBound(to: UInt8.self)
    guard let scan = pg_query__scan_result__unpack(nil, result.pbuf.len, bytes) else {
      throw GrammarError(message: "the text is too large to be scanned")
    }
    defer { pg_query__scan_result__free_unpacked(scan, nil) }
    tokens = (0..<scan.pointee.n_tokens).compactMap { index in
      scan.pointee.tokens[index].map {
        Token(range: Int($0.pointee.start)..<Int($0.pointee.end), kind: $0.pointee.token)
      }
    }
  }

  /// Refuses a text whose tree could be too deep.
  ///
  /// Operators, parentheses and keywords nest; a comma starts afresh. Counting tokens since the last comma at each
  /// open bracket bounds the depth from above, before anything recursive looks at the text.
  func checkNesting() throws(GrammarError) {
    var levels = [0]
    var depth = 0
    for token in tokens where !token.isComment {
      switch token.kind {
      case PG_QUERY__TOKEN__ASCII_59:
        levels = [0]
        depth = 0
      case PG_QUERY__TOKEN__ASCII_44:
        depth -= levels.popLast() ?? 0
        levels.append(0)
      case PG_QUERY__TOKEN__ASCII_41, PG_QUERY__TOKEN__ASCII_93:
        if levels.count > 1 { depth -= levels.popLast() ?? 0 }
      default:
        depth += 1
        levels[levels.count - 1] += 1
        let opens =
          token.kind == PG_QUERY__TOKEN__ASCII_40 || token.kind == PG_QUERY__TOKEN__ASCII_91
        if opens { levels.append(0) }
      }
      if depth > Self.nestingLimit { throw .tooDeep(at: token.range.lowerBound) }
    }
  }
}
