public import Postgres

/// What the role may do with the tables, and what they may do with the role.
extension PlanLedger {
  /// A Boolean value telling whether the tables are there.
  ///
  /// - Throws: `EngineError.missingPrivilege` when the role may not read them; `.ledger` when they are of a newer
  ///   version, or cannot be trusted.
  public func exists(on connection: PostgresConnection) async throws -> Bool {
    try await version(on: connection) != nil
  }

  /// The version of the tables; `nil` when there are none.
  func version(on connection: PostgresConnection) async throws -> LedgerVersion? {
    guard
      let found = try await look(
        needing: tables.all.map { ($0, "SELECT") }, on: connection)
    else { return nil }
    guard found.isNumbered else { return .first }
    let number: Int? = try await connection.query(
      "SELECT version FROM \(identifier: tables.ledger)"
    ).first?.decode(0)
    guard let number, number > 0 else {
      throw EngineError.malformedRow("version in \(tables.ledger)", number.map(String.init) ?? "")
    }
    guard let version = LedgerVersion(rawValue: number) else {
      throw EngineError.ledger(
        .tooNew(schema: tables.schema, found: number, known: LedgerVersion.current.rawValue))
    }
    return version
  }

  /// Refuses a role that could not write down what a command does.
  ///
  /// - Throws: `EngineError.missingPrivilege` with the statements that give what is missing.
  func requireRights(on connection: PostgresConnection) async throws {
    var needs = [tables.plans, tables.migrations].flatMap { table in
      ["SELECT", "INSERT", "UPDATE"].map { (table, $0) }
    }
    needs += ["SELECT", "INSERT"].map { (tables.events, $0) }
    _ = try await look(needing: needs, on: connection)
  }

  /// Looks at the tables without reading them, for what reads a table may run its owner's code.
  ///
  /// - Returns: Whether they have a number; `nil` when there are none.
  private func look(
    needing needs: [(table: QualifiedName, right: String)], on connection: PostgresConnection
  ) async throws -> Found? {
    guard !tables.schema.hasPrefix("pg_"), tables.schema != "information_schema" else {
      throw EngineError.ledger(.reservedSchema(tables.schema))
    }
    let row: Row
    do {
      row = try await connection.query(
        """
        SELECT pg_catalog.to_regnamespace(\(Quoting.identifier(tables.schema))) IS NULL AS astray,
          pg_catalog.to_regclass(\(tables.migrations.quoted)) IS NOT NULL AS known,
          pg_catalog.to_regclass(\(tables.ledger.quoted)) IS NOT NULL AS numbered, array(
          SELECT pg_catalog.format('GRANT %s ON %s TO %I',
            pg_catalog.string_agg(need."right", ', '::text ORDER BY ordinality), need.name,
            current_user)
          FROM ROWS FROM (pg_catalog.unnest(\(needs.map(\.table.quoted))::text[]),
              pg_catalog.unnest(\(needs.map(\.right))::text[]))
            WITH ORDINALITY AS need (name, "right", ordinality)
          WHERE NOT pg_catalog.has_table_privilege(
            pg_catalog.to_regclass(need.name)::oid, need."right")
          GROUP BY need.name ORDER BY need.name) AS missing
        """
      ).only()
    } catch let error as PostgresError where error.sqlState == .insufficientPrivilege {
      let schema = Quoting.identifier(tables.schema)
      throw EngineError.missingPrivilege(
        "the role may not look for djogi-shell's tables: GRANT USAGE ON SCHEMA \(schema)")
    }
    if try row.decode("astray") { throw EngineError.ledger(.noSchema(tables.schema)) }
    guard try row.decode("known") else { return nil }
    try await requireTrust(on: connection)
    let missing: [String] = try row.decode("missing")
    guard missing.isEmpty else {
      throw EngineError.missingPrivilege(
        "the role lacks what djogi-shell's tables need:\n"
          + missing.map { "  " + $0 }.joined(separator: "\n"))
    }
    return Found(isNumbered: try row.decode("numbered"))
  }

  /// Tables that are there.
  private struct Found {
    /// Whether they have a number.
    let isNumbered: Bool
  }
}
