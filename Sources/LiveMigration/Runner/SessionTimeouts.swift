internal import Postgres

extension PostgresConnection {
  /// Sets the session's timeouts for driving a plan.
  ///
  /// A role's own timeouts are for its clients; a gate's question may take longer. But no statement waits for a lock
  /// longer than the settings say, be it only a look at a table's size: the operator must hear who is in the way.
  func settle(_ settings: LiveSettings) async throws {
    var statements = [
      "SET statement_timeout = 0", "SET lock_timeout = '\(settings.lockTimeout.milliseconds)ms'",
    ]
    if limitsTransactions { statements.append("SET transaction_timeout = 0") }
    try await script(statements.joined(separator: "; "))
  }

  /// Gives the session the timeouts back that it had before it drove a plan.
  func unsettle() async throws {
    var statements = ["RESET statement_timeout", "RESET lock_timeout"]
    if limitsTransactions { statements.append("RESET transaction_timeout") }
    try await script(statements.joined(separator: "; "))
  }

  /// Whether the server knows `transaction_timeout`.
  private nonisolated var limitsTransactions: Bool { info.serverVersion >= 170_000 }
}
