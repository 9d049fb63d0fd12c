public import Postgres

/// What the role may do with the tables; another role may have made them.
extension PlanLedger {
  /// A Boolean value telling whether the tables are there.
  ///
  /// - Throws: `EngineError.missingPrivilege` when the role may not read them.
  public func exists(on connection: PostgresConnection) async throws -> Bool {
    try await check(
      [(tables.plans, "SELECT"), (tables.events, "SELECT"), (tables.migrations, "SELECT")],
      on: connection)
  }

  /// Refuses a role that could not write down what a command does.
  ///
  /// - Throws: `EngineError.missingPrivilege` with the statements that give what is missing.
  func requireRights(on connection: PostgresConnection) async throws {
    var needs = [tables.plans, tables.migrations].flatMap { table in
      ["SELECT", "INSERT", "UPDATE"].map { (table, $0) }
    }
    needs += ["SELECT", "INSERT"].map { (tables.events, $0) }
    _ = try await check(needs, on: connection)
  }

  private func check(
    _ needs: [(table: QualifiedName, right: String)], on connection: PostgresConnection
  ) async throws -> Bool {
    let row: Row
    do {
      row = try await connection.query(
        """
        SELECT to_regclass(\(tables.migrations.quoted)) IS NOT NULL AS known, array(
          SELECT 'GRANT ' || string_agg(need."right", ', ' ORDER BY ordinality) || ' ON ' || name
            || ' TO ' || pg_catalog.quote_ident(current_user::text)
          FROM unnest(\(needs.map(\.table.quoted)), \(needs.map(\.right)))
            WITH ORDINALITY AS need (name, "right")
          WHERE NOT has_table_privilege(to_regclass(name)::oid, need."right")
          GROUP BY name ORDER BY name) AS missing
        """
      ).only()
    } catch let error as PostgresError where error.sqlState == .insufficientPrivilege {
      let schema = Quoting.identifier(tables.schema)
      throw EngineError.missingPrivilege(
        "the role may not look for djogi-shell's tables: GRANT USAGE ON SCHEMA \(schema)")
    }
    let missing: [String] = try row.decode("missing")
    guard missing.isEmpty else {
      throw EngineError.missingPrivilege(
        "the role lacks what djogi-shell's tables need:\n"
          + missing.map { "  " + $0 }.joined(separator: "\n"))
    }
    return try row.decode("known")
  }
}
