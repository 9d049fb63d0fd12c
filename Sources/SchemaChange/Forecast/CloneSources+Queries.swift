internal import Postgres

extension CloneSources {
  /// The tables, those of indexes too, each exchanged for the topmost table that it is a partition or child of.
  static func tops(
    _ named: Set<UInt32>, on connection: isolated PostgresConnection
  ) async throws -> Set<UInt32> {
    let rows = try await connection.query(
      """
      WITH RECURSIVE up (oid) AS (
        SELECT COALESCE(x.indrelid, named.oid)
        FROM unnest(\(named.map(Int.init))::oid[]) AS named (oid)
          LEFT JOIN pg_index x ON x.indexrelid = named.oid
        UNION
        SELECT i.inhparent FROM up JOIN pg_inherits i ON i.inhrelid = up.oid)
      SELECT oid FROM up
      WHERE NOT EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = up.oid)
      """)
    return Set(try rows.map { try $0.decode("oid", as: UInt32.self) })
  }

  static func partitions(
    _ tables: [UInt32: TableFacts], on connection: isolated PostgresConnection
  ) async throws -> [UInt32: PartitionRow] {
    let oids = tables.values.flatMap(\.tree).map { Int($0.oid) }
    let rows = try await connection.query(
      """
      SELECT c.oid, pg_get_partkeydef(c.oid) AS key, pg_get_expr(c.relpartbound, c.oid) AS bound
      FROM pg_class c WHERE c.oid = ANY(\(oids)::oid[])
      """)
    return try Dictionary(
      rows.map { row in
        (
          try row.decode("oid", as: UInt32.self),
          PartitionRow(key: try row.decode("key"), bound: try row.decode("bound"))
        )
      }
    ) { first, _ in first }
  }

  /// Foreign keys from and to the tables; the copies that partitions of the referenced table get are left out.
  static func foreignKeys(
    _ oids: [Int], on connection: isolated PostgresConnection
  ) async throws -> [ForeignKeyRow] {
    let rows = try await connection.query(
      """
      SELECT c.conname, c.conrelid, c.confrelid, pg_get_constraintdef(c.oid) AS definition,
        c.conparentid <> 0 AS inherited
      FROM pg_constraint c LEFT JOIN pg_constraint parent ON parent.oid = c.conparentid
      WHERE c.contype = 'f' AND parent.conrelid IS DISTINCT FROM c.conrelid
        AND (c.conrelid = ANY(\(oids)::oid[])
          OR c.confrelid = ANY(\(oids)::oid[]) AND c.conparentid = 0)
      ORDER BY c.conrelid, c.conname
      """)
    return try rows.map { row in
      ForeignKeyRow(
        name: try row.decode("conname"), table: try row.decode("conrelid"),
        referenced: try row.decode("confrelid"), definition: try row.decode("definition"),
        inherited: try row.decode("inherited"))
    }
  }

  static func views(
    _ oids: [Int], on connection: isolated PostgresConnection
  ) async throws -> [ViewRow] {
    let rows = try await connection.query(
      """
      SELECT n.nspname, v.relname, pg_get_viewdef(v.oid) AS definition,
        array_agg(d.refobjid::bigint ORDER BY d.refobjid, d.refobjsubid) AS tables,
        array_agg(a.attname::text ORDER BY d.refobjid, d.refobjsubid) AS columns
      FROM pg_rewrite r JOIN pg_class v ON v.oid = r.ev_class
        JOIN pg_namespace n ON n.oid = v.relnamespace
        JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
          AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0
        JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
      WHERE r.rulename = '_RETURN' AND d.refobjid = ANY(\(oids)::oid[])
      GROUP BY n.nspname, v.relname, v.oid ORDER BY v.oid
      """)
    return try rows.map { row in
      ViewRow(
        name: QualifiedName(schema: try row.decode("nspname"), name: try row.decode("relname")),
        definition: try row.decode("definition"),
        tables: try row.decode("tables", as: [UInt32].self), columns: try row.decode("columns"))
    }
  }

  static func hasRules(
    _ oids: [Int], on connection: isolated PostgresConnection
  ) async throws -> Bool {
    try await connection.query(
      "SELECT EXISTS (SELECT FROM pg_rewrite WHERE ev_class = ANY(\(oids)::oid[]))"
    ).only().decode(0)
  }

  static func policies(
    _ oids: [Int], on connection: isolated PostgresConnection
  ) async throws -> [PolicyRow] {
    let columns = CatalogueSnapshot.dependencies(
      of: "'pg_policy'::regclass", "p.oid", on: "p.polrelid")
    let rows = try await connection.query(
      """
      SELECT p.polname, p.polrelid, \(sql: columns) AS columns
      FROM pg_policy p WHERE p.polrelid = ANY(\(oids)::oid[])
      """)
    return try rows.map { row in
      PolicyRow(
        name: try row.decode("polname"), table: try row.decode("polrelid"),
        columns: try row.decode("columns"))
    }
  }
}
