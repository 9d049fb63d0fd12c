/// Why the grammar refused a text: PostgreSQL's own message and where it points.
struct GrammarError: Error, Hashable {
  /// PostgreSQL's message, `syntax error at or near "TABEL"`.
  var message: String
  /// The byte that it points at, from the start of the text; `nil` when it names none.
  var offset: Int?

  /// A text that is nested too deeply to be read with a bounded stack.
  static func tooDeep(at offset: Int) -> GrammarError {
    GrammarError(
      message: "the statement is nested too deeply (limit \(TokenStream.nestingLimit) tokens"
        + " in one expression)", offset: offset)
  }
}

/// Why a rewriting of SQL text was refused.
///
/// Nothing was changed: the text stands as it was.
public enum RewriteError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The grammar (PostgreSQL 18's) does not read the text; a newer server may.
  case notUnderstood(sql: String, message: String)
  /// The text is SQL of another form than the one that can be rewritten.
  case unexpectedForm(sql: String, expected: String)
  /// The expression names a whole row (`t`, `t.*`), which has no single column to stand for it.
  case wholeRow(sql: String)
  /// The expression holds a subquery, whose names cannot be told apart without the catalogue.
  case subquery(sql: String)

  /// The refusal in a sentence.
  public var description: String {
    switch self {
    case .notUnderstood(let sql, let message):
      "the grammar of PostgreSQL \(MigrationParser.grammarMajor) does not read “\(sql)”: \(message)"
    case .unexpectedForm(let sql, let expected): "“\(sql)” is not \(expected)"
    case .wholeRow(let sql): "“\(sql)” names a whole row"
    case .subquery(let sql): "“\(sql)” holds a subquery"
    }
  }
}
