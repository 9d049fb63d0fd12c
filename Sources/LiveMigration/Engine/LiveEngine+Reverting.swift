internal import Postgres

extension LiveEngine {
  /// Undoes what a plan added; the schema is then as if there had been no plan.
  ///
  /// The plan is abandoned first, so that nobody drives it on from a place that is no more.
  ///
  /// - Throws: `EngineError.statusConflict` for a plan whose clean-up has run.
  public func revert(
    _ id: PlanID, justification: String?, onEvent: @escaping RunObserver
  ) async throws -> PlanOutcome {
    let outcome = try await holding(id) { row, connection in
      try admit(.revert, row, RunOptions())
      let plan = try readPlan(row)
      try await connection.transaction { [ledger] connection in
        try await ledger.setStatus(id, at: row.position, to: .abandoned, on: connection)
        try await ledger.record(
          .abandoned, of: id, step: row.currentStep, detail: "to be reverted",
          justification: justification, on: connection)
      }
      let reverter = PlanReverter(
        session: session, ledger: ledger, plan: plan, settings: settings, onEvent: onEvent)
      try await reverter.revert(from: row.position)
      let session = session
      let current = try await session.connection()
      try await ledger.record(.reverted, of: id, justification: justification, on: current)
      return PlanOutcome(try await self.row(id, on: current), of: plan)
    }
    return outcome
  }
}
