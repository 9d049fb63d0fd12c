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
}
