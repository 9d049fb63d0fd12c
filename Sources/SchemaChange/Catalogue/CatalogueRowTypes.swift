internal import Postgres

/// Where values of a table's own row type are stored, which a change of a column's type would leave behind.
///
/// The server refuses such a change when it rewrites the table (`find_composite_type_dependencies`); a column that is
/// added, filled and dropped passes, and the stored values lose what the column held.
package enum RowTypeUse {
  /// A query that gives each table of a set, as `root`, with a column that stores its rows, as `holder`.
  ///
  /// Arrays, domains, ranges and composites of the row type count too, and so do tables that are made `OF` a type.
  ///
  /// - Parameter tables: A query of the tables' identifiers.
  package static func query(of tables: String) -> String {
    """
    WITH RECURSIVE asked (root) AS (\(tables)), made (type, oid) AS MATERIALIZED (
      SELECT oid, typarray FROM pg_catalog.pg_type WHERE typarray <> 0
      UNION ALL SELECT typbasetype, oid FROM pg_catalog.pg_type WHERE typbasetype <> 0
      UNION ALL SELECT rngsubtype, rngtypid FROM pg_catalog.pg_range
      UNION ALL SELECT d.refobjid, t.oid FROM pg_catalog.pg_depend AS d
        JOIN pg_catalog.pg_type AS t ON t.oid = d.objid
        WHERE d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND t.typtype = 'm'
          AND d.refclassid = d.classid AND d.deptype = 'i'
      UNION ALL SELECT a.atttypid, c.reltype FROM pg_catalog.pg_attribute AS a
        JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid AND c.relkind = 'c'
        WHERE NOT a.attisdropped
    ), stored (root, type) AS (
      SELECT root, c.reltype FROM asked JOIN pg_catalog.pg_class AS c ON c.oid = root
      UNION
      SELECT stored.root, made.oid FROM stored JOIN made ON made.type = stored.type
    )
    SELECT DISTINCT stored.root,
      pg_catalog.pg_describe_object('pg_catalog.pg_class'::pg_catalog.regclass, a.attrelid, a.attnum) AS holder
    FROM stored JOIN pg_catalog.pg_attribute AS a
        ON a.atttypid = stored.type AND a.attnum > 0 AND NOT a.attisdropped
      JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'm', 'f')
    UNION ALL
    SELECT root, 'its own definition, for it is made of the type '
      || pg_catalog.format_type(c.reloftype, NULL)
    FROM asked JOIN pg_catalog.pg_class AS c ON c.oid = root WHERE c.reloftype <> 0
    ORDER BY 1, 2
    """
  }
}

extension CatalogueSnapshot {
  /// The columns that store rows of relations.
  static func rowTypeHolders(
    _ oids: [Int], on connection: isolated PostgresConnection
  ) async throws -> [UInt32: [String]] {
    let list = oids.map(String.init).joined(separator: ", ")
    let query = RowTypeUse.query(of: "SELECT pg_catalog.unnest('{\(list)}'::pg_catalog.oid[])")
    let rows = try await connection.query(
      "SELECT root AS relation, holder FROM (\(raw: query)) AS found")
    return try grouped(rows) { try $0.decode("holder", as: String.self) }
  }

  /// What else takes its numbers from the sequence of an identity column, which goes with the column.
  static func sequenceUsers(
    _ oids: [Int], on connection: isolated PostgresConnection
  ) async throws -> [UInt32: [Dependent]] {
    let rows = try await connection.query(
      """
      SELECT DISTINCT own.refobjid AS relation, a.attname,
        pg_describe_object(d.classid, d.objid, d.objsubid) AS description
      FROM pg_depend AS own
        JOIN pg_class AS sequence ON sequence.oid = own.objid AND sequence.relkind = 'S'
        JOIN pg_attribute AS a ON a.attrelid = own.refobjid AND a.attnum = own.refobjsubid
        JOIN pg_depend AS d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = sequence.oid
          AND d.deptype = 'n'
      WHERE own.classid = 'pg_class'::regclass AND own.refclassid = 'pg_class'::regclass
        AND own.deptype = 'i' AND own.refobjid = ANY(\(oids)::oid[]) AND own.refobjsubid > 0
      ORDER BY 1, 3
      """)
    return try grouped(rows) { row in
      Dependent(
        kind: .other, column: try row.decode("attname"),
        description: try row.decode("description", as: String.self)
          + " takes numbers from the identity's sequence")
    }
  }
}
