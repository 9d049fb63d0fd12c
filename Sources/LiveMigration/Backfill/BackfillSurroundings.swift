internal import Postgres

/// What around the backfill decides how it goes on: old snapshots, replicas, the operator's own question.
struct BackfillSurroundings: Sendable {
  let settings: LiveSettings

  /// Why pruning cannot work now, or `nil` when it can.
  ///
  /// Dead versions stay as long as any snapshot is older than they are (manual, section 25.1.2): then strides win
  /// nothing, and one pass over a window is cheaper.
  func pinnedHorizon(on connection: PostgresConnection) async throws -> String? {
    let rows = try await connection.query(
      """
      SELECT what FROM (
        SELECT 'process ' || pid || ' keeps a snapshot open for '
            || extract(epoch FROM clock_timestamp() - xact_start)::int || ' s' AS what,
          xact_start AS since FROM pg_stat_activity
        WHERE backend_xmin IS NOT NULL AND pid <> pg_backend_pid()
          AND datname = current_database() AND backend_type = 'client backend'
          AND xact_start < clock_timestamp() - interval '5 s'
        UNION ALL
        SELECT 'replication slot ' || slot_name || ' keeps old row versions', NULL
        FROM pg_replication_slots WHERE xmin IS NOT NULL
        UNION ALL
        SELECT 'prepared transaction ' || gid || ' is open', prepared FROM pg_prepared_xacts
        WHERE database = current_database()
      ) AS found ORDER BY since NULLS LAST LIMIT 1
      """)
    return try rows.first?.decode(0)
  }

  /// What the backfill must wait for, or `nil` when it may go on.
  func reasonToWait(on connection: PostgresConnection) async throws -> String? {
    if let limit = settings.maxReplicationLag {
      let lag: Double? = try await connection.query(
        "SELECT max(extract(epoch FROM replay_lag))::float8 FROM pg_stat_replication"
      ).only().decode(0)
      if let lag, lag > limit.seconds {
        return "a replica is \(Int(lag)) s behind"
      }
    }
    if let limit = settings.maxSlotLagMB {
      let rows = try await connection.query(
        """
        SELECT slot_name::text, (pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn) / 1048576)::bigint
        FROM pg_replication_slots WHERE restart_lsn IS NOT NULL ORDER BY 2 DESC LIMIT 1
        """)
      if let row = rows.first, try row.decode(1, as: Int.self) > limit {
        return "replication slot \(try row.decode(0, as: String.self)) holds back "
          + "\(try row.decode(1, as: Int.self)) MB of WAL"
      }
    }
    if let query = settings.throttleQuery {
      let answer: Bool? = try await connection.query(SQL(raw: query)).first?.decode(0)
      if answer == true { return "throttle_query answers true" }
    }
    return nil
  }

  /// A Boolean value telling whether the role may silence the application's triggers.
  func maySilenceTriggers(on connection: PostgresConnection) async throws -> Bool {
    do {
      try await connection.transaction { connection in
        _ = try await connection.execute("SET LOCAL session_replication_role = replica")
      }
      return true
    } catch let error as PostgresError where error.sqlState == .insufficientPrivilege {
      return false
    }
  }
}
