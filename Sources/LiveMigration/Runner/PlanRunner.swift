internal import Foundation
internal import Postgres
internal import SchemaChange

/// Drives one plan from its recorded position to the next place where it must stop.
///
/// The caller holds the plan's lock. Whatever happens on the way, the plan's row says where to go on: each move is
/// committed together with the work that it stands for.
struct PlanRunner: Sendable {
  let session: EngineSession
  let ledger: PlanLedger
  let plan: LivePlan
  /// The checksum of the migration's way back, recorded when the plan completes.
  let downChecksum: Checksum?
  let settings: LiveSettings
  let command: PlanCommand
  let options: RunOptions
  /// Raised when the plan is to be left as it is.
  let stop: StopFlag
  let onEvent: RunObserver

  var id: PlanID { plan.header.planID }

  /// Why a round of work ended although nothing went wrong.
  enum Stop: Error {
    case pauseRequested
    case left
    case gate(Gate, [GateOutcome])
  }

  func drive() async throws -> PlanOutcome {
    var budget = RetryBudget(settings)
    var last: PlanRow.Position?
    var lastCursor: String?
    // Where the plan stands now, some steps after a round's start.
    var place: PlanRow.Position?
    // The caller took the lock in this session, and claimed the plan; a new session has no lock yet.
    var lock = KeptLock(id, in: session.existing)
    var isClaimed = true
    while true {
      do {
        let connection = try await session.primary()
        // Before anything else, for a stranger may have the plan's row.
        try await connection.settle(settings)
        if try await lock.keep(on: connection) { isClaimed = false }
        let row = try await row(on: connection)
        if !isClaimed {
          try await claimAgain(row, on: connection)
          isClaimed = true
        }
        if row.position != last || row.cursor != lastCursor { budget.renew() }
        (last, lastCursor, place) = (row.position, row.cursor, row.position)
        return try await goOn(row, &place, on: connection)
      } catch let error as PostgresError where error.isTransient {
        try await waitOut(error, &budget, at: place)
      } catch EngineError.standby {
        try await waitOut(await leaveStandby(), &budget, at: place)
      } catch let error as PostgresError where error.sqlState == .readOnlySqlTransaction {
        _ = await leaveStandby()
        try await waitOut(error, &budget, at: place)
      } catch is CancellationError {
        throw try await interrupted()
      } catch let failure as ChunkFailure {
        throw try await refusal(failure.error, at: place, in: failure)
      } catch let error as PostgresError {
        throw try await refusal(error, at: place)
      }
    }
  }

  /// Writes down that the driver goes on in another session.
  ///
  /// A claim is told from what somebody else left behind by the age of the session that has the lock.
  private func claimAgain(_ row: PlanRow, on connection: PostgresConnection) async throws {
    try await connection.transaction { connection in
      try await ledger.claim(id, at: row.position, forgetsPause: false, on: connection)
      try await ledger.record(.reconnected, of: id, on: connection)
    }
    onEvent(.reconnected(id))
  }

  private func row(on connection: PostgresConnection) async throws -> PlanRow {
    guard let row = try await ledger.row(id, on: connection) else {
      throw EngineError.noSuchPlan(id)
    }
    return row
  }

  // MARK: - Going on

  private func goOn(
    _ row: PlanRow, _ place: inout PlanRow.Position?, on connection: PostgresConnection
  ) async throws -> PlanOutcome {
    var position = row.position
    if row.status == .pending || row.status == .paused {
      try await ledger.setStatus(id, at: position, to: .running, on: connection)
    }
    do {
      while position.step < plan.steps.count {
        let step = plan.steps[position.step]
        onEvent(.stepStarted(id, step.kind, ordinal: step.ordinal, of: plan.steps.count))
        position = try await perform(step, from: position, on: connection)
        place = position
      }
      return PlanOutcome(try await self.row(on: connection), of: plan)
    } catch Stop.gate(let gate, let outcomes) {
      onEvent(.gateReached(id, gate, outcomes))
      let outcome = PlanOutcome(
        try await self.row(on: connection), of: plan, gate: gate, gates: outcomes)
      if outcomes.contains(where: { !$0.agrees }) {
        throw EngineError.gateDisagreed(id, gate, outcomes, isDestructive: plan.isDestructive)
      }
      return outcome
    } catch Stop.left {
      return PlanOutcome(try await self.row(on: connection), of: plan)
    } catch Stop.pauseRequested {
      let row = try await self.row(on: connection)
      try await connection.transaction { connection in
        try await ledger.setStatus(id, at: row.position, to: .paused, on: connection)
        try await ledger.record(.paused, of: id, on: connection)
      }
      return PlanOutcome(try await self.row(on: connection), of: plan)
    }
  }

  /// Does a step, and returns the position after it.
  private func perform(
    _ step: PlanStep, from position: PlanRow.Position, on connection: PostgresConnection
  ) async throws -> PlanRow.Position {
    switch step.parameters {
    case .expandSchema(let segments), .runReversibleSchemaOp(let segments):
      return try await run(segments, from: position, on: connection)
    case .cleanupLegacyState(let segments):
      try await askAgain(at: position, on: connection)
      return try await run(segments, from: position, on: connection)
    case .beginCompatibilityWindow(let hooks):
      let segments = hooks.map { hook in
        Segment.transaction("open the window on \(hook.table).\(hook.column)", hook.install)
      }
      return try await run(segments, from: position, on: connection)
    case .backfillChunked(let backfills):
      return try await backfill(backfills, from: position, on: connection)
    case .validateBackfill(let gates):
      return try await validate(gates, at: position, on: connection)
    case .cutoverReads:
      return try await passOrStop(.cutoverReads, [], at: position, on: connection)
    case .cutoverWrites:
      return try await passOrStop(
        .cutoverWrites, plan.hooks.flatMap(\.preferShadow), at: position, on: connection)
    case .finalizeConstraints(let segments):
      guard command == .finalize else {
        throw try await stop(at: .finalize, [], position, on: connection)
      }
      return try await run(segments, from: position, on: connection)
    }
  }

  // MARK: - When something goes wrong

  /// Leaves a server that takes no changes, as after a failover: the next session may reach another, or this one later.
  private func leaveStandby() async -> PostgresError {
    let info = session.existing?.info
    await session.close()
    return .server(
      ServerError(
        message: "the server\(info.map { " at \($0.host):\($0.port)" } ?? "") is a standby",
        sqlState: .readOnlySqlTransaction))
  }

  private func waitOut(
    _ error: PostgresError, _ budget: inout RetryBudget, at position: PlanRow.Position?
  ) async throws {
    if stop.isRaised { throw Stop.left }
    let wasLost = await session.existing?.isAlive != true
    let blockers = wasLost ? [] : await blockers(at: position)
    guard let delay = budget.next() else {
      // Where no server answers there is nowhere to write it down, and what happened is still told.
      try? await shielded { connection in
        try await ledger.note(error: error.description, of: id, on: connection)
        try await ledger.record(.error, of: id, detail: error.description, on: connection)
      }
      throw EngineError.retriesSpent(
        id, command, kind(at: position), attempts: budget.attempts, error, blockers: blockers,
        isDestructive: plan.isDestructive)
    }
    onEvent(
      .retrying(id, attempt: budget.attempts, limit: budget.limit, delay: delay, error, blockers))
    do {
      try await stop.sleep(for: delay)
    } catch {
      throw try await interrupted()
    }
    if stop.isRaised { throw Stop.left }
  }

  private func blockers(at position: PlanRow.Position?) async -> [Blocker] {
    guard let position, let connection = session.existing else { return [] }
    return (try? await Blockers.of(plan.statements(of: position.step), on: connection)) ?? []
  }

  private func kind(at position: PlanRow.Position?) -> StepKind {
    let index = min(position?.step ?? 0, plan.steps.count - 1)
    return plan.steps[max(index, 0)].kind
  }

  /// Leaves the plan at a safe point after the operator stopped it.
  private func interrupted() async throws -> EngineError {
    let row = try? await shielded { connection in
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
      id, row?.status, row?.currentStep.flatMap(Gate.init(before:)),
      isDestructive: plan.isDestructive)
  }

  /// What an error that no retry mends means for the plan.
  private func refusal(
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
    return try await shielded { connection in
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
          id, status, kind, server, keys: keys, isDestructive: plan.isDestructive)
    }
  }

  /// Runs what must be written although the task was cancelled.
  private func shielded<Result: Sendable>(
    _ body: @escaping @Sendable (PostgresConnection) async throws -> Result
  ) async throws -> Result {
    let session = session
    return try await Task { try await body(try await session.connection()) }.value
  }
}
