internal import Postgres

extension LiveEngine {
  /// Asks whoever drives the plan to stop; a plan whose runner died is paused at once.
  public func pause(_ id: PlanID) async throws -> PlanOutcome {
    let row = try await row(id, on: try await session.primary())
    try admit(.pause, row, RunOptions())
    do {
      return try await holding(id) { held in
        let (row, connection) = (held.row, held.connection)
        try admit(.pause, row, RunOptions())
        try await retryingRow(.pause, row, on: connection) {
          try await connection.transaction { [ledger] connection in
            try await ledger.setStatus(id, at: row.position, to: .paused, on: connection)
            try await ledger.record(.paused, of: id, on: connection)
          }
        }
        return PlanOutcome(
          try await self.row(id, on: connection),
          of: PlanDetail.FileState.read(row, in: workspace).plan)
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
        try admit(.abandon, row, RunOptions())
      }
      try await retryingRow(.abandon, row, on: connection) {
        try await connection.transaction { [ledger] connection in
          try await ledger.markAbandoned(row, justification: justification, on: connection)
        }
      }
      return PlanOutcome(
        try await self.row(id, on: connection),
        of: PlanDetail.FileState.read(row, in: workspace).plan)
    }
  }
}
