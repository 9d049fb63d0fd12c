public import Postgres

/// Finds what an expression or a statement reaches through the catalogue.
///
/// A function is reached through the index that calls it, a table through the function or the view that reads it, a
/// cast's function through the types on both sides. Only objects that no server installs by itself are followed.
public enum ReachableNames {
  /// The names of everything that the objects called `names` depend on, with the words of function bodies.
  ///
  /// - Parameter dressed: Tables whose indexes, constraints, defaults and triggers count too.
  public static func of(
    _ names: Set<String>, dressed: Set<String> = [], on connection: PostgresConnection
  ) async throws -> Set<String> {
    try await connection.transaction(.snapshot) { @Sendable connection in
      try await connection.script("SET LOCAL search_path TO pg_catalog")
      var found = names
      var asked: Set<String> = []
      // A body's words lead to other functions; a chain of bodies is short in practice and finite in any case.
      while !found.subtracting(asked).isEmpty {
        let new = found.subtracting(asked)
        asked.formUnion(new)
        let rows = try await connection.query(query(new.sorted(), dressed.sorted()))
        for row in rows {
          if let name: String = try row.decode("name") { found.insert(name) }
          if let body: String = try row.decode("body") {
            found.formUnion(StatementNames.words(in: body))
          }
        }
      }
      return found
    }
  }

  private static func query(_ names: [String], _ dressed: [String]) -> SQL {
    """
    WITH RECURSIVE named AS (
      SELECT 'pg_class'::regclass AS class, oid FROM pg_class
      WHERE relname = ANY (\(names)) AND oid >= 16384 AND relkind <> 'i'
      UNION ALL SELECT 'pg_proc'::regclass, oid FROM pg_proc
      WHERE proname = ANY (\(names)) AND oid >= 16384
      UNION ALL SELECT 'pg_type'::regclass, oid FROM pg_type
      WHERE typname = ANY (\(names)) AND oid >= 16384
      UNION ALL SELECT 'pg_operator'::regclass, oid FROM pg_operator
      WHERE oprname = ANY (\(names)) AND oid >= 16384
      UNION ALL SELECT 'pg_opclass'::regclass, oid FROM pg_opclass
      WHERE opcname = ANY (\(names)) AND oid >= 16384
      UNION ALL SELECT 'pg_cast'::regclass, c.oid FROM pg_cast AS c
        JOIN pg_type AS t ON t.oid IN (c.castsource, c.casttarget)
      WHERE t.typname = ANY (\(names)) AND c.oid >= 16384
      UNION ALL SELECT d.class, d.oid FROM (
        SELECT 'pg_class'::regclass, indexrelid, indrelid FROM pg_index
        UNION ALL SELECT 'pg_constraint'::regclass, oid, conrelid FROM pg_constraint
        UNION ALL SELECT 'pg_attrdef'::regclass, oid, adrelid FROM pg_attrdef
        UNION ALL SELECT 'pg_trigger'::regclass, oid, tgrelid FROM pg_trigger
      ) AS d (class, oid, relation) JOIN pg_class AS t ON t.oid = d.relation
      WHERE t.relname = ANY (\(dressed)) AND d.oid >= 16384
    ), reached AS (
      SELECT class, oid FROM named
      UNION
      SELECT next.class, next.oid FROM reached, LATERAL (
        SELECT d.refclassid::regclass AS class, d.refobjid AS oid FROM pg_depend AS d
        WHERE d.classid = reached.class AND d.objid = reached.oid
        -- A view reads what its rule reads.
        UNION ALL SELECT 'pg_rewrite'::regclass, r.oid FROM pg_rewrite AS r
        WHERE reached.class = 'pg_class'::regclass AND r.ev_class = reached.oid
        -- A domain's checks.
        UNION ALL SELECT 'pg_constraint'::regclass, c.oid FROM pg_constraint AS c
        WHERE reached.class = 'pg_type'::regclass AND c.contypid = reached.oid
      ) AS next WHERE next.oid >= 16384
    )
    SELECT coalesce(c.relname, p.proname, t.typname, o.oprname, k.opcname, l.collname, g.cfgname)::text AS name,
      CASE WHEN n.lanname NOT IN ('c', 'internal') THEN p.prosrc END AS body
    FROM reached AS r
      LEFT JOIN pg_class AS c ON r.class = 'pg_class'::regclass AND c.oid = r.oid AND c.relkind <> 'i'
      LEFT JOIN pg_proc AS p ON r.class = 'pg_proc'::regclass AND p.oid = r.oid
      LEFT JOIN pg_language AS n ON n.oid = p.prolang
      LEFT JOIN pg_type AS t ON r.class = 'pg_type'::regclass AND t.oid = r.oid
      LEFT JOIN pg_operator AS o ON r.class = 'pg_operator'::regclass AND o.oid = r.oid
      LEFT JOIN pg_opclass AS k ON r.class = 'pg_opclass'::regclass AND k.oid = r.oid
      LEFT JOIN pg_collation AS l ON r.class = 'pg_collation'::regclass AND l.oid = r.oid
      LEFT JOIN pg_ts_config AS g ON r.class = 'pg_ts_config'::regclass AND g.oid = r.oid
    """
  }
}
