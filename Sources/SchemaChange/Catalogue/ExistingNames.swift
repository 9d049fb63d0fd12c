public import Postgres

/// Finds which names are in use, whatever bears them.
public enum ExistingNames {
  /// Those of `names` that a relation, type, function, schema, extension, collation or operator of any schema bears.
  public static func among(
    _ names: Set<String>, on connection: PostgresConnection
  ) async throws -> Set<String> {
    guard !names.isEmpty else { return [] }
    let wanted = names.sorted()
    return try await connection.transaction(.snapshot) { @Sendable connection in
      try await connection.script("SET LOCAL search_path TO pg_catalog")
      let rows = try await connection.query(
        """
        SELECT relname::text FROM pg_class WHERE relname = ANY (\(wanted))
        UNION SELECT typname::text FROM pg_type WHERE typname = ANY (\(wanted))
        UNION SELECT proname::text FROM pg_proc WHERE proname = ANY (\(wanted))
        UNION SELECT nspname::text FROM pg_namespace WHERE nspname = ANY (\(wanted))
        UNION SELECT extname::text FROM pg_extension WHERE extname = ANY (\(wanted))
        UNION SELECT collname::text FROM pg_collation WHERE collname = ANY (\(wanted))
        UNION SELECT oprname::text FROM pg_operator WHERE oprname = ANY (\(wanted))
        """)
      return Set(try rows.map { try $0.decode(0) })
    }
  }
}
