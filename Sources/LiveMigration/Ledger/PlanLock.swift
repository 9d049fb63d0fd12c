internal import Postgres
internal import SchemaChange

/// The session-level advisory lock that lets one session drive a plan.
///
/// The key depends on the plan's identifier alone (manual, section 13.3.5): 64 bits of a digest, so that it meets an
/// application's own advisory locks only by the worst of luck.
enum PlanLock {
  static func key(of id: PlanID) -> Int64 {
    let digits = Checksum(of: Array("djogi-shell plan \(id.rawValue)".utf8)).rawValue.dropFirst(3)
    return Int64(bitPattern: UInt64(digits.prefix(16), radix: 16) ?? 0)
  }

  /// Takes the lock.
  ///
  /// - Parameter claim: What the plan's row says of its driver.
  /// - Throws: `EngineError.heldElsewhere`.
  static func take(
    _ id: PlanID, claim: PlanRow.Claim?, on connection: PostgresConnection
  ) async throws {
    if try await connection.tryAdvisoryLock(key(of: id)) { return }
    let holder = try await holder(of: id, on: connection)
    throw EngineError.heldElsewhere(id, holder?.paired(with: claim))
  }

  /// Gives the lock back where the session has it; the server warns of one that it does not have.
  static func release(_ id: PlanID, on connection: PostgresConnection) async throws {
    try await connection.execute(
      """
      SELECT pg_catalog.pg_advisory_unlock(\(key(of: id))) FROM pg_locks AS l
      WHERE \(sql: isLock(of: id)) AND l.pid = pg_catalog.pg_backend_pid()
      """)
  }

  /// Tells the plan's lock among those of `pg_locks`.
  private static func isLock(of id: PlanID) -> SQL {
    let key = UInt64(bitPattern: key(of: id))
    return """
      l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
        AND l.database = (SELECT oid FROM pg_database WHERE datname = pg_catalog.current_database())
        AND l.classid = \(UInt32(key >> 32)) AND l.objid = \(UInt32(truncatingIfNeeded: key))
      """
  }

  /// The session that holds the lock; `nil` when no session does.
  static func holder(
    of id: PlanID, on connection: PostgresConnection
  ) async throws -> PlanHolder? {
    let rows = try await connection.query(
      """
      SELECT l.pid, coalesce(a.application_name, '') AS name, a.client_addr::text AS address,
        a.backend_start
      FROM pg_locks AS l LEFT JOIN pg_stat_activity AS a USING (pid)
      WHERE \(sql: isLock(of: id))
      """)
    return try rows.first.map { row in
      PlanHolder(
        backendPID: try row.decode("pid"), applicationName: try row.decode("name"),
        clientAddress: try row.decode("address"), since: try row.decode("backend_start"))
    }
  }
}
