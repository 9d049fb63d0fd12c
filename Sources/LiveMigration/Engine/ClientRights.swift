internal import Postgres
internal import SchemaChange

/// What clients lack to write rows while a plan is under way.
///
/// A plan's trigger calls what the migration's expression calls, with the rights of the client that writes. A direct run
/// calls it once, with the rights of the role that runs it.
enum ClientRights {
  /// Refuses a migration whose expressions call what a role that may write the table may not.
  ///
  /// - Throws: `EngineError.missingPrivilege` with the statements that give what is missing.
  static func check(_ study: StudiedMigration, on connection: PostgresConnection) async throws {
    var missing: [String] = []
    for verdict in study.verdicts {
      guard case .expandContract = verdict.classification,
        let (name, expression) = verdict.change.operation.calling,
        let table = study.facts.table(name)
      else { continue }
      missing += try await lacking(expression, on: table, connection)
    }
    guard !missing.isEmpty else { return }
    throw EngineError.missingPrivilege(
      "clients that may write the table lack what the plan's trigger calls for them:\n"
        + Set(missing).sorted().map { "  " + $0 }.joined(separator: "\n"))
  }

  private struct Answer: Error { let missing: [String] }

  /// The server is asked what the expression calls: a view of an empty copy depends on it.
  private static func lacking(
    _ expression: String, on table: TableFacts, _ connection: PostgresConnection
  ) async throws -> [String] {
    do {
      try await connection.transaction { connection in
        try await connection.script("SET LOCAL lock_timeout TO '1s'")
        try await connection.execute(
          "CREATE TEMP TABLE \(identifier: table.name.name) (LIKE \(identifier: table.name))")
        try await connection.execute(
          SQL(
            raw: "CREATE TEMP VIEW djogi_calls AS SELECT \(expression) AS value FROM pg_temp."
              + Quoting.identifier(table.name.name)))
        throw Answer(missing: try await ask(table, connection))
      }
    } catch let answer as Answer {
      return answer.missing
    } catch let error as PostgresError where error.serverError != nil {
      // Whether it can be tried at all, the probe of the conversion says.
      return []
    }
    return []
  }

  private static func ask(
    _ table: TableFacts, _ connection: isolated PostgresConnection
  ) async throws -> [String] {
    let oids = table.tree.map { String($0.oid) }
    let rows = try await connection.query(
      """
      WITH called AS (
        SELECT d.refobjid AS oid FROM pg_catalog.pg_rewrite AS r
          JOIN pg_catalog.pg_depend AS d ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = r.oid
            AND d.refclassid = 'pg_catalog.pg_proc'::regclass
          WHERE r.ev_class = 'pg_temp.djogi_calls'::regclass
        UNION SELECT o.oprcode FROM pg_catalog.pg_rewrite AS r
          JOIN pg_catalog.pg_depend AS d ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = r.oid
            AND d.refclassid = 'pg_catalog.pg_operator'::regclass
          JOIN pg_catalog.pg_operator AS o ON o.oid = d.refobjid
          WHERE r.ev_class = 'pg_temp.djogi_calls'::regclass
      ), given AS (
        SELECT c.relowner AS role FROM pg_catalog.pg_class AS c WHERE c.oid = ANY (\(oids)::oid[])
        UNION SELECT x.grantee FROM pg_catalog.pg_class AS c, pg_catalog.aclexplode(c.relacl) AS x
          WHERE c.oid = ANY (\(oids)::oid[]) AND x.privilege_type IN ('INSERT', 'UPDATE')
        UNION SELECT x.grantee FROM pg_catalog.pg_attribute AS a, pg_catalog.aclexplode(a.attacl) AS x
          WHERE a.attrelid = ANY (\(oids)::oid[]) AND x.privilege_type IN ('INSERT', 'UPDATE')
      ), client AS (
        SELECT CASE role WHEN 0 THEN 'public' ELSE pg_catalog.pg_get_userbyid(role)::text END AS name,
          CASE role WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(role)) END AS quoted
        FROM given
      )
      SELECT pg_catalog.format('GRANT EXECUTE ON ROUTINE %s TO %s', called.oid::regprocedure, client.quoted)
      FROM called, client WHERE NOT pg_catalog.has_function_privilege(client.name, called.oid, 'EXECUTE')
      UNION
      SELECT pg_catalog.format('GRANT USAGE ON SCHEMA %I TO %s', n.nspname, client.quoted)
      FROM called JOIN pg_catalog.pg_proc AS p ON p.oid = called.oid
        JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace, client
      WHERE NOT pg_catalog.has_schema_privilege(client.name, n.oid, 'USAGE')
      ORDER BY 1
      """)
    return try rows.map { try $0.decode(0) }
  }
}

extension SchemaOperation {
  /// The table whose trigger computes an expression for clients, and the expression.
  fileprivate var calling: (QualifiedName, String)? {
    switch self {
    case .alterColumnType(let change):
      let column = Quoting.identifier(change.target.column)
      return (change.target.table, "(\(change.using ?? column))::\(change.type)")
    case .addColumn(let add):
      guard let expression = add.defaultExpression else { return nil }
      return (add.target.table, expression)
    default: return nil
    }
  }
}
