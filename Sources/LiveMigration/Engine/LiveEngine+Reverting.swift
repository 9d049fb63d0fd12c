internal import Postgres
internal import SchemaChange

extension LiveEngine {
  /// Undoes what a plan added; the schema is then as if there had been no plan.
  ///
  /// The plan is abandoned first, so that no session drives it on from a place that is no more.
  ///
  /// - Parameters:
  ///   - id: The plan.
  ///   - justification: The operator's reason, which is recorded.
  ///   - accepted: The number of rows whose new values may be lost.
  ///   - onEvent: Told what goes on.
  /// - Throws: `EngineError.losesNewValues`; `.statusConflict` for a plan whose clean-up has run; `.migrationApplied`,
  ///   `.unfinishedPlan` and `.halfReverted` where what the plan once added may belong to another plan by now.
  public func revert(
    _ id: PlanID, justification: String?, discarding accepted: Int64? = nil,
    onEvent: @escaping RunObserver
  ) async throws -> PlanOutcome {
    try await holding(id) { held in
      let (row, connection) = (held.row, held.connection)
      try await admit(.revert, row, on: connection)
      let file = try await readPlan(row, onEvent, on: connection)
      let plan = file.plan
      let isDone = row.revertState == .done
      if row.revertState == nil {
        try await NewValues(plan: plan, row: row)
          .requireNone(but: accepted, for: .revert, settings: settings, onEvent, on: connection)
      }
      try await retryingRow(.revert, row, onEvent, on: connection) {
        try await connection.transaction { [ledger] connection in
          // No plan of the application is made between this look and the mark.
          try await ledger.waitForBucket(row.targetDatabase, row.appLabel, on: connection)
          try await self.checkBucket(row.appLabel, besides: id, on: connection)
          if try await ledger.knows(row.originatingMigration, app: row.appLabel, on: connection) {
            throw EngineError.migrationApplied(id, version: row.originatingMigration)
          }
          if isDone { return }
          try await ledger.keepCopy(file, of: row, on: connection)
          try await ledger.markReverting(row, justification: justification, on: connection)
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
}
