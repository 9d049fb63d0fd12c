internal import Postgres

extension LiveEngine {
  /// Holds the plan's lock while `body` runs, and shows the plan's row as it is then.
  func holding<Result: Sendable>(
    _ id: PlanID, _ body: (PlanRow, PostgresConnection) async throws -> Result
  ) async throws -> Result {
    try await holding(id) { row, _, connection in try await body(row, connection) }
  }

  /// The same, with the plan's row as it was before the lock was taken beside the one of now.
  func holding<Result: Sendable>(
    _ id: PlanID, _ body: (PlanRow, _ former: PlanRow, PostgresConnection) async throws -> Result
  ) async throws -> Result {
    try await settled { connection in
      let former = try await row(id, on: connection)
      try await PlanLock.take(id, claim: former.claim, on: connection)
      do {
        let result = try await body(try await self.row(id, on: connection), former, connection)
        await release(id)
        return result
      } catch {
        await release(id)
        throw error
      }
    }
  }

  /// Runs `body` on a session in which nothing of ours waits for a stranger's lock for long, not even for a plan's row.
  func settled<Result: Sendable>(
    _ body: (PostgresConnection) async throws -> Result
  ) async throws -> Result {
    try await settled(try await session.primary()) { connection in
      try await ledger.prepare(on: connection)
      return try await body(connection)
    }
  }

  /// The same on a given session, for what only looks.
  func settled<Result: Sendable>(
    _ connection: PostgresConnection, _ body: (PostgresConnection) async throws -> Result
  ) async throws -> Result {
    do {
      try await connection.settle(settings)
      let result = try await body(connection)
      await unsettle()
      return result
    } catch {
      await unsettle()
      throw error
    }
  }

  /// Gives the lock back although the task may be cancelled.
  ///
  /// What fails here changes nothing of what was done: a session that is lost has lost its lock, and a claim without
  /// a lock counts for nothing.
  private func release(_ id: PlanID) async {
    let (session, ledger) = (session, ledger)
    await Task {
      guard let connection = session.existing, await connection.isAlive else { return }
      try? await ledger.release(id, on: connection)
      try? await PlanLock.release(id, on: connection)
    }.value
  }

  private func unsettle() async {
    let session = session
    await Task {
      guard let connection = session.existing, await connection.isAlive else { return }
      try? await connection.unsettle()
    }.value
  }

  /// Tries again, as often as the settings say, while a stranger keeps the plan's row from us.
  ///
  /// - Throws: `EngineError.notBegun` once that is too often; `PlanRunner.Stop.left` once the flag is raised.
  func patiently<Result: Sendable>(
    _ command: PlanCommand, _ row: PlanRow, _ onEvent: RunObserver = { _ in },
    until stop: StopFlag = StopFlag(), on connection: PostgresConnection,
    _ body: () async throws -> Result
  ) async throws -> Result {
    var budget = RetryBudget(settings)
    while true {
      if stop.isRaised { throw PlanRunner.Stop.left }
      do {
        return try await body()
      } catch let error as PostgresError where error.isTransient {
        // A lost session has lost the plan's lock too.
        guard await connection.isAlive else { throw error }
        let rows = ledger.tables.plans.quoted
        let blockers = (try? await Blockers.of(Set([rows]), on: connection)) ?? []
        guard let delay = budget.next() else {
          throw EngineError.notBegun(
            row, command, error, blockers: blockers, isDestructive: isDestructive(row))
        }
        onEvent(
          .retrying(
            row.planID, attempt: budget.attempts, limit: budget.limit, delay: delay, error,
            blockers))
        try await stop.sleep(for: delay)
      }
    }
  }
}
