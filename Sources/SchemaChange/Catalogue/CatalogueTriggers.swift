internal import Postgres

extension CatalogueSnapshot {
  /// The triggers of relations, internal ones left out.
  ///
  /// The server writes a definition with a `WHEN` clause only once it has locked the table.
  ///
  /// PostgreSQL 14 calls a partition's copy of its parent's trigger internal; the parent's number tells it apart.
  static func triggers(
    _ oids: [Int], defined: Bool = true, on connection: isolated PostgresConnection
  ) async throws -> [UInt32: [TriggerFacts]] {
    let definition: SQL = defined ? "pg_get_triggerdef(t.oid)" : "NULL::text"
    let rows = try await connection.query(
      """
      SELECT t.tgrelid AS relation, t.tgname, \(sql: definition) AS definition, t.tgenabled,
        t.tgtype::int & 16 <> 0 AS fires_on_update,
        t.tgtype::int & 3 = 3 AND t.tgtype::int & 20 <> 0 AS changes_rows, t.tgparentid <> 0 AS inherited,
        \(sql: names(in: "t.tgattr", of: "t.tgrelid")) AS columns,
        \(sql: dependencies(of: "'pg_trigger'::regclass", "t.oid", on: "t.tgrelid")) AS others
      FROM pg_trigger t
      WHERE t.tgrelid = ANY(\(oids)::oid[])
        AND (NOT t.tgisinternal OR (t.tgparentid <> 0 AND t.tgconstraint = 0))
      ORDER BY t.tgname
      """)
    return try grouped(rows) { row in
      TriggerFacts(
        name: try row.decode("tgname"), definition: try row.decode("definition"),
        columns: try merged(row), firesOnUpdate: try row.decode("fires_on_update"),
        changesRows: try row.decode("changes_rows"),
        enabled: try row.decode("tgenabled"), inherited: try row.decode("inherited"))
    }
  }

  /// The publications that publish chosen columns or rows of relations; only PostgreSQL 15 and later have them.
  static func publications(
    _ oids: [Int], on connection: isolated PostgresConnection
  ) async throws -> [UInt32: [PublicationFacts]] {
    guard connection.info.serverVersion >= 150_000 else { return [:] }
    let rows = try await connection.query(
      """
      SELECT r.prrelid AS relation, p.pubname, r.prattrs IS NOT NULL AS lists_columns,
        pg_get_expr(r.prqual, r.prrelid) AS row_filter,
        \(sql: names(in: "r.prattrs", of: "r.prrelid")) AS columns
      FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid
      WHERE r.prrelid = ANY(\(oids)::oid[]) AND (r.prattrs IS NOT NULL OR r.prqual IS NOT NULL)
      ORDER BY p.pubname
      """)
    return try grouped(rows) { row in
      let columns = try row.decode("columns", as: [String].self)
      return PublicationFacts(
        name: try row.decode("pubname"),
        columns: try row.decode("lists_columns") ? columns : nil,
        rowFilter: try row.decode("row_filter"))
    }
  }
}
