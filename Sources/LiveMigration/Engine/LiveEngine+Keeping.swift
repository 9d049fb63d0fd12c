internal import Postgres
internal import SchemaChange

extension LiveEngine {
  /// Takes a swap back: the old shape is there again, and the new one is kept in step with it, as before the swap.
  ///
  /// Nothing that was written since is lost: values that the old shape does not hold stay in the new one, which
  /// `revert` alone drops.
  ///
  /// - Parameters:
  ///   - id: The plan.
  ///   - justification: The operator's reason, which is recorded.
  ///   - accepted: The number of rows whose new values the old shape may lack.
  ///   - onEvent: Told what goes on.
  /// - Throws: `EngineError.losesNewValues`; `.statusConflict` for a plan that keeps no old shape.
  public func rollback(
    _ id: PlanID, justification: String?, discarding accepted: Int64? = nil,
    onEvent: @escaping RunObserver
  ) async throws -> PlanOutcome {
    try await holding(id) { held in
      let (row, connection) = (held.row, held.connection)
      try await admit(.rollback, row, on: connection)
      let plan = try await readPlan(row, onEvent, on: connection).plan
      let shape = try requireKeeping(plan)
      if row.position.segment <= shape.swapsBackAt + 1 {
        try await NewValues(plan: plan, row: row)
          .requireNone(but: accepted, for: .rollback, settings: settings, onEvent, on: connection)
      }
      let options = RunOptions(allowDestructive: true, justification: justification)
      var outcome = try await drive(held, .rollback, options, onEvent, until: StopFlag())
      outcome.isRolledBack = outcome.kept == nil
      return outcome
    }
  }

  /// Gives the old shape of a plan up, which is complete then.
  ///
  /// - Throws: `EngineError.statusConflict` for a plan that keeps none, or whose way back has begun in earnest.
  public func retire(
    _ id: PlanID, justification: String?, onEvent: @escaping RunObserver
  ) async throws -> PlanOutcome {
    try await holding(id) { try await retire($0, justification, onEvent) }
  }

  func retire(
    _ held: HeldPlan, _ justification: String?, _ onEvent: @escaping RunObserver
  ) async throws -> PlanOutcome {
    let (row, connection) = (held.row, held.connection)
    try await admit(.retire, row, on: connection)
    let plan = try await readPlan(row, onEvent, on: connection).plan
    let shape = try requireKeeping(plan)
    guard row.position.segment <= shape.swapsBackAt + 1 else {
      throw EngineError.statusConflict(
        row.planID, row.status, .retire, nil, next: NextStep(.rollback(row.planID)))
    }
    let options = RunOptions(allowDestructive: true, justification: justification)
    return try await drive(held, .retire, options, onEvent, until: StopFlag())
  }

  /// Keeps the old shape longer, or less long, from now on.
  func keep(
    _ held: HeldPlan, _ keeping: KeepingTime, _ justification: String?,
    _ onEvent: @escaping RunObserver
  ) async throws -> PlanOutcome {
    let (row, connection) = (held.row, held.connection)
    let plan = try await readPlan(row, onEvent, on: connection).plan
    try await retryingRow(.finalize, row, onEvent, on: connection) {
      try await connection.transaction { [ledger] connection in
        try await ledger.keep(
          row.planID, for: keeping.duration, retiresUnattended: keeping.retiresUnattended,
          on: connection)
        try await ledger.record(
          .kept, of: row.planID, step: row.currentStep, justification: justification,
          on: connection)
      }
    }
    return PlanOutcome(try await self.row(row.planID, on: connection), of: plan)
  }

  @discardableResult
  func requireKeeping(_ plan: LivePlan) throws -> KeptShape {
    switch plan.keeping {
    case .possible(let shape): return shape
    case .refused(let reason): throw EngineError.cannotKeep(plan.header.planID, reason)
    case nil:
      throw EngineError.cannotKeep(
        plan.header.planID, "it swaps nothing, or an older version of this program made it")
    }
  }

  /// Plans whose old shape is kept no longer, and that no session drives.
  func overduePlans() async throws -> [PlanID] {
    try await settled(try await connection()) { connection in
      var overdue: [PlanID] = []
      for id in try await ledger.overdue(database: database.rawValue, on: connection)
      where try await PlanLock.holder(of: id, on: connection) == nil { overdue.append(id) }
      return overdue
    }
  }

  /// Gives the old shape of a plan up that its operator wanted to be kept no longer than until now.
  ///
  /// - Returns: Where the plan stands then; `nil` where it is somebody else's by now.
  func retireOverdue(_ id: PlanID, onEvent: @escaping RunObserver) async throws -> PlanStatus? {
    do {
      return try await holding(id) { held in
        let overdue = try await ledger.overdue(
          database: database.rawValue, on: held.connection)
        guard overdue.contains(id) else { return nil }
        return try await retire(held, "the time to keep the old shape is over", onEvent).status
      }
    } catch EngineError.heldElsewhere {
      return nil
    }
  }
}
