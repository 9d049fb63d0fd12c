internal import Postgres

/// What a query reads and calls, as the server has read it.
extension BatchProbe {
  /// Every relation that the statement reads besides the table, through views and partitions too; the rows of a
  /// materialized view are its own.
  func reached(
    _ names: Set<QualifiedName>, _ connection: isolated PostgresConnection
  ) async throws -> Set<UInt32> {
    let found = try await connection.query(
      """
      WITH RECURSIVE reached (oid) AS (
        SELECT pg_catalog.to_regclass(name)::oid FROM pg_catalog.unnest(\(names.map(\.quoted).sorted())) AS name
        UNION
        SELECT next FROM reached CROSS JOIN LATERAL (
          SELECT d.refobjid FROM pg_catalog.pg_rewrite AS r JOIN pg_catalog.pg_depend AS d
            ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
            JOIN pg_catalog.pg_class AS c ON c.oid = r.ev_class AND c.relkind <> 'm'
          WHERE r.ev_class = reached.oid AND d.refobjid <> reached.oid
          UNION ALL SELECT inhrelid FROM pg_catalog.pg_inherits WHERE inhparent = reached.oid
        ) AS step (next)
      )
      SELECT oid FROM reached WHERE oid IS NOT NULL
      """)
    return Set(try found.map { try $0.decode(0) })
  }

  /// The table's own columns that a query reads, as the server has read it.
  func columns(
    of query: String, _ connection: isolated PostgresConnection
  ) async throws -> Set<String> {
    try await connection.execute("CREATE TEMP VIEW djogi_query AS \(raw: query)")
    let found = try await connection.query(
      """
      SELECT DISTINCT a.attname::text FROM pg_catalog.pg_rewrite AS r
        JOIN pg_catalog.pg_depend AS d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
          AND d.refclassid = 'pg_class'::regclass AND d.refobjid = \(table.name.quoted)::regclass
        JOIN pg_catalog.pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
      WHERE r.ev_class = 'pg_temp.djogi_query'::regclass
      """)
    try await connection.execute("DROP VIEW pg_temp.djogi_query")
    return Set(try found.map { try $0.decode(0) })
  }

  /// A function that a query calls, by what the server says of it.
  struct CalledFunction: Sendable {
    var name: String
    var volatility: String
    var isBuiltIn: Bool

    /// Whether it says the same in each batch, or reads nothing but the session and the clock.
    var isSettled: Bool { volatility == "i" || (volatility == "s" && isBuiltIn) }
    /// Whether what it gives depends on nothing but chance or a sequence.
    var isFree: Bool { isBuiltIn && Self.free.contains(name) || Self.unordered.contains(name) }

    private static let free: Set = ["nextval"]
    private static let unordered: Set = [
      "gen_random_uuid", "uuid_generate_v4", "random", "gen_random_bytes", "clock_timestamp",
      "uuidv4", "uuidv7",
    ]
  }

  /// The functions and operators that a query calls, as the server has read it.
  func functions(
    of query: String, _ connection: isolated PostgresConnection
  ) async throws -> [CalledFunction] {
    try await connection.execute("CREATE TEMP VIEW djogi_query AS \(raw: query)")
    let found = try await connection.query(
      """
      SELECT DISTINCT p.proname::text, p.provolatile::text, p.pronamespace = 'pg_catalog'::regnamespace
      FROM pg_catalog.pg_rewrite AS r
        CROSS JOIN pg_catalog.regexp_matches(r.ev_action::text,
          ':(?:funcid|opfuncid|aggfnoid|winfnoid) (\\d+)', 'g') AS match
        JOIN pg_catalog.pg_proc AS p ON p.oid = match[1]::oid
      WHERE r.ev_class = 'pg_temp.djogi_query'::regclass ORDER BY 1
      """)
    try await connection.execute("DROP VIEW pg_temp.djogi_query")
    return try found.map {
      CalledFunction(
        name: try $0.decode(0), volatility: try $0.decode(1), isBuiltIn: try $0.decode(2))
    }
  }
}
