extension PostgresConnection {
  /// Runs statements in a row, on the connection's thread; statements of other tasks wait.
  public func run<Result: Sendable>(
    _ body: @Sendable (isolated PostgresConnection) async throws -> Result
  ) async throws -> Result {
    try await inTurn { try await body(self) }
  }

  /// Runs statements in one transaction: committed when `body` returns, rolled back when it throws.
  ///
  /// Statements of other tasks wait until it is over. A cancelled task rolls back.
  ///
  /// - Throws: What `body` threw; `.transactionInProgress` when a transaction is open already;
  ///   `.commitRolledBack` or `.transactionEndedByBody` when `body` returned but there was nothing left
  ///   to commit; what `COMMIT` failed with: then all is rolled back, except after `.connectionLost`,
  ///   when the outcome is unknown.
  public func transaction<Result: Sendable>(
    _ options: TransactionOptions = TransactionOptions(),
    _ body: @Sendable (isolated PostgresConnection) async throws -> Result
  ) async throws -> Result {
    try await inTurn {
      if let end = session.end { throw end }
      guard transactionStatus == .idle else { throw PostgresError.transactionInProgress }
      let result: Result
      do {
        // Inside, because a cancellation may come after the server has begun.
        _ = try await send(.script(options.begin))
        result = try await body(self)
        try Task.checkCancellation()
      } catch {
        rollBack()
        throw error
      }
      try await commit()
      return result
    }
  }

  private func commit() async throws {
    guard transactionStatus != .idle else { throw PostgresError.transactionEndedByBody }
    do {
      let result = try await single(.script("COMMIT"))
      guard result.tag == "COMMIT" else { throw PostgresError.commitRolledBack }
    } catch {
      // A task cancelled just before COMMIT was sent leaves the transaction open.
      rollBack()
      throw error
    }
  }

  /// Ends the transaction even when the task is cancelled.
  ///
  /// What goes wrong here is not thrown: the error that led here matters more, and a session that
  /// cannot roll back is lost, which the next call says.
  private func rollBack() {
    guard transactionStatus == .open || transactionStatus == .failed else { return }
    _ = try? session.exchange(.script("ROLLBACK"), bell: nil)
    followSocket()
  }
}
