internal import Postgres

/// The tables that hold the rows of a table: itself, or the leaves of its partitions.
enum Leaves {
  /// The leaves in the order of their object identifiers.
  static func of(
    _ table: QualifiedName, on connection: PostgresConnection
  ) async throws -> [BackfillCursor.Leaf] {
    try await find(
      """
      c.oid IN (SELECT \(table.quoted)::regclass UNION ALL
        SELECT relid FROM pg_partition_tree(\(table.quoted)::regclass))
      """, connection)
  }

  /// One leaf as it is now; `nil` when it was dropped.
  static func leaf(
    _ oid: UInt32, on connection: PostgresConnection
  ) async throws -> BackfillCursor.Leaf? {
    try await find("c.oid = \(oid)", connection).first
  }

  private static func find(
    _ condition: SQL, _ connection: PostgresConnection
  ) async throws -> [BackfillCursor.Leaf] {
    let rows = try await connection.query(
      """
      SELECT c.oid, c.relfilenode, n.nspname::text AS schema, c.relname::text AS name,
        pg_relation_size(c.oid) / current_setting('block_size')::int AS blocks,
        CASE WHEN c.reltuples >= 0 THEN c.reltuples::bigint END AS rows
      FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
      WHERE \(sql: condition) AND c.relkind = 'r' ORDER BY c.oid
      """)
    return try rows.map { row in
      let name = QualifiedName(
        schema: try row.decode("schema"), name: try row.decode("name", as: String.self))
      return BackfillCursor.Leaf(
        oid: try row.decode("oid"), name: name.quoted, fileNode: try row.decode("relfilenode"),
        blocks: try row.decode("blocks"), estimatedRows: try row.decode("rows"))
    }
  }
}
