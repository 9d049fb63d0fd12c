/// What came of statements that were sent as one message.
public struct BatchAnswer: Sendable {
  /// What each statement gave, up to the first that failed.
  public var results: [CommandResult]
  /// The first failure, and the number of the statement that it belongs to, from 0.
  public var failure: (statement: Int, error: PostgresError)?
}

extension PostgresConnection {
  /// Sends statements as one message, in the simple protocol: one round trip for all of them.
  ///
  /// The first error ends the batch. Each statement must give one result, as every statement does that no rule
  /// rewrites.
  ///
  /// - Returns: What the statements gave; an error names the statement that it belongs to, and its place in it.
  /// - Throws: `PostgresError` when the session is lost, or `CancellationError`.
  public func batch(_ statements: [String]) async throws -> BatchAnswer {
    // A line of its own: a statement may end in a comment.
    let text = statements.joined(separator: "\n;\n")
    let answer = try await sendKeeping(.script(text))
    guard let failure = answer.failure else {
      try await StatementObserver.current?.after(text)
      return BatchAnswer(results: answer.results)
    }
    var number = min(answer.results.count, max(statements.count - 1, 0))
    guard case .server(var error) = failure else {
      return BatchAnswer(results: answer.results, failure: (number, failure))
    }
    if let position = error.position {
      var start = 1
      for (index, statement) in statements.enumerated() {
        let length = statement.unicodeScalars.count
        if position <= start + length {
          (number, error.position) = (index, position - start + 1)
          break
        }
        start += length + 3
      }
    }
    error.statement = statements.indices.contains(number) ? statements[number] : text
    return BatchAnswer(results: answer.results, failure: (number, .server(error)))
  }
}
