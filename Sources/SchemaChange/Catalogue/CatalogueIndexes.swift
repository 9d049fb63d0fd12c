internal import Postgres

extension CatalogueSnapshot {
  /// The indexes of relations.
  static func indexes(
    _ oids: [Int], on connection: isolated PostgresConnection
  ) async throws -> [UInt32: [IndexFacts]] {
    let rows = try await connection.query(
      """
      SELECT x.indrelid AS relation, n.nspname, i.relname, pg_get_indexdef(i.oid) AS definition,
        x.indisunique, x.indisprimary, x.indisvalid, x.indisclustered, x.indisreplident,
        obj_description(i.oid, 'pg_class') AS comment, s.spcname,
        (SELECT c.conname FROM pg_constraint c WHERE c.conindid = i.oid AND c.conrelid = x.indrelid
          AND c.contype IN ('p', 'u', 'x')) AS constraint_name,
        pn.nspname AS parent_schema, p.relname AS parent_name,
        ARRAY(SELECT a.attnum::bigint FROM pg_attribute a WHERE a.attrelid = i.oid
          AND a.attstattarget >= 0 ORDER BY a.attnum) AS target_columns,
        ARRAY(SELECT a.attstattarget::bigint FROM pg_attribute a WHERE a.attrelid = i.oid
          AND a.attstattarget >= 0 ORDER BY a.attnum) AS targets,
        \(sql: names(in: "x.indkey", of: "x.indrelid")) AS columns,
        \(sql: dependencies(of: "'pg_class'::regclass", "i.oid", on: "x.indrelid")) AS others
      FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
        JOIN pg_namespace n ON n.oid = i.relnamespace
        LEFT JOIN pg_tablespace s ON s.oid = i.reltablespace
        LEFT JOIN pg_inherits h ON h.inhrelid = i.oid
        LEFT JOIN pg_class p ON p.oid = h.inhparent
        LEFT JOIN pg_namespace pn ON pn.oid = p.relnamespace
      WHERE x.indrelid = ANY(\(oids)::oid[])
      ORDER BY i.relname
      """)
    return try grouped(rows) { row in
      let parent = try row.decode("parent_name", as: String?.self)
      let numbers = try row.decode("target_columns", as: [Int].self)
      return IndexFacts(
        name: QualifiedName(schema: try row.decode("nspname"), name: try row.decode("relname")),
        definition: try row.decode("definition"), columns: try merged(row),
        unique: try row.decode("indisunique"), primary: try row.decode("indisprimary"),
        valid: try row.decode("indisvalid"), constraint: try row.decode("constraint_name"),
        clustered: try row.decode("indisclustered"),
        replicaIdentity: try row.decode("indisreplident"), comment: try row.decode("comment"),
        tablespace: try row.decode("spcname"),
        statisticsTargets: Dictionary(
          zip(numbers, try row.decode("targets", as: [Int].self))
        ) { first, _ in first },
        parent: try parent.map {
          QualifiedName(schema: try row.decode("parent_schema"), name: $0)
        })
    }
  }

  /// The extended statistics objects of relations.
  static func statistics(
    _ oids: [Int], on connection: isolated PostgresConnection
  ) async throws -> [UInt32: [StatisticsFacts]] {
    let rows = try await connection.query(
      """
      SELECT s.stxrelid AS relation, n.nspname, s.stxname,
        pg_get_statisticsobjdef(s.oid) AS definition, NULLIF(s.stxstattarget, -1) AS target,
        obj_description(s.oid, 'pg_statistic_ext') AS comment,
        \(sql: names(in: "s.stxkeys", of: "s.stxrelid")) AS columns,
        \(sql: dependencies(of: "'pg_statistic_ext'::regclass", "s.oid", on: "s.stxrelid"))
          AS others
      FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace
      WHERE s.stxrelid = ANY(\(oids)::oid[])
      ORDER BY n.nspname, s.stxname
      """)
    return try grouped(rows) { row in
      StatisticsFacts(
        name: QualifiedName(schema: try row.decode("nspname"), name: try row.decode("stxname")),
        definition: try row.decode("definition"), columns: try merged(row),
        target: try row.decode("target"), comment: try row.decode("comment"))
    }
  }
}
