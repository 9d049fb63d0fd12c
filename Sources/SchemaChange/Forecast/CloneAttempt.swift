internal import Postgres

/// Why a table cannot be cloned.
enum CloneError: Error {
  /// The catalogue wrote a definition in another form than expected.
  case unreadable(String)
}

extension PostgresConnection {
  /// Runs statements in a savepoint; what the server refuses is undone, and the answer is `false`.
  @discardableResult
  func attempt(_ body: (isolated PostgresConnection) async throws -> Void) async throws -> Bool {
    try await script("SAVEPOINT djogi_attempt")
    do {
      try await body(self)
    } catch PostgresError.server {
      try await script("ROLLBACK TO SAVEPOINT djogi_attempt; RELEASE SAVEPOINT djogi_attempt")
      return false
    } catch is CloneError {
      try await script("ROLLBACK TO SAVEPOINT djogi_attempt; RELEASE SAVEPOINT djogi_attempt")
      return false
    }
    try await script("RELEASE SAVEPOINT djogi_attempt")
    return true
  }

  /// Runs statements in a savepoint that is always undone; `nil` where the server refuses one of them.
  func undone<Value: Sendable>(
    _ body: (isolated PostgresConnection) async throws -> Value
  ) async throws -> Value? {
    try await script("SAVEPOINT djogi_undone")
    let value: Value?
    do {
      value = try await body(self)
    } catch let error as PostgresError where error.isRefusal {
      value = nil
    }
    try await script("ROLLBACK TO SAVEPOINT djogi_undone; RELEASE SAVEPOINT djogi_undone")
    return value
  }
}
