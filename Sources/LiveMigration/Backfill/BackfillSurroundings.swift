internal import Postgres

/// What the role of a session lets the backfill do.
struct BackfillAbilities: Sendable, Hashable {
  /// Whether the application's own triggers can be kept from firing.
  var silencesTriggers: Bool
  /// How full-page images can be compressed cheaply; `nil` where they cannot, or are already.
  var compression: String?
  /// Whether the role can do what owners of tables cannot, so that their code must not run.
  var isPowerful = false
}

/// What around the backfill decides how it goes on: old snapshots, replicas, the operator's own question.
struct BackfillSurroundings: Sendable {
  let settings: LiveSettings

  /// The clients' sessions that are at work: they began or ended a statement a moment ago.
  ///
  /// What a role may not see of the sessions of others is counted as work. Sessions of this program are not clients.
  func clientsAtWork(on connection: PostgresConnection) async throws -> Int {
    try await connection.query(
      """
      SELECT count(*) FROM pg_stat_activity
      WHERE usesysid IS NOT NULL AND datid IS NOT NULL AND pid <> pg_catalog.pg_backend_pid()
        AND application_name <> pg_catalog.current_setting('application_name')
        AND coalesce(backend_type = 'client backend'
          AND state_change > clock_timestamp() - interval '100 ms', true)
      """, prepare: true
    ).only().decode(0)
  }

  /// What the backfill must wait for, or `nil` when it may go on.
  ///
  /// - Throws: `PlanRunner.Stop.pauseRequested` when `stop_query` answers true.
  func reasonToWait(on connection: PostgresConnection) async throws -> String? {
    if let reason = try await outsideWindows(on: connection) { return reason }
    if let limit = settings.maxReplicationLag {
      let lag = try await Self.replicationLag(on: connection)
      if let lag, lag > limit.seconds {
        return "a replica is \(Int(lag * 1000)) ms behind (limit \(limit.milliseconds) ms)"
      }
    }
    if let limit = settings.maxSlotLagMB {
      let rows = try await connection.query(
        """
        SELECT slot_name::text, (pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), restart_lsn)
          / 1048576::numeric)::bigint
        FROM pg_replication_slots WHERE restart_lsn IS NOT NULL ORDER BY 2 DESC LIMIT 1
        """)
      if let row = rows.first, try row.decode(1, as: Int.self) > limit {
        return "replication slot \(try row.decode(0, as: String.self)) holds back "
          + "\(try row.decode(1, as: Int.self)) MB of WAL (limit \(limit) MB)"
      }
    }
    if let refusal = settings.queryRefusal { return refusal }
    if let query = settings.stopQuery {
      switch try await answer(query, "stop_query", on: connection) {
      case .no: break
      case .yes(let reason): throw PlanRunner.Stop.pauseRequested(reason)
      case .failed(let reason): return reason
      }
    }
    guard let query = settings.throttleQuery else { return nil }
    switch try await answer(query, "throttle_query", on: connection) {
    case .no: return nil
    case .yes(let reason), .failed(let reason): return reason
    }
  }

  /// How long the operator's question may take.
  static let questionLimit = "5s"

  /// What an operator's question answered, in words.
  private enum Answer {
    case no
    case yes(String)
    case failed(String)
  }

  /// Asks an operator's question.
  ///
  /// One that cannot be answered holds the backfill: who set it wanted to know before the backfill goes on.
  private func answer(
    _ query: String, _ name: String, on connection: PostgresConnection
  ) async throws -> Answer {
    do {
      let answer: Bool? = try await connection.transaction(TransactionOptions(isReadOnly: true)) {
        try await $0.execute(
          "SELECT pg_catalog.set_config('statement_timeout', \(Self.questionLimit), true)")
        return try await $0.query(SQL(raw: query)).first?.decode(0)
      }
      return answer == true ? .yes("\(name) answers true") : .no
    } catch {
      guard !(error is CancellationError), await connection.isAlive else { throw error }
      let server = (error as? PostgresError)?.serverError
      return .failed("\(name) failed: " + (server?.message ?? "\(error)"))
    }
  }

  private func outsideWindows(on connection: PostgresConnection) async throws -> String? {
    guard !settings.windows.isEmpty else { return nil }
    let row = try await connection.query(
      """
      SELECT extract(hour FROM localtime)::int * 60 + extract(minute FROM localtime)::int AS minute,
        pg_catalog.to_char(localtime, 'HH24:MI') AS clock, pg_catalog.current_setting('TimeZone') AS zone
      """
    ).only()
    let minute: Int = try row.decode("minute")
    if settings.windows.contains(where: { $0.contains(minute: minute) }) { return nil }
    let windows = settings.windows.map(\.description).joined(separator: ",")
    return "it is \(try row.decode("clock", as: String.self)) "
      + "(\(try row.decode("zone", as: String.self))), outside the windows \(windows)"
  }

  /// How far the last replica is behind, in seconds; `nil` where there is none, or the role may not see it.
  static func replicationLag(on connection: PostgresConnection) async throws -> Double? {
    try await connection.query(
      "SELECT max(extract(epoch FROM replay_lag))::float8 FROM pg_stat_replication"
    ).only().decode(0)
  }

  /// What is said of a lag limit to a role that sees no lag.
  static let hiddenLag =
    "the role may not see how far replicas are behind, so that the limit of their lag holds nothing: "
    + "GRANT pg_read_all_stats to it"

  /// A Boolean value telling whether the role is told how far replicas are behind.
  static func seesReplicas(on connection: PostgresConnection) async throws -> Bool {
    try await connection.query("SELECT pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE')").only()
      .decode(0)
  }

  /// How much WAL the server has written since its beginning.
  func walPosition(on connection: PostgresConnection) async throws -> Int64 {
    try await connection.query(
      "SELECT (pg_catalog.pg_current_wal_insert_lsn() - '0/0')::bigint", prepare: true
    ).only().decode(0)
  }

  /// A Boolean value telling whether the role may silence the application's triggers.
  func maySilenceTriggers(on connection: PostgresConnection) async throws -> Bool {
    try await may("SET LOCAL session_replication_role = replica", connection)
  }

  /// What the role may do.
  func abilities(on connection: PostgresConnection) async throws -> BackfillAbilities {
    let silences = try await maySilenceTriggers(on: connection)
    // Only a quick method is worth the time; they came with version 15, in servers that were built with them. The
    // quickest comes first: zstd saves another tenth of the WAL, and takes a sixth longer for the whole backfill.
    let offered = try await connection.query(
      """
      SELECT method FROM pg_settings, pg_catalog.unnest(ARRAY['lz4', 'zstd']) WITH ORDINALITY AS known (method, rank)
      WHERE name = 'wal_compression' AND setting = 'off' AND method = ANY (enumvals)
      ORDER BY rank LIMIT 1
      """)
    var compression: String? = try offered.first?.decode(0)
    if let method = compression,
      try await !may("SET LOCAL wal_compression = \(identifier: method)", connection)
    {
      compression = nil
    }
    return BackfillAbilities(
      silencesTriggers: silences, compression: compression,
      isPowerful: try await ForeignCode.matters(on: connection))
  }

  private func may(_ statement: SQL, _ connection: PostgresConnection) async throws -> Bool {
    do {
      try await connection.transaction { connection in
        _ = try await connection.execute(statement)
      }
      return true
    } catch let error as PostgresError where error.sqlState == .insufficientPrivilege {
      return false
    }
  }
}
