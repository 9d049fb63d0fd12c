internal import Postgres

/// Finds what keeps dead row versions alive.
///
/// Dead versions stay as long as any snapshot is older than they are (manual, section 25.1.2): then strides win
/// nothing, and one pass over a window is cheaper.
///
/// A role without `pg_read_all_stats` is told which transactions others have, and not since when. Those count once
/// looks that lie far enough apart have found them.
struct HorizonWatch: Sendable {
  /// Something that may pin the horizon.
  struct Holder: Sendable, Hashable {
    /// Who does what.
    var what: String
    /// What it holds on to; the same at two looks is the same transaction.
    var key: String
    /// For how many seconds; `nil` where the server does not tell.
    var age: Double?
    /// Whether it counts however long it has been there.
    var countsAtOnce = false
  }

  /// Younger transactions end by themselves.
  static let patience = 5.0
  private var firstSeen: [String: ContinuousClock.Instant] = [:]

  /// Why pruning cannot work now, or `nil` when it can.
  ///
  /// - Parameter own: Server processes of this program, whose transactions end with their chunks.
  mutating func look(
    besides own: Set<Int32>, on connection: PostgresConnection
  ) async throws -> String? {
    take(try await Self.holders(besides: own, on: connection))
  }

  /// Takes in what a look has found; the oldest of what counts is to blame.
  mutating func take(_ holders: [Holder], at now: ContinuousClock.Instant = .now) -> String? {
    let known = firstSeen
    firstSeen = Dictionary(
      holders.map { ($0.key, known[$0.key] ?? now) }, uniquingKeysWith: { first, _ in first })
    var oldest: (age: Double, text: String)?
    for holder in holders {
      let seen = firstSeen[holder.key].map { (now - $0).seconds } ?? 0
      let age = holder.age ?? seen
      guard holder.countsAtOnce || age > Self.patience, age > oldest?.age ?? -1 else { continue }
      let since = " for \(holder.age == nil ? "at least " : "")\(Int(age)) s"
      oldest = (age, holder.what + (holder.countsAtOnce ? "" : since))
    }
    return oldest?.text
  }

  private static func holders(
    besides own: Set<Int32>, on connection: PostgresConnection
  ) async throws -> [Holder] {
    let rows = try await connection.query(
      """
      SELECT name || CASE WHEN datname <> pg_catalog.current_database()
            -- A transaction that writes counts in every database: no snapshot is younger than it is.
            THEN ' has been writing in the database '::text || datname::text
          WHEN backend_xmin IS NULL THEN ' keeps a transaction open'
          ELSE ' keeps a snapshot open' END AS what,
        pid::text || ' '::text || coalesce(backend_xid, backend_xmin)::text AS key, age, false AS at_once
      FROM (
        SELECT 'process '::text || pid::text
            || coalesce(' ('::text || nullif(application_name, '') || ')'::text, ''::text) AS name,
          extract(epoch FROM clock_timestamp() - xact_start)::float8 AS age, *
        FROM pg_stat_activity
      ) AS session
      WHERE pid <> pg_catalog.pg_backend_pid() AND pid <> ALL (\(own.map(Int.init)))
        AND (backend_xid IS NOT NULL OR backend_xmin IS NOT NULL AND datname = pg_catalog.current_database())
        AND datname IS NOT NULL AND usesysid IS NOT NULL
        AND coalesce(backend_type, 'client backend') = 'client backend'
      UNION ALL
      SELECT 'process '::text || pid::text
          || coalesce(' ('::text || nullif(a.application_name, '') || ')'::text, ''::text)
          || ' reports the snapshots of a replica'::text, 'replica '::text || pid::text, NULL, true
      FROM pg_stat_activity AS a JOIN pg_stat_replication AS r USING (pid)
      WHERE age(a.backend_xmin) > 1000
      UNION ALL
      SELECT 'replication slot '::text || slot_name::text || ' keeps old row versions'::text,
        'slot '::text || slot_name::text,
        NULL, true
      FROM pg_replication_slots WHERE xmin IS NOT NULL AND age(xmin) > 1000
      UNION ALL
      SELECT 'prepared transaction '::text || gid || ' is open'::text, 'prepared '::text || gid,
        extract(epoch FROM clock_timestamp() - prepared)::float8, false
      FROM pg_prepared_xacts WHERE database = pg_catalog.current_database()
      """, prepare: true)
    return try rows.map { row in
      Holder(
        what: try row.decode("what"), key: try row.decode("key"), age: try row.decode("age"),
        countsAtOnce: try row.decode("at_once"))
    }
  }
}
