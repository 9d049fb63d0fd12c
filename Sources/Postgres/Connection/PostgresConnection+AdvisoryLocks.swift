extension PostgresConnection {
  /// Takes the session's advisory lock on `key` if no other session has it; the manual's section 13.3.5.
  ///
  /// The lock stays until it is unlocked as often as it was taken, or the session ends.
  public func tryAdvisoryLock(_ key: Int64) async throws -> Bool {
    try await query("SELECT pg_catalog.pg_try_advisory_lock(\(key))").only().decode(0)
  }
}
