internal import Postgres
internal import SchemaChange

/// Takes a transaction's locks before its first statement, so that all its waits together have one end.
///
/// The server's `lock_timeout` begins anew at each lock, and one statement takes many: a change of a partitioned table
/// locks the parent, which clients queue behind, and then waits for one partition after the other. To divide the time
/// among them would leave nothing for each of hundreds. `LOCK TABLE` takes the same locks in one statement that does
/// nothing else, so `statement_timeout` ends it when the sum is spent, and cuts no work off. Only where the role may
/// not lock a table, or the statement's lock is not known for sure, the rest of the time is divided.
struct LocksAhead: Sendable {
  let patience: LockPatience

  /// Locks, sets how long each statement waits for what is left, and returns the statements to run.
  func take(
    _ statements: [String], on connection: isolated PostgresConnection
  ) async throws -> [String] {
    guard !statements.isEmpty else {
      try await set(statement: .zero, lock: patience.lockTimeout, on: connection)
      return []
    }
    let survey = try await LockSurvey(statements, on: connection)
    let start = ContinuousClock.now
    for statement in survey.ahead {
      let left = max(patience.together - start.duration(to: .now), .milliseconds(1))
      try await lock(statement, within: left, on: connection)
    }
    let spent = survey.ahead.isEmpty ? nil : start.duration(to: .now)
    try await set(
      statement: .zero, lock: patience.wait(survey.others, after: spent), on: connection)
    return survey.statements
  }

  /// Ends as any wait for a lock that took too long, whichever of the two timeouts did it.
  private func lock(
    _ statement: String, within limit: Duration, on connection: isolated PostgresConnection
  ) async throws {
    try await set(statement: limit, lock: limit, on: connection)
    let start = ContinuousClock.now
    do {
      try await connection.execute(SQL(raw: statement))
    } catch PostgresError.server(var error) where error.sqlState == .queryCanceled {
      // Much earlier, somebody else has cancelled it; a little earlier, the server's clock was ahead of this one.
      guard start.duration(to: .now) * 2 >= limit else {
        throw PostgresError.server(error)
      }
      error.sqlState = .lockNotAvailable
      error.message = "canceling statement due to lock timeout"
      throw PostgresError.server(error)
    }
  }

  private func set(
    statement: Duration, lock: Duration, on connection: isolated PostgresConnection
  ) async throws {
    try await connection.execute(
      """
      SELECT pg_catalog.set_config('statement_timeout', \("\(statement.milliseconds)ms"), true),
        pg_catalog.set_config('lock_timeout', \("\(lock.milliseconds)ms"), true)
      """)
  }
}
