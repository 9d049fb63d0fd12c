internal import Postgres

extension LiveEngine {
  /// A plan whose lock this command holds.
  struct HeldPlan: Sendable {
    /// The plan's row as it is now.
    let row: PlanRow
    /// The row as it was before the lock was taken.
    let former: PlanRow
    /// The session that has the lock, while it lives.
    let connection: PostgresConnection
    /// The lock, and the session that is replaced when it is lost.
    let driven: DrivenSession
  }

  /// Holds the plan's lock while `body` runs.
  func holding<Result: Sendable>(
    _ id: PlanID, _ body: (HeldPlan) async throws -> Result
  ) async throws -> Result {
    try await settled { connection in
      let former = try await row(id, on: connection)
      let driven = try await DrivenSession.take(
        id, claim: former.claim, session: session, ledger: ledger, settings: settings,
        on: connection)
      do {
        let row = try await row(id, on: connection)
        let result = try await body(
          HeldPlan(row: row, former: former, connection: connection, driven: driven))
        await driven.release()
        return result
      } catch {
        await driven.release()
        throw error
      }
    }
  }

  /// Runs `body` on a session in which nothing of ours waits for another's lock for long, not even for a plan's row.
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

  private func unsettle() async {
    let session = session
    await withoutCancellation {
      guard let connection = session.existing, await connection.isAlive else { return }
      try? await connection.unsettle()
    }
  }

  /// What tries again a command that did not begin.
  private func again(_ command: PlanCommand, _ row: PlanRow) -> NextStep? {
    let id = row.planID
    switch command {
    case .run, .resume:
      let plan = PlanDetail.FileState.read(row, in: workspace).plan
      return NextStep(
        PlanSituation(
          id, row.status, at: row.waitingGate, isDestructive: plan?.isDestructive ?? false))
    case .finalize: return NextStep(.finalize(id))
    case .rollback: return NextStep(.rollback(id))
    case .retire: return NextStep(.retire(id))
    case .revert: return NextStep(.revert(id))
    case .pause: return NextStep(.pause(id))
    case .abandon: return NextStep(.abandon(id))
    case .tune: return NextStep(.tune(id))
    }
  }

  /// Tries again, as often as the settings say, while another session keeps the plan's row from us.
  ///
  /// - Throws: `EngineError.notBegun` once that is too often; `PlanRunner.Stop.left` once the flag is raised.
  func retryingRow<Result: Sendable>(
    _ command: PlanCommand, _ row: PlanRow, _ onEvent: @escaping RunObserver = { _ in },
    until stop: StopFlag = StopFlag(), on connection: PostgresConnection,
    _ body: () async throws -> Result
  ) async throws -> Result {
    let retrying = Retrying(
      settings: settings, stop: stop,
      // A lost session has lost the plan's lock too.
      accepts: { error in
        guard error.isTransient else { return false }
        return await connection.isAlive
      },
      blockers: {
        (try? await Blockers.of([self.ledger.tables.plans.quoted], on: connection)) ?? []
      },
      onPause: { onEvent($0.event(row.planID, $1)) },
      spent: {
        EngineError.notBegun(
          row, command, $0.error, blockers: $0.blockers, next: self.again(command, row))
      })
    return try await retrying.run { _ in try await body() }
  }
}
