internal import Postgres

extension PostgresConnection {
  /// Sets the session's timeouts for driving a plan, and has it see every row.
  ///
  /// A role's own timeouts are for its clients; a gate's question may take longer. But no statement waits for a lock
  /// longer than the settings say, be it only a look at a table's size: the operator must hear who is in the way. Row
  /// security that would hide rows from the role is an error (manual, section 5.8): what it hid would not be filled.
  /// A transaction of ours is never idle for long; that of a program which was stopped must not keep its locks.
  func settle(_ settings: LiveSettings) async throws {
    var statements = [
      "SET row_security = off", "SET statement_timeout = 0",
      "SET idle_in_transaction_session_timeout = '10s'",
      "SET lock_timeout = '\(settings.lockTimeout.milliseconds)ms'",
    ]
    if limitsTransactions { statements.append("SET transaction_timeout = 0") }
    try await script(statements.joined(separator: "; "))
  }

  /// Gives the session back what it had before it drove a plan.
  func unsettle() async throws {
    var statements = [
      "RESET row_security", "RESET statement_timeout", "RESET lock_timeout",
      "RESET client_min_messages",
      // As every session of ours has it from its start.
      "SET idle_in_transaction_session_timeout = 0",
    ]
    if limitsTransactions { statements.append("RESET transaction_timeout") }
    try await script(statements.joined(separator: "; "))
  }

  /// Whether the server knows `transaction_timeout`.
  private nonisolated var limitsTransactions: Bool { info.serverVersion >= 170_000 }
}
