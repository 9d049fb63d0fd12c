internal import CGrammar

/// A migration's text cut into statements.
///
/// The text is parsed whole where that works, because only the grammar knows that the semicolons inside
/// `CREATE RULE … DO (…; …)` and `BEGIN ATOMIC … END` end nothing. Where it does not, PostgreSQL's scanner cuts at the
/// semicolons, so that one bad statement does not hide the others.
struct MigrationScript {
  let map: SourceMap
  private(set) var statements: [ScriptStatement] = []
  private(set) var errors: [MigrationSyntaxError] = []

  init(_ text: String, file: String?) {
    map = SourceMap(text, file: file)
    guard text.utf8.count <= MigrationParser.sizeLimit else {
      fail(GrammarError(message: "the text is longer than 16 MiB", offset: 0))
      return
    }
    do {
      try cut(text)
    } catch {
      fail(error)
    }
  }

  private mutating func cut(_ text: String) throws(GrammarError) {
    var meta = MetaCommands(CopyData.blanked(text))
    let sql = meta.blanked
    let stream = try TokenStream(sql)
    try stream.checkNesting()
    let ranges = Self.ranges(of: sql, tokens: stream.tokens.filter { !$0.isComment }) + meta.take()
    for range in ranges.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
      let sql = map.text(range.range)
      statements.append(
        ScriptStatement(
          index: statements.count, range: range.range, sql: sql, isMetaCommand: range.isMeta,
          map: map))
    }
    assign(stream.tokens.filter(\.isComment))
  }

  private mutating func fail(_ error: GrammarError) {
    let location = map.location(ofByte: error.offset ?? 0)
    errors.append(
      MigrationSyntaxError(
        location: location, message: error.message, sourceLine: map.line(location.line)))
  }

  /// Gives every comment to the statement that it stands in, on whose line it ends, or before which it stands.
  private mutating func assign(_ comments: [Token]) {
    var next = 0
    for comment in comments {
      while next < statements.count, statements[next].range.upperBound <= comment.range.lowerBound {
        next += 1
      }
      guard let owner = owner(of: comment.range, next: next) else { continue }
      statements[owner].comments.append(
        Comment(text: map.text(comment.range), offset: comment.range.lowerBound))
    }
  }

  private func owner(of comment: Range<Int>, next: Int) -> Int? {
    let following = next < statements.count ? next : nil
    if let following, map.onOneLine(statements[following].range.lowerBound, comment.upperBound) {
      return following
    }
    if let following, statements[following].range.lowerBound < comment.lowerBound {
      return following
    }
    if next > 0, map.onOneLine(statements[next - 1].range.upperBound, comment.lowerBound) {
      return next - 1
    }
    return following
  }

  // MARK: - Cutting

  /// Where the statements are, from their first real token to their last.
  private static func ranges(
    of sql: String, tokens: [Token]
  ) -> [MetaCommands.Piece] {
    let cuts = wholeCuts(sql) ?? semicolonCuts(tokens)
    var remaining = tokens.filter { $0.kind != PG_QUERY_TOKEN_ASCII_59 }[...]
    var pieces: [MetaCommands.Piece] = []
    for cut in cuts {
      remaining = remaining.drop { $0.range.lowerBound < cut.lowerBound }
      let inside = remaining.prefix { $0.range.upperBound <= cut.upperBound }
      guard let first = inside.first, let last = inside.last else { continue }
      pieces.append(
        MetaCommands.Piece(range: first.range.lowerBound..<last.range.upperBound, isMeta: false))
      remaining = remaining.dropFirst(inside.count)
    }
    return pieces
  }

  private static func wholeCuts(_ sql: String) -> [Range<Int>]? {
    guard let tree = try? ParseTree(sql) else { return nil }
    let end = sql.utf8.count
    return tree.statements.map { statement in
      let start = statement[pg_query_RawStmt_stmt_location] as Int
      let length = statement[pg_query_RawStmt_stmt_len] as Int
      return start..<(length == 0 ? end : start + length)
    }
  }

  /// Cuts at every semicolon, those inside brackets too: the text is wrong already.
  private static func semicolonCuts(_ tokens: [Token]) -> [Range<Int>] {
    tokens.split { $0.kind == PG_QUERY_TOKEN_ASCII_59 }.compactMap { statement in
      guard let first = statement.first, let last = statement.last else { return nil }
      return first.range.lowerBound..<last.range.upperBound
    }
  }
}
