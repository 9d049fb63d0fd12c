internal import Postgres

/// When something goes wrong.
extension PlanRunner {
  /// Leaves a server that takes no changes, as after a failover: the next session may reach another, or this one later.
  func leaveStandby() async -> PostgresError {
    let info = session.existing?.info
    await session.close()
    return .server(
      ServerError(
        message: "the server\(info.map { " at \($0.host):\($0.port)" } ?? "") is a standby",
        sqlState: .readOnlySqlTransaction))
  }

  func blockers(at position: PlanRow.Position?) async -> [Blocker] {
    guard let position else { return [] }
    return await driven.blockers(of: plan.relations(of: position.step))
  }

  func kind(at position: PlanRow.Position?) -> StepKind {
    let index = min(position?.step ?? 0, plan.steps.count - 1)
    return plan.steps[max(index, 0)].kind
  }

  /// Leaves the plan at a safe point after the operator stopped it.
  func interrupted() async throws -> EngineError {
    let row = try? await driven.record { connection in
      guard let row = try await ledger.row(id, on: connection) else { return nil as PlanRow? }
      try await connection.transaction { connection in
        if row.status == .running {
          try await ledger.setStatus(id, at: row.position, to: .paused, on: connection)
        }
        try await ledger.record(
          .interrupted, of: id, step: kind(at: row.position), on: connection)
      }
      return try await ledger.row(id, on: connection)
    }
    return .interrupted(
      id, row?.status, row?.waitingGate, rows: row.flatMap(FilledRows.init),
      next: row.flatMap { again ?? plan.next(in: $0.status, at: $0.waitingGate) })
  }

  /// What goes on with a plan that keeps the old shape; `nil` for any other.
  private var again: NextStep? {
    switch command {
    case .rollback: NextStep(.rollback(id))
    case .retire: NextStep(.retire(id))
    default: nil
    }
  }

  /// What an error that no retry cures means for the plan.
  func refusal(
    _ error: PostgresError, at position: PlanRow.Position?, in chunk: ChunkFailure? = nil
  ) async throws -> any Error {
    guard let server = error.serverError else { return error }
    let kind = kind(at: position)
    let keys =
      if let chunk, let connection = session.existing {
        await offendingRows(chunk, on: connection)
      } else {
        [String]()
      }
    return try await driven.record { connection in
      guard let row = try await ledger.row(id, on: connection) else { return error }
      let status = Remedy.status(after: server, in: row.status)
      try await connection.transaction { connection in
        try await ledger.setStatus(
          id, at: row.position, to: status, error: error.description, on: connection)
        let action: PlanEvent.Action = status == .failed ? .failed : .error
        try await ledger.record(
          action, of: id, step: kind, detail: error.description, on: connection)
      }
      return status == .failed
        ? EngineError.stepFailed(id, kind, server)
        : EngineError.dataRefused(
          id, status, kind, server, keys: keys,
          next: again.map {
            NextStep($0.action, after: server.isAboutData ? .rows : .cause)
          }
            ?? plan.next(
              in: status, at: Gate(before: kind), after: server.isAboutData ? .rows : .cause))
    }
  }
}
