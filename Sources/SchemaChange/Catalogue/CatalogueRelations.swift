internal import Postgres

/// What `pg_class` says of a relation.
struct RelationRow {
  var oid: UInt32
  var name: QualifiedName
  var kind: TableFacts.Kind
  /// `reltuples`; negative when the relation was never analysed.
  var tuples: Double
  var pages: Int
  var owner: String
  var partitionKeyColumns: [String]
  var indexTable: QualifiedName?
  var isDefaultPartition = false
  /// `relnatts`: dropped columns count.
  var columnSlots: Int

  /// How many rows the server believes to be in it and its partitions; `nil` when it does not know.
  func estimate(holdsRows: Bool, partitions: [TableFacts]) -> Int64? {
    var sum: Int64 = 0
    for partition in partitions {
      guard let rows = partition.estimatedRows else { return nil }
      sum += rows
    }
    // A partitioned table holds no row itself; its own reltuples counts those of its partitions.
    if kind == .partitioned { return sum }
    if tuples >= 0 { return sum + (Int64(exactly: tuples.rounded()) ?? .max / 2) }
    return pages == 0 && !holdsRows ? sum : nil
  }
}

extension CatalogueSnapshot {
  /// The direct partitions, or inheritance children, of each relation below `roots`.
  static func children(
    of roots: Set<UInt32>, on connection: isolated PostgresConnection
  ) async throws -> [UInt32: [UInt32]] {
    let rows = try await connection.query(
      """
      WITH RECURSIVE tree (oid) AS (
        SELECT pg_catalog.unnest(\(roots.map(Int.init))::oid[])
        UNION
        SELECT i.inhrelid FROM tree JOIN pg_inherits i ON i.inhparent = tree.oid
          JOIN pg_class c ON c.oid = i.inhrelid AND c.relkind IN ('r', 'p', 'f'))
      SELECT i.inhparent AS relation, i.inhrelid AS child
      FROM tree JOIN pg_inherits i ON i.inhparent = tree.oid
        JOIN pg_class c ON c.oid = i.inhrelid AND c.relkind IN ('r', 'p', 'f')
      ORDER BY c.relname, c.oid
      """)
    return try grouped(rows) { try $0.decode("child", as: UInt32.self) }
  }

  /// The `pg_class` rows of relations.
  static func relations(
    _ oids: [Int], on connection: isolated PostgresConnection
  ) async throws -> [RelationRow] {
    let rows = try await connection.query(
      """
      SELECT c.oid, n.nspname, c.relname, c.relkind, c.reltuples, c.relpages, c.relnatts::int,
        EXISTS (SELECT FROM pg_partitioned_table d WHERE d.partdefid = c.oid) AS is_default,
        pg_catalog.pg_get_userbyid(c.relowner) AS owner, tn.nspname AS table_schema, t.relname AS table_name,
        ARRAY(SELECT a.attname::text FROM pg_partitioned_table p
          CROSS JOIN pg_catalog.unnest(p.partattrs::int2[]) WITH ORDINALITY AS k (attnum, number)
          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
          WHERE p.partrelid = c.oid ORDER BY k.number) AS key_columns,
        ARRAY(SELECT DISTINCT a.attname::text FROM pg_depend d
          JOIN pg_attribute a ON a.attrelid = d.objid AND a.attnum = d.objsubid
          WHERE c.relkind = 'p' AND d.classid = 'pg_class'::regclass AND d.objid = c.oid
            AND d.objsubid > 0 AND d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid
            AND d.refobjsubid = 0 AND d.deptype = 'i') AS expression_columns
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_index x ON x.indexrelid = c.oid
        LEFT JOIN pg_class t ON t.oid = x.indrelid
        LEFT JOIN pg_namespace tn ON tn.oid = t.relnamespace
      WHERE c.oid = ANY(\(oids)::oid[])
      """)
    return try rows.compactMap { row in
      // A kind that only a newer server has is no relation that a migration could be planned for.
      guard let kind = TableFacts.Kind(rawValue: try row.decode("relkind")) else { return nil }
      let key = try row.decode("key_columns", as: [String].self)
      let inExpressions = try row.decode("expression_columns", as: [String].self)
      let table = try row.decode("table_name", as: String?.self)
      return RelationRow(
        oid: try row.decode("oid"),
        name: QualifiedName(schema: try row.decode("nspname"), name: try row.decode("relname")),
        kind: kind, tuples: try row.decode("reltuples"), pages: try row.decode("relpages"),
        owner: try row.decode("owner"),
        partitionKeyColumns: key + inExpressions.filter { !key.contains($0) },
        indexTable: try table.map {
          QualifiedName(schema: try row.decode("table_schema"), name: $0)
        }, isDefaultPartition: try row.decode("is_default"),
        columnSlots: try row.decode("relnatts"))
    }
  }
}
