internal import Postgres

/// Autovacuum workers that hold tables which a transaction wants to lock.
///
/// The server cancels such a worker once somebody has waited for it as long as `deadlock_timeout`, longer than a
/// transaction of ours waits for a lock that clients queue behind. `SHARE UPDATE EXCLUSIVE` conflicts with the worker
/// and with no reader or writer (manual, section 13.3.1): so that is waited for first, and kept.
struct Autovacuum: Sendable {
  /// How much longer than `deadlock_timeout` a worker may need to notice.
  private static let margin = Duration.milliseconds(1500)

  /// A table that is being vacuumed.
  private struct Hold {
    var table: QualifiedName
    var preventsWraparound: Bool
  }

  /// Waits until no worker holds any of the relations, and keeps others away until the transaction ends.
  ///
  /// - Throws: A transient error when a worker does not give way.
  static func wait(
    for relations: [UInt32], deadlockTimeout: Duration, on connection: isolated PostgresConnection
  ) async throws {
    guard !relations.isEmpty else { return }
    for hold in try await holds(relations, on: connection) {
      let limit = "\((deadlockTimeout + Self.margin).milliseconds)ms"
      try await connection.execute("SELECT pg_catalog.set_config('lock_timeout', \(limit), true)")
      do {
        try await connection.execute(
          "LOCK TABLE ONLY \(identifier: hold.table) IN SHARE UPDATE EXCLUSIVE MODE")
      } catch PostgresError.server(var error) where error.sqlState == .lockNotAvailable {
        if hold.preventsWraparound {
          error.message =
            "autovacuum works on \(hold.table) to prevent wraparound, which the server does not cancel: "
            + "wait until it is done"
        }
        throw PostgresError.server(error)
      }
    }
  }

  /// A role that may not see other sessions does not see what a holder is: then it may be a worker.
  private static func holds(
    _ relations: [UInt32], on connection: isolated PostgresConnection
  ) async throws -> [Hold] {
    let rows = try await connection.query(
      """
      SELECT DISTINCT n.nspname::text AS schema, c.relname::text AS name,
        coalesce(a.query ~ 'to prevent wraparound', false) AS prevents
      FROM pg_locks AS l JOIN pg_class AS c ON c.oid = l.relation
        JOIN pg_namespace AS n ON n.oid = c.relnamespace
        LEFT JOIN pg_stat_activity AS a ON a.pid = l.pid
      WHERE l.locktype = 'relation' AND l.granted AND l.mode = 'ShareUpdateExclusiveLock'
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND l.pid <> pg_catalog.pg_backend_pid() AND l.relation = ANY (\(relations.map(Int.init))::oid[])
        AND c.relkind IN ('r', 'm')
        AND coalesce(a.backend_type, 'autovacuum worker') = 'autovacuum worker'
        AND coalesce(pg_catalog.has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE'), false)
      ORDER BY 1, 2
      """, prepare: true)
    return try rows.map { row in
      Hold(
        table: QualifiedName(schema: try row.decode("schema"), name: try row.decode("name")),
        preventsWraparound: try row.decode("prevents"))
    }
  }
}
