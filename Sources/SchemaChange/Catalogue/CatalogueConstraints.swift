internal import Postgres

extension CatalogueSnapshot {
  /// The constraints of relations.
  ///
  /// A foreign key to a partitioned table has a row more for each partition; those repeat it and are left out.
  static func constraints(
    _ oids: [Int], on connection: isolated PostgresConnection
  ) async throws -> [UInt32: [ConstraintFacts]] {
    let isNew = connection.info.serverVersion >= 180_000
    let novelties: SQL = isNew ? "c.conenforced, c.conperiod" : "true, false"
    let rows = try await connection.query(
      """
      SELECT c.conrelid AS relation, c.conname, c.contype, c.convalidated, c.condeferrable,
        c.condeferred, pg_get_constraintdef(c.oid) AS definition,
        obj_description(c.oid, 'pg_constraint') AS comment,
        c.coninhcount > 0 OR c.conparentid <> 0 AS inherited,
        \(sql: names(in: "c.conkey", of: "c.conrelid")) AS columns,
        \(sql: dependencies(of: "'pg_constraint'::regclass", "c.oid", on: "c.conrelid"))
          || \(sql: dependencies(of: "'pg_class'::regclass", "c.conindid", on: "c.conrelid"))
          AS others, n.enforced, n.temporal
      FROM pg_constraint c CROSS JOIN LATERAL (SELECT \(sql: novelties)) AS n (enforced, temporal)
        LEFT JOIN pg_constraint parent ON parent.oid = c.conparentid
      WHERE c.conrelid = ANY(\(oids)::oid[])
        AND parent.conrelid IS DISTINCT FROM c.conrelid
      ORDER BY c.conname, c.oid
      """)
    return try grouped(rows) { row in
      var facts = ConstraintFacts(
        name: try row.decode("conname"), kind: try kind(row),
        columns: try merged(row), definition: try row.decode("definition"),
        validated: try row.decode("convalidated"), deferrable: try row.decode("condeferrable"),
        initiallyDeferred: try row.decode("condeferred"), comment: try row.decode("comment"),
        inherited: try row.decode("inherited"))
      facts.enforced = try row.decode("enforced")
      facts.isTemporal = try row.decode("temporal")
      return facts
    }
  }

  /// Foreign keys of other tables that reference relations.
  static func inboundForeignKeys(
    _ oids: [Int], on connection: isolated PostgresConnection
  ) async throws -> [UInt32: [ForeignKeyFacts]] {
    let rows = try await connection.query(
      """
      SELECT c.confrelid AS relation, c.conname, n.nspname, t.relname, c.convalidated,
        t.relkind = 'p' AS partitioned, obj_description(c.oid, 'pg_constraint') AS comment,
        pg_get_constraintdef(c.oid) AS definition,
        \(sql: names(in: "c.conkey", of: "c.conrelid")) AS columns,
        \(sql: names(in: "c.confkey", of: "c.confrelid")) AS referenced
      FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
        JOIN pg_namespace n ON n.oid = t.relnamespace
      WHERE c.contype = 'f' AND c.confrelid = ANY(\(oids)::oid[]) AND c.conparentid = 0
        AND c.conrelid <> c.confrelid
      ORDER BY n.nspname, t.relname, c.conname
      """)
    return try grouped(rows) { row in
      ForeignKeyFacts(
        name: try row.decode("conname"),
        table: QualifiedName(schema: try row.decode("nspname"), name: try row.decode("relname")),
        columns: try row.decode("columns"), referencedColumns: try row.decode("referenced"),
        definition: try row.decode("definition"), validated: try row.decode("convalidated"),
        partitioned: try row.decode("partitioned"), comment: try row.decode("comment"))
    }
  }

  /// The names of the columns that an array lists by number; 0 stands for an expression and has none.
  static func names(in array: String, of relation: String) -> SQL {
    """
    ARRAY(SELECT a.attname::text FROM unnest(\(raw: array)::int2[]) WITH ORDINALITY AS k (attnum, n)
      JOIN pg_attribute a ON a.attrelid = \(raw: relation) AND a.attnum = k.attnum ORDER BY k.n)
    """
  }

  /// The columns of a relation that an object depends on, those in expressions too.
  static func dependencies(of classid: String, _ oid: String, on relation: String) -> SQL {
    """
    ARRAY(SELECT a.attname::text FROM pg_depend d JOIN pg_attribute a
      ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
      WHERE d.classid = \(raw: classid) AND d.objid = \(raw: oid) AND d.refobjsubid > 0
        AND d.refclassid = 'pg_class'::regclass AND d.refobjid = \(raw: relation)
      ORDER BY a.attnum)
    """
  }

  /// The columns that a row lists in `columns` and then those in `others`, each once.
  static func merged(_ row: Row) throws -> [String] {
    let all: [String] = try row.decode("columns") + row.decode("others")
    var seen: Set<String> = []
    return all.filter { seen.insert($0).inserted }
  }

  private static func kind(_ row: Row) throws -> ConstraintFacts.Kind {
    let text = try row.decode("contype", as: String.self)
    guard let kind = ConstraintFacts.Kind(rawValue: text) else {
      throw CatalogueError.unknownConstraintKind(text, name: try row.decode("conname"))
    }
    return kind
  }
}

/// What the catalogue holds and this version does not know.
public enum CatalogueError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A constraint whose kind no supported server has.
  case unknownConstraintKind(String, name: String)

  /// One sentence that names the object.
  public var description: String {
    switch self {
    case .unknownConstraintKind(let kind, let name):
      "The constraint \(Quoting.identifier(name)) is of the kind '\(kind)', which is not known."
    }
  }
}
