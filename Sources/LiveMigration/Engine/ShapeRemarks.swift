internal import Postgres
internal import SchemaChange

/// What an operator should know of a plan that shows its tables in their new shape.
enum ShapeRemarks {
  /// Names who has the old shape all the same, who cannot read the new one, and the statements that a view does not
  /// take; none without a new shape.
  static func of(
    _ plan: LivePlan, _ facts: CatalogueFacts, on connection: PostgresConnection
  ) async throws -> [String] {
    guard !plan.newShape.isEmpty else { return [] }
    return [
      try await oldShapes(facts, on: connection), try await partReaders(facts, on: connection),
      statements(on: connection.info.serverVersion),
    ].compactMap(\.self)
  }

  /// How many views and functions a remark names.
  private static let namedAtMost = 8

  /// Names the application's views and functions that read the old shape until the swap, whatever the client's
  /// `search_path`; `nil` where there is none.
  ///
  /// What a function's body reads is not in the catalogue, so that its text is searched for the tables' names.
  private static func oldShapes(
    _ facts: CatalogueFacts, on connection: PostgresConnection
  ) async throws -> String? {
    let tables = facts.tables.values.filter { [.table, .partitioned].contains($0.kind) }
    let found: [String] = try await connection.query(
      """
      SELECT 'view ' || rule.ev_class::pg_catalog.regclass::text AS what FROM pg_catalog.pg_depend AS hung
        JOIN pg_catalog.pg_rewrite AS rule ON rule.oid = hung.objid
      WHERE hung.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
        AND hung.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
        AND hung.refobjid = ANY (\(tables.map { String($0.oid) })::pg_catalog.oid[])
        AND rule.ev_class <> hung.refobjid
      UNION SELECT 'function ' || f.oid::pg_catalog.regprocedure::text FROM pg_catalog.pg_proc AS f
        JOIN pg_catalog.pg_language AS l ON l.oid = f.prolang AND l.lanname IN ('sql', 'plpgsql')
      WHERE f.pronamespace::pg_catalog.regnamespace::text NOT IN ('pg_catalog', 'information_schema')
        AND EXISTS (SELECT FROM pg_catalog.unnest(\(tables.map(\.name.name))::text[]) AS name
          WHERE name OPERATOR(pg_catalog.~) '^\\w+$' AND f.prosrc OPERATOR(pg_catalog.~*) ('\\m' || name || '\\M'))
      ORDER BY 1
      """
    ).map { try $0.decode(0) }
    guard !found.isEmpty else { return nil }
    let more =
      found.count > namedAtMost ? " and \(found.count - namedAtMost) more" : ""
    return "until the swap these have the old shape, whatever a client's search_path: "
      + found.prefix(namedAtMost).joined(separator: ", ") + more
  }

  /// Names the roles that may read some columns of a table alone; `nil` where there is none.
  ///
  /// A view that works with the rights of its client reads every column that it shows.
  private static func partReaders(
    _ facts: CatalogueFacts, on connection: PostgresConnection
  ) async throws -> String? {
    guard connection.info.serverVersion >= 150_000 else { return nil }
    let tables = facts.tables.values.filter { [.table, .partitioned].contains($0.kind) }
    let found: [String] = try await connection.query(
      """
      SELECT DISTINCT pg_catalog.format('%s of %s', CASE part.grantee WHEN 0 THEN 'PUBLIC'
          ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(part.grantee)) END, c.oid::pg_catalog.regclass)
      FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid,
        pg_catalog.aclexplode(a.attacl) AS part
      WHERE c.oid = ANY (\(tables.map { String($0.oid) })::pg_catalog.oid[]) AND part.privilege_type = 'SELECT'
        AND NOT EXISTS (SELECT FROM pg_catalog.aclexplode(c.relacl) AS whole
          WHERE whole.privilege_type = 'SELECT' AND whole.grantee IN (0, part.grantee))
        AND EXISTS (SELECT FROM pg_catalog.pg_attribute AS other WHERE other.attrelid = c.oid AND other.attnum > 0
          AND NOT other.attisdropped AND NOT EXISTS (SELECT FROM pg_catalog.aclexplode(other.attacl) AS own
            WHERE own.privilege_type = 'SELECT' AND own.grantee IN (0, part.grantee)))
      ORDER BY 1
      """
    ).map { try $0.decode(0) }
    guard !found.isEmpty else { return nil }
    return
      "a view reads every column that it shows, with its client's rights, so that who may read some columns of a "
      + "table alone cannot read its view: \(found.joined(separator: ", ")); let them stay with the old release "
      + "until the swap, or grant them SELECT on the table"
  }

  /// What a view does not take.
  private static func statements(on version: Int) -> String {
    "clients of the new shape meet views until the swap, which the server does not copy into or out of: COPY into a "
      + "temporary table and INSERT … SELECT from it, and COPY (SELECT …) TO"
      + (version < 170_000 ? "; MERGE needs PostgreSQL 17 for a view" : "")
  }
}
