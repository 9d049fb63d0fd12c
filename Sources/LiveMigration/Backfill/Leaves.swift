internal import Postgres

/// The tables that hold the rows of a table: itself, or the leaves of its partitions.
enum Leaves {
  /// The leaves in the order of their object identifiers.
  static func of(
    _ table: QualifiedName, on connection: PostgresConnection
  ) async throws -> [BackfillCursor.Leaf] {
    try await find("c.oid IN (SELECT oid FROM tree)", of: table, connection)
  }

  /// One leaf as it is now; `nil` when it was dropped, or taken out of the table.
  static func leaf(
    _ oid: UInt32, of table: QualifiedName, on connection: PostgresConnection
  ) async throws -> BackfillCursor.Leaf? {
    try await find("c.oid = \(oid) AND c.oid IN (SELECT oid FROM tree)", of: table, connection)
      .first
  }

  /// The leaves that became part of the table after it got a column: no earlier run can have seen them.
  static func attached(
    to table: QualifiedName, after column: String, on connection: PostgresConnection
  ) async throws -> Set<UInt32> {
    let rows = try await connection.query(
      """
      WITH RECURSIVE tree (oid, is_late) AS (
        SELECT \(table.quoted)::regclass::oid, false
        UNION ALL
        SELECT i.inhrelid, is_late OR age(i.xmin) < age(a.xmin)
        FROM tree JOIN pg_inherits AS i ON i.inhparent = tree.oid, pg_attribute AS a
        WHERE a.attrelid = \(table.quoted)::regclass AND a.attname = \(column)
      )
      SELECT oid FROM tree WHERE is_late
      """)
    return Set(try rows.map { try $0.decode(0) })
  }

  /// A Boolean value telling whether a leaf is where it was when its pass began, under the same name, not rewritten.
  ///
  /// It waits for no lock: a session that rewrites the table holds one.
  static func isUnchanged(
    _ oid: UInt32, _ name: String, _ fileNode: UInt32, on connection: PostgresConnection
  ) async throws -> Bool {
    let rows = try await connection.query(
      """
      SELECT n.nspname::text, c.relname::text FROM pg_class AS c
        JOIN pg_namespace AS n ON n.oid = c.relnamespace
      WHERE c.oid = \(oid) AND c.relfilenode = \(fileNode)
      """, prepare: true)
    guard let row = rows.first else { return false }
    return QualifiedName(schema: try row.decode(0), name: try row.decode(1)).quoted == name
  }

  private static func find(
    _ condition: SQL, of table: QualifiedName, _ connection: PostgresConnection
  ) async throws -> [BackfillCursor.Leaf] {
    let rows = try await connection.query(
      """
      WITH RECURSIVE tree AS (
        -- From the catalogue: pg_partition_tree() would wait for locks on all partitions.
        SELECT \(table.quoted)::regclass::oid AS oid
        UNION SELECT i.inhrelid FROM tree JOIN pg_inherits AS i ON i.inhparent = tree.oid
          JOIN pg_class AS p ON p.oid = i.inhrelid AND p.relispartition
      )
      SELECT c.oid, c.relfilenode, n.nspname::text AS schema, c.relname::text AS name,
        coalesce(pg_catalog.pg_relation_size(c.oid) / pg_catalog.current_setting('block_size')::int, 0) AS blocks,
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

/// The leaf that is filled was rewritten, renamed or dropped: the pass ends, and who began it looks again.
struct LeafChanged: Error {}
