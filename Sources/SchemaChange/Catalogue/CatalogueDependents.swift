internal import Postgres

extension CatalogueSnapshot {
  /// What depends on the columns of relations and has no facts of its own to be carried by.
  ///
  /// Constraints, indexes, statistics, owned sequences and the columns that a publication lists have; a column's own
  /// default goes with it.
  static func dependents(
    _ oids: [Int], on connection: isolated PostgresConnection
  ) async throws -> [UInt32: [Dependent]] {
    let filter: SQL =
      connection.info.serverVersion >= 150_000
      ? "strpos(p.prqual::text, ':varattno ' || d.refobjsubid || ' ') > 0" : "false"
    let rows = try await connection.query(
      """
      SELECT DISTINCT d.refobjid AS relation, d.refobjsubid, a.attname,
        CASE
          WHEN r.rulename = '_RETURN' THEN 'view'
          WHEN r.oid IS NOT NULL THEN 'rule'
          WHEN g.oid IS NOT NULL THEN 'generatedColumn'
          WHEN t.oid IS NOT NULL THEN 'trigger'
          WHEN p.oid IS NOT NULL THEN 'publicationFilter'
          WHEN d.classid = 'pg_policy'::regclass THEN 'policy'
          WHEN d.classid = 'pg_proc'::regclass THEN 'function'
          ELSE 'other' END AS kind,
        CASE
          WHEN r.rulename = '_RETURN'
            THEN pg_describe_object('pg_class'::regclass, r.ev_class, 0)
          WHEN g.oid IS NOT NULL
            THEN pg_describe_object('pg_class'::regclass, g.adrelid, g.adnum)
          ELSE pg_describe_object(d.classid, d.objid, d.objsubid) END AS description,
        v.relnamespace::regnamespace::name AS view_schema, v.relname AS view_name,
        CASE WHEN v.oid IS NULL
          THEN coalesce(r.rulename, t.tgname, policy.polname, routine.proname, own.attname) END AS part
      FROM pg_depend d
        JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
        LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
        LEFT JOIN pg_class v ON r.rulename = '_RETURN' AND v.oid = r.ev_class
        LEFT JOIN pg_attrdef g ON d.classid = 'pg_attrdef'::regclass AND g.oid = d.objid
        LEFT JOIN pg_attribute own
          ON own.attrelid = g.adrelid AND own.attnum = g.adnum AND g.adrelid = d.refobjid
        LEFT JOIN pg_policy policy ON d.classid = 'pg_policy'::regclass AND policy.oid = d.objid
        LEFT JOIN pg_proc routine ON d.classid = 'pg_proc'::regclass AND routine.oid = d.objid
        LEFT JOIN pg_trigger t ON d.classid = 'pg_trigger'::regclass AND t.oid = d.objid
        LEFT JOIN pg_publication_rel p
          ON d.classid = 'pg_publication_rel'::regclass AND p.oid = d.objid
        LEFT JOIN pg_class c ON d.classid = 'pg_class'::regclass AND c.oid = d.objid
      WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = ANY(\(oids)::oid[])
        AND d.refobjsubid > 0
        AND d.classid NOT IN ('pg_constraint'::regclass, 'pg_statistic_ext'::regclass)
        AND (c.oid IS NULL OR c.relkind NOT IN ('i', 'I', 'S') AND c.oid <> d.refobjid)
        AND (t.oid IS NULL OR NOT t.tgisinternal)
        AND (g.oid IS NULL OR g.adrelid <> d.refobjid OR g.adnum <> d.refobjsubid)
        AND (p.oid IS NULL OR \(sql: filter))
      ORDER BY d.refobjid, d.refobjsubid, description
      """)
    return try grouped(rows) { row in
      let view: String? = try row.decode("view_name")
      let schema: String? = try row.decode("view_schema")
      return Dependent(
        kind: Dependent.Kind(rawValue: try row.decode("kind")) ?? .other,
        column: try row.decode("attname"), description: try row.decode("description"),
        view: view.map { QualifiedName(schema: schema, name: $0) },
        part: try row.decode("part"))
    }
  }
}
