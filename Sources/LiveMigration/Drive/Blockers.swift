internal import Postgres
internal import SchemaChange

/// Finds the sessions that stand in the way of a lock.
enum Blockers {
  /// The sessions that hold locks on the relations of statements, the oldest transactions first.
  static func of(
    _ statements: [PlannedStatement], on connection: PostgresConnection
  ) async throws -> [Blocker] {
    try await of(Set(statements.flatMap(\.locks).map(\.relation.quoted)), on: connection)
  }

  /// The sessions that hold locks on relations, on their partitions, or on tables that foreign keys tie to them, and
  /// the sessions that these wait for.
  ///
  /// Sessions that do not wait themselves come first: they are what the others queue behind.
  static func of(
    _ names: Set<String>, on connection: PostgresConnection
  ) async throws -> [Blocker] {
    guard !names.isEmpty else { return [] }
    let rows = try await connection.query(
      """
      WITH RECURSIVE named AS (
        SELECT pg_catalog.to_regclass(n)::oid AS oid FROM pg_catalog.unnest(\(names.sorted())::text[]) AS n
        -- Who drops an index locks its table.
        UNION SELECT indrelid FROM pg_index
          WHERE indexrelid IN (
            SELECT pg_catalog.to_regclass(n)::oid FROM pg_catalog.unnest(\(names.sorted())::text[]) AS n)
      ), tree AS (
        -- From the catalogue: pg_partition_tree() would wait for the very locks that are looked for.
        SELECT oid FROM named
        UNION SELECT inhrelid FROM pg_inherits JOIN tree ON inhparent = tree.oid
      ), related AS (
        SELECT oid, 0 AS distance FROM tree
        UNION SELECT confrelid, 1 FROM pg_constraint JOIN named ON conrelid = named.oid
        UNION SELECT conrelid, 1 FROM pg_constraint JOIN named ON confrelid = named.oid
      ), held AS (
        SELECT pid, virtualtransaction AS holder, distance FROM pg_locks JOIN related ON relation = related.oid
        WHERE granted AND database = (SELECT oid FROM pg_database WHERE datname = pg_catalog.current_database())
      ), chain AS (
        SELECT pid, distance FROM held WHERE pid IS NOT NULL
        UNION SELECT blocker, distance FROM chain, pg_catalog.unnest(pg_catalog.pg_blocking_pids(chain.pid)) AS blocker
      ), found AS (SELECT pid, min(distance) AS distance FROM chain GROUP BY pid)
      SELECT a.pid, NULL AS gid, coalesce(a.application_name, '') AS name,
        coalesce(a.state, '') AS state,
        coalesce(extract(epoch FROM clock_timestamp() - a.xact_start), 0)::float8 AS age,
        left(pg_catalog.regexp_replace(coalesce(a.query, ''), '\\s+', ' ', 'g'), 60) AS query,
        pg_catalog.cardinality(pg_catalog.pg_blocking_pids(a.pid)) > 0 AS waits, distance
      FROM found JOIN pg_stat_activity AS a USING (pid)
      WHERE a.pid <> pg_catalog.pg_backend_pid()
      -- A prepared transaction has no process; the lock on its own number tells which one it is.
      UNION ALL SELECT 0, gid, '', 'prepared',
        extract(epoch FROM clock_timestamp() - min(prepared))::float8, '', false, min(distance)
      FROM held JOIN pg_locks AS own ON own.virtualtransaction = holder AND own.pid IS NULL
        JOIN pg_prepared_xacts ON transaction = own.transactionid
      WHERE held.pid IS NULL GROUP BY gid
      ORDER BY waits, distance, age DESC LIMIT 3
      """)
    return try rows.map(blocker)
  }

  /// The sessions that a session waits for.
  static func of(
    process pid: Int32, on connection: PostgresConnection
  ) async throws -> [Blocker] {
    let rows = try await connection.query(
      """
      SELECT a.pid, NULL AS gid, coalesce(a.application_name, '') AS name,
        coalesce(a.state, '') AS state,
        coalesce(extract(epoch FROM clock_timestamp() - a.xact_start), 0)::float8 AS age,
        left(pg_catalog.regexp_replace(coalesce(a.query, ''), '\\s+', ' ', 'g'), 60) AS query
      FROM pg_catalog.unnest(pg_catalog.pg_blocking_pids(\(pid))) AS blocker JOIN pg_stat_activity AS a ON a.pid = blocker
      -- Who waits for an older transaction's end waits for its lock on itself; a prepared one has that too.
      UNION ALL SELECT 0, gid, '', 'prepared',
        extract(epoch FROM clock_timestamp() - prepared)::float8, ''
      FROM pg_prepared_xacts WHERE 0 = ANY (pg_catalog.pg_blocking_pids(\(pid)))
        AND database = pg_catalog.current_database()
      ORDER BY age DESC LIMIT 3
      """)
    return try rows.map(blocker)
  }

  private static func blocker(_ row: Row) throws -> Blocker {
    Blocker(
      pid: try row.decode("pid"), prepared: try row.decode("gid"),
      applicationName: try row.decode("name"), age: try row.decode("age"),
      state: try row.decode("state"), statement: try row.decode("query"))
  }
}
