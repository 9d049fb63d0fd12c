internal import Postgres
internal import SchemaChange

/// The tables of a copy that get rows, in an order in which the tables that others reference come first.
struct ProofTables: Sendable {
  var tables: [Table]

  struct Table: Sendable {
    /// Its name as SQL writes it.
    var name: String
    /// Whether the migration names it; otherwise it is there for the keys of others.
    var isTouched: Bool
    /// Whether it references a table that the migration names.
    var isNeighbour: Bool
    var columns: [Column]
    var keys: [ForeignKey]

    /// The columns that a row is inserted with.
    var stored: [Column] { columns.filter { !$0.isGenerated } }
  }

  struct Column: Sendable {
    /// Its name as SQL writes it.
    var name: String
    /// Its type with modifiers, as SQL writes it.
    var type: String
    /// The name of its type, or of the type below a domain.
    var base: String
    /// The letter of its type's category (`pg_type.typcategory`), or `e` for an enum.
    var category: String
    /// The most characters of a text; `nil` for any.
    var length: Int?
    /// The digits of a `numeric` before its point; `nil` for any.
    var digits: Int?
    var isNullable: Bool
    var isGenerated: Bool
    /// Whether a unique index holds it.
    var isUnique: Bool
  }

  struct ForeignKey: Sendable {
    var columns: [String]
    var parent: String
    var parentColumns: [String]
  }

  /// Finds the tables that a migration names, those that they reference, and those that reference them.
  static func read(
    named names: Set<QualifiedName>, path session: PlanSession, on copy: PostgresConnection
  ) async throws -> ProofTables {
    try await copy.transaction { copy in
      try await session.set(on: copy)
      let wanted = names.map(\.quoted)
      let rows = try await copy.query(
        """
        WITH RECURSIVE named AS (
          SELECT DISTINCT c.oid FROM pg_catalog.unnest(\(wanted)) AS name
            JOIN pg_class AS c ON c.oid = to_regclass(name) AND c.relkind IN ('r', 'p')
        ), neighbours AS (
          SELECT DISTINCT conrelid AS oid FROM pg_constraint JOIN named ON confrelid = named.oid
          WHERE contype = 'f' AND conparentid = 0
        ), reached (oid, depth) AS (
          SELECT oid, 0 FROM named UNION SELECT oid, 0 FROM neighbours
          UNION SELECT confrelid, depth + 1 FROM pg_constraint JOIN reached ON conrelid = reached.oid
          WHERE contype = 'f' AND depth < 4
        )
        SELECT c.oid, pg_catalog.format('%I.%I', n.nspname, c.relname) AS name, max(depth) AS depth,
          c.oid IN (SELECT oid FROM named) AS is_touched,
          c.oid IN (SELECT oid FROM neighbours) AS is_neighbour
        FROM reached JOIN pg_class AS c USING (oid) JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p')
        GROUP BY c.oid, n.nspname, c.relname ORDER BY max(depth) DESC, 2 LIMIT 60
        """)
      let oids = try rows.map { try $0.decode("oid", as: UInt32.self) }
      let columns = try await columns(of: oids, on: copy)
      let keys = try await keys(of: oids, on: copy)
      return ProofTables(
        tables: try rows.map { row in
          let oid: UInt32 = try row.decode("oid")
          return Table(
            name: try row.decode("name"), isTouched: try row.decode("is_touched"),
            isNeighbour: try row.decode("is_neighbour"), columns: columns[oid] ?? [],
            keys: keys[oid] ?? [])
        })
    }
  }

  private static func columns(
    of oids: [UInt32], on copy: isolated PostgresConnection
  ) async throws -> [UInt32: [Column]] {
    let rows = try await copy.query(
      """
      SELECT a.attrelid, pg_catalog.quote_ident(a.attname), pg_catalog.format_type(a.atttypid, a.atttypmod),
        pg_catalog.format_type(b.oid, NULL), CASE b.typtype WHEN 'e' THEN 'e' ELSE b.typcategory::text END,
        CASE WHEN b.oid IN (1042, 1043) THEN nullif(a.atttypmod, -1) - 4 END,
        CASE WHEN b.oid = 1700 AND a.atttypmod <> -1
          THEN (((a.atttypmod - 4) >> 16) & 65535) - ((a.atttypmod - 4) & 2047) END,
        NOT a.attnotnull, a.attgenerated <> '',
        EXISTS (SELECT FROM pg_index AS i WHERE i.indrelid = a.attrelid AND i.indisunique
          AND a.attnum = ANY (i.indkey::int2[]))
      FROM pg_attribute AS a JOIN pg_type AS t ON t.oid = a.atttypid
        JOIN pg_type AS b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
      WHERE a.attrelid = ANY (\(oids.map { String($0) })::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
      ORDER BY a.attrelid, a.attnum
      """)
    var found: [UInt32: [Column]] = [:]
    for row in rows {
      found[try row.decode(0), default: []].append(
        Column(
          name: try row.decode(1), type: try row.decode(2), base: try row.decode(3),
          category: try row.decode(4), length: try row.decode(5), digits: try row.decode(6),
          isNullable: try row.decode(7), isGenerated: try row.decode(8),
          isUnique: try row.decode(9)))
    }
    return found
  }

  private static func keys(
    of oids: [UInt32], on copy: isolated PostgresConnection
  ) async throws -> [UInt32: [ForeignKey]] {
    let rows = try await copy.query(
      """
      SELECT k.conrelid, pg_catalog.format('%I.%I', n.nspname, p.relname),
        ARRAY(SELECT pg_catalog.quote_ident(attname) FROM pg_catalog.unnest(k.conkey) WITH ORDINALITY AS u (number, place)
          JOIN pg_attribute ON attrelid = k.conrelid AND attnum = number ORDER BY place),
        ARRAY(SELECT pg_catalog.quote_ident(attname) FROM pg_catalog.unnest(k.confkey) WITH ORDINALITY AS u (number, place)
          JOIN pg_attribute ON attrelid = k.confrelid AND attnum = number ORDER BY place)
      FROM pg_constraint AS k JOIN pg_class AS p ON p.oid = k.confrelid
        JOIN pg_namespace AS n ON n.oid = p.relnamespace
      WHERE k.contype = 'f' AND k.conparentid = 0 AND k.conrelid = ANY (\(oids.map { String($0) })::oid[])
      ORDER BY k.conrelid, k.conname
      """)
    var found: [UInt32: [ForeignKey]] = [:]
    for row in rows {
      found[try row.decode(0), default: []].append(
        ForeignKey(
          columns: try row.decode(2), parent: try row.decode(1), parentColumns: try row.decode(3)))
    }
    return found
  }
}
