internal import Postgres

extension PostgresConnection {
  /// Sets the session's timeouts for driving a plan.
  ///
  /// A role's own timeouts are for its clients; a gate's question may take longer. But no statement waits for a lock
  /// longer than the settings say, be it only a look at a table's size: the operator must hear who is in the way.
  func settle(_ settings: LiveSettings) async throws {
    try await script(
      """
      SET statement_timeout = 0;
      SET lock_timeout = '\(settings.lockTimeout.milliseconds)ms'
      """)
  }

  /// Gives the session the timeouts back that it had before it drove a plan.
  func unsettle() async throws {
    try await script("RESET statement_timeout; RESET lock_timeout")
  }
}
