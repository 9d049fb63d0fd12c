internal import Postgres
internal import SchemaChange

extension LiveEngine {
  /// Undoes what a plan added; the schema is then as if there had been no plan.
  ///
  /// The plan is abandoned first, so that nobody drives it on from a place that is no more.
  ///
  /// - Throws: `EngineError.statusConflict` for a plan whose clean-up has run; `.migrationApplied`, `.unfinishedPlan`
  ///   and `.halfReverted` where what the plan once added may belong to somebody else by now.
  public func revert(
    _ id: PlanID, justification: String?, onEvent: @escaping RunObserver
  ) async throws -> PlanOutcome {
    try await holding(id) { held in
      let (row, connection) = (held.row, held.connection)
      try admit(.revert, row, RunOptions())
      let plan = try readPlan(row)
      let isDone = try await ledger.reversal(of: id, on: connection) == .done
      try await retryingRow(.revert, row, onEvent, on: connection) {
        try await connection.transaction { [ledger] connection in
          // No plan of the application is made between this look and the mark.
          try await ledger.waitForBucket(row.targetDatabase, row.appLabel, on: connection)
          try await self.checkBucket(row.appLabel, besides: id, on: connection)
          if try await ledger.knows(row.originatingMigration, app: row.appLabel, on: connection) {
            throw EngineError.migrationApplied(id, version: row.originatingMigration)
          }
          if isDone { return }
          try await ledger.setStatus(id, at: row.position, to: .abandoned, on: connection)
          try await ledger.record(
            .reverting, of: id, step: row.currentStep, justification: justification,
            on: connection)
        }
      }
      if !isDone {
        let reverter = PlanReverter(
          driven: held.driven, plan: plan, justification: justification, onEvent: onEvent)
        try await reverter.revert(from: row.position)
      }
      return PlanOutcome(try await self.row(id, on: try await session.connection()), of: plan)
    }
  }

  /// Refuses what must not happen while another plan of an application is under way, forth or back.
  func checkBucket(
    _ app: String, besides id: PlanID? = nil, on connection: PostgresConnection
  ) async throws {
    if let other = try await ledger.unfinished(
      database: database.rawValue, app: app, besides: id, on: connection)
    {
      throw EngineError.unfinishedPlan(
        other.planID, other.status, isDestructive: isDestructive(other))
    }
    if let other = try await ledger.halfReverted(
      database: database.rawValue, app: app, besides: id, on: connection)
    {
      throw EngineError.halfReverted(other)
    }
  }

  /// Refuses a migration that is about a table of which another application's plan replaces a column.
  ///
  /// That plan carries over what was there when it was made; its hook knows the columns by the names of that time.
  func checkTables(
    of changes: [Change], _ facts: CatalogueFacts, app: String, on connection: PostgresConnection
  ) async throws {
    let names = Set(changes.flatMap(\.mentions).compactMap { facts.table($0)?.name })
    let others = try await ledger.unfinished(
      database: database.rawValue, besidesApp: app, on: connection)
    for other in others {
      let plan = PlanDetail.FileState.read(other, in: workspace).plan
      guard let table = plan?.hooks.map(\.table).first(where: names.contains) else { continue }
      throw EngineError.tableInPlan(
        table, other.planID, other.status, isDestructive: isDestructive(other))
    }
  }
}
