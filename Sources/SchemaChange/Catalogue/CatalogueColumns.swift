internal import Postgres

extension CatalogueSnapshot {
  /// The columns of relations, in their order.
  static func columns(
    _ oids: [Int], on connection: isolated PostgresConnection
  ) async throws -> [UInt32: [ColumnFacts]] {
    let rows = try await connection.query(
      """
      SELECT a.attrelid AS relation, a.attnum, a.attname, a.attnotnull,
        format_type(a.atttypid, a.atttypmod) AS type, pg_get_expr(d.adbin, d.adrelid) AS expression,
        NULLIF(a.attidentity, '') AS identity, a.attgenerated <> '' AS generated,
        a.attgenerated = 'v' AS virtual, EXISTS (SELECT FROM pg_constraint AS n
          WHERE n.conrelid = a.attrelid AND n.contype = 'n' AND n.conkey = ARRAY[a.attnum]
            AND NOT n.convalidated) AS unproved,
        CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END
          AS collation,
        col_description(a.attrelid, a.attnum) AS comment,
        NULLIF(a.attstattarget, -1) AS target,
        CASE WHEN a.attstorage <> t.typstorage THEN CASE a.attstorage WHEN 'p' THEN 'PLAIN'
          WHEN 'e' THEN 'EXTERNAL' WHEN 'x' THEN 'EXTENDED' WHEN 'm' THEN 'MAIN' END END AS storage,
        CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END AS compression,
        ARRAY(SELECT o FROM unnest(a.attoptions) o WHERE \(raw: ColumnOptions.isSet("o")))
          AS options, a.attinhcount > 0 AS inherited,
        t.typtype = 'd' AND EXISTS (
          WITH RECURSIVE base (oid) AS (SELECT t.oid UNION SELECT domain.typbasetype
            FROM base JOIN pg_type domain ON domain.oid = base.oid WHERE domain.typtype = 'd')
          SELECT FROM base JOIN pg_type domain ON domain.oid = base.oid WHERE domain.typnotnull)
          AS type_refuses_null
      FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      WHERE a.attrelid = ANY(\(oids)::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
      ORDER BY a.attrelid, a.attnum
      """)
    let grants = try await grants(oids, on: connection)
    let sequences = try await ownedSequences(oids, on: connection)
    let identities = try await identitySequences(oids, on: connection)
    return try grouped(rows) { row in
      let place = ColumnPlace(
        relation: try row.decode("relation"), number: try row.decode("attnum"))
      let identity = try row.decode("identity", as: String?.self)
      var column = ColumnFacts(
        name: try row.decode("attname"), type: try row.decode("type"),
        notNull: try row.decode("attnotnull"), defaultExpression: try row.decode("expression"),
        identity: identity.flatMap(AddColumn.IdentityKind.init),
        isGenerated: try row.decode("generated"), collation: try row.decode("collation"),
        comment: try row.decode("comment"), statisticsTarget: try row.decode("target"),
        storage: try row.decode("storage"), compression: try row.decode("compression"),
        options: try row.decode("options"), grants: grants[place, default: []],
        ownedSequences: sequences[place, default: []], identitySequence: identities[place],
        inherited: try row.decode("inherited"))
      column.isVirtual = try row.decode("virtual")
      column.notNullUnproved = try row.decode("unproved")
      column.typeRefusesNull = try row.decode("type_refuses_null")
      return column
    }
  }

  /// A column's key in the catalogue.
  struct ColumnPlace: Hashable {
    var relation: UInt32
    var number: Int
  }

  private static func grants(
    _ oids: [Int], on connection: isolated PostgresConnection
  ) async throws -> [ColumnPlace: [ColumnGrant]] {
    let rows = try await connection.query(
      """
      SELECT a.attrelid AS relation, a.attnum, x.privilege_type, x.is_grantable,
        CASE WHEN x.grantee <> 0 THEN pg_get_userbyid(x.grantee) END AS grantee
      FROM pg_attribute a CROSS JOIN LATERAL aclexplode(a.attacl) x
      WHERE a.attrelid = ANY(\(oids)::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
      ORDER BY grantee NULLS FIRST, x.privilege_type
      """)
    return try byPlace(rows) { row in
      ColumnGrant(
        grantee: try row.decode("grantee"), privilege: try row.decode("privilege_type"),
        grantable: try row.decode("is_grantable"))
    }
  }

  /// An identity column's sequence belongs to it internally (`i`), any other by `OWNED BY` (`a`).
  private static func ownedSequences(
    _ oids: [Int], on connection: isolated PostgresConnection
  ) async throws -> [ColumnPlace: [QualifiedName]] {
    let rows = try await connection.query(
      """
      SELECT d.refobjid AS relation, d.refobjsubid AS attnum, n.nspname, s.relname
      FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
        JOIN pg_namespace n ON n.oid = s.relnamespace
      WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
        AND d.refobjid = ANY(\(oids)::oid[]) AND d.refobjsubid > 0 AND d.deptype = 'a'
      ORDER BY n.nspname, s.relname
      """)
    return try byPlace(rows) { row in
      QualifiedName(schema: try row.decode("nspname"), name: try row.decode("relname"))
    }
  }

  static func byPlace<Element>(
    _ rows: Rows, _ read: (Row) throws -> Element
  ) throws -> [ColumnPlace: [Element]] {
    var groups: [ColumnPlace: [Element]] = [:]
    for row in rows {
      let place = ColumnPlace(
        relation: try row.decode("relation"), number: try row.decode("attnum"))
      groups[place, default: []].append(try read(row))
    }
    return groups
  }
}
