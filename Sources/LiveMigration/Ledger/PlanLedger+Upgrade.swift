public import Postgres

/// Making the ledger's tables, and bringing older ones up to date.
extension PlanLedger {
  /// How often an upgrade that meets readers of the tables is tried.
  private static let attempts = 5

  /// Makes the tables where they are missing, and upgrades older ones; two programs may do it at once.
  ///
  /// - Throws: `EngineError.missingPrivilege` when the role may not make them or lacks a right on them; `.ledger`.
  public func create(on connection: PostgresConnection) async throws {
    let found = try await version(on: connection)
    if found != .current {
      do {
        try await upgrade(on: connection)
      } catch let error as PostgresError where error.sqlState == .insufficientPrivilege {
        guard found == nil else { throw try await cannotUpgrade(on: connection) }
        let schema = Quoting.identifier(tables.schema)
        throw EngineError.missingPrivilege(
          "the role may not make djogi-shell's tables: GRANT CREATE ON SCHEMA \(schema), "
            + "or name another schema as [live] ledger_schema")
      }
    }
    try await requireRights(on: connection)
  }

  /// Upgrades older tables, and makes sure that the role may write to them; where there are none, none are made.
  func prepare(on connection: PostgresConnection) async throws {
    if try await exists(on: connection) { try await create(on: connection) }
  }

  /// Takes one step after the other; what another program did meanwhile is not done again.
  private func upgrade(on connection: PostgresConnection) async throws {
    for step in LedgerVersion.allCases {
      for attempt in 1... {
        do {
          try await take(step, on: connection)
          break
        } catch let error as PostgresError
          where error.sqlState == .lockNotAvailable && attempt < Self.attempts
        {
          continue
        }
      }
    }
  }

  /// Takes a step in a transaction of its own, unless it was taken before.
  private func take(_ step: LedgerVersion, on connection: PostgresConnection) async throws {
    try await connection.transaction { connection in
      // One program after the other: `CREATE TABLE IF NOT EXISTS` alone can still fail when two run it together.
      try await connection.execute(
        """
        SELECT pg_catalog.pg_advisory_xact_lock(
          pg_catalog.hashtextextended('djogi-shell ledger', 0::bigint))
        """)
      guard try await LedgerVersion.after(version(on: connection)).contains(step) else { return }
      try await connection.execute("SET LOCAL lock_timeout = '5s'")
      try await connection.script(step.statements(tables))
      guard step > .first else { return }
      try await connection.execute(
        "UPDATE \(identifier: tables.ledger) SET version = \(step.rawValue), upgraded_at = now()")
    }
  }

  private func cannotUpgrade(on connection: PostgresConnection) async throws -> EngineError {
    let owner: String? = try await connection.query(
      """
      SELECT pg_catalog.pg_get_userbyid(relowner)::text FROM pg_catalog.pg_class
      WHERE oid = pg_catalog.to_regclass(\(tables.plans.quoted))::oid
      """
    ).first?.decode(0)
    let found = try await version(on: connection) ?? .first
    return .ledger(
      .cannotUpgrade(
        schema: tables.schema, found: found.rawValue, needed: LedgerVersion.current.rawValue,
        owner: owner ?? "their owner"))
  }
}
