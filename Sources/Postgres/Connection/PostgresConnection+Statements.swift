extension PostgresConnection {
  /// Runs one statement and returns its rows.
  ///
  /// - Parameter prepare: Whether to have the server parse the statement's text only the first time;
  ///   worth it for a statement that runs many times with different values.
  /// - Throws: `PostgresError`, or `CancellationError`.
  public func query(_ sql: SQL, prepare: Bool = false) async throws -> Rows {
    try await execute(sql, prepare: prepare).rows
  }

  /// Runs one statement.
  ///
  /// - Parameter prepare: Whether to have the server parse the statement's text only the first time;
  ///   worth it for a statement that runs many times with different values.
  /// - Throws: `PostgresError`, or `CancellationError`.
  @discardableResult
  public func execute(_ sql: SQL, prepare: Bool = false) async throws -> CommandResult {
    let (text, parameters) = (sql.text, sql.parameters)
    if prepare, let result = try await executePrepared(text, parameters) { return result }
    return try await single(.statement(text, parameters))
  }

  /// Runs statements separated by semicolons, in the simple protocol.
  ///
  /// Without `BEGIN` among them they are one transaction; the first error ends the script.
  ///
  /// - Returns: What each statement gave.
  /// - Throws: `PostgresError`, or `CancellationError`.
  @discardableResult
  public func script(_ text: String) async throws -> [CommandResult] {
    try await send(.script(text))
  }

  /// Runs one statement when it is the caller's turn, until it is done or the task is cancelled.
  func single(_ request: Request) async throws -> CommandResult {
    guard let result = try await send(request).last else {
      throw PostgresError.unexpectedResult("no result", statement: request.text)
    }
    return result
  }

  func send(_ request: Request) async throws -> [CommandResult] {
    let answer = try await sendKeeping(request)
    if let failure = answer.failure { throw failure }
    try await StatementObserver.current?.after(request.text)
    return answer.results
  }

  /// Sends a request; what the server refuses is returned, and what breaks the session is thrown.
  func sendKeeping(
    _ request: Request
  ) async throws -> (results: [CommandResult], failure: PostgresError?) {
    try await waitForTurn()
    try Task.checkCancellation()
    try await StatementObserver.current?.before(request.text)
    let bell = try Bell()
    defer { followSocket() }
    return try await withTaskCancellationHandler {
      try session.exchangeKeeping(request, bell: bell)
    } onCancel: {
      bell.ring()
    }
  }
}
