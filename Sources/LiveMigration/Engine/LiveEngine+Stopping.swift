internal import Postgres

extension LiveEngine {
  /// Asks the session that drives the plan to stop; a plan whose runner died is paused at once.
  public func pause(_ id: PlanID) async throws -> PlanOutcome {
    let connection = try await session.primary()
    let row = try await row(id, on: connection)
    try await admit(.pause, row, on: connection)
    do {
      return try await holding(id) { held in
        let (row, connection) = (held.row, held.connection)
        try await admit(.pause, row, on: connection)
        try await retryingRow(.pause, row, on: connection) {
          try await connection.transaction { [ledger] connection in
            try await ledger.setStatus(id, at: row.position, to: .paused, on: connection)
            try await ledger.record(.paused, of: id, on: connection)
          }
        }
        return PlanOutcome(
          try await self.row(id, on: connection),
          of: try await source.glance(row, on: connection))
      }
    } catch EngineError.heldElsewhere {
      try await settled { connection in
        try await retryingRow(.pause, row, on: connection) {
          try await connection.transaction { [ledger] connection in
            try await ledger.requestPause(id, on: connection)
            try await ledger.record(.pauseRequested, of: id, on: connection)
          }
        }
      }
      return PlanOutcome(row, of: nil, isPauseRequest: true)
    }
  }

  /// Gives a plan up; the schema stays at the last completed step.
  ///
  /// A plan that is half reverted may be given up too: its file may be lost, and others wait for it.
  public func abandon(_ id: PlanID, justification: String?) async throws -> PlanOutcome {
    try await holding(id) { held in
      let (row, connection) = (held.row, held.connection)
      if row.revertState != .begun {
        try await admit(.abandon, row, on: connection)
      }
      try await retryingRow(.abandon, row, on: connection) {
        try await connection.transaction { [ledger] connection in
          try await ledger.markAbandoned(row, justification: justification, on: connection)
        }
      }
      let plan = try await source.glance(row, on: connection)
      let abandoned = try await self.row(id, on: connection)
      return PlanOutcome(
        abandoned, of: plan,
        leavesObjects: try await leavesObjects(abandoned, plan, on: connection))
    }
  }
}
