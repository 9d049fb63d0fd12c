internal import Foundation
internal import Postgres
internal import SchemaChange
internal import Synchronization

/// Drives one plan from its recorded position to the next place where it must stop.
///
/// The caller holds the plan's lock. Whatever happens on the way, the plan's row says where to go on: each move is
/// committed together with the work that it stands for.
struct PlanRunner: Sendable {
  let driven: DrivenSession
  let plan: LivePlan
  /// The checksum of the migration's way back, recorded when the plan completes.
  let downChecksum: Checksum?
  /// What another tool's table is to say of the migration when the plan completes.
  var foreign: ForeignRow?
  let command: PlanCommand
  let options: RunOptions
  /// Raised when the plan is to be left as it is.
  let stop: StopFlag
  let onEvent: RunObserver
  /// Told how the backfill is set whenever that may have changed.
  var onSettings: @Sendable (LiveSettings) -> Void = { _ in }

  var id: PlanID { plan.header.planID }
  var session: EngineSession { driven.session }
  var ledger: PlanLedger { driven.ledger }
  var settings: LiveSettings { driven.settings }

  /// Why a round of work ended although nothing went wrong.
  enum Stop: Error {
    /// With what asked for it, where that was no operator.
    case pauseRequested(String? = nil)
    case left
    /// The old shape is kept, or is there again.
    case kept
    case gate(Gate, [GateOutcome])
  }

  /// How far a drive has come.
  private struct Progress {
    /// Where the last round began.
    var start: PlanRow.Position?
    var cursor: String?
    /// Where the plan is now, some steps after that.
    var place: PlanRow.Position?
    /// Whether the session that drives has claimed the plan.
    var isClaimed = true
  }

  func drive() async throws -> PlanOutcome {
    var progress = Progress()
    let place = Mutex<PlanRow.Position?>(nil)
    let retrying = Retrying(
      settings: settings, stop: stop,
      blockers: { await blockers(at: place.withLock(\.self)) },
      onPause: { onEvent($0.event(id, $1)) },
      spent: { attempt in
        let kind = kind(at: place.withLock(\.self))
        await driven.note(attempt.error, at: nil)
        return EngineError.retriesSpent(
          id, command, kind, attempts: attempt.attempts, attempt.error, blockers: attempt.blockers,
          next: plan.next(again: command, at: kind))
      })
    do {
      return try await retrying.run { budget in
        defer { place.withLock { $0 = progress.place } }
        return try await round(&progress, &budget)
      }
    } catch is CancellationError {
      throw try await interrupted()
    } catch let failure as ChunkFailure {
      throw try await refusal(failure.error, at: progress.place, in: failure)
    } catch let error as PostgresError {
      throw try await refusal(error, at: progress.place)
    }
  }

  /// One attempt: from the recorded position to the next place where the plan must stop.
  private func round(
    _ progress: inout Progress, _ budget: inout RetryBudget
  ) async throws -> PlanOutcome {
    do {
      let (connection, isNew) = try await driven.connection()
      if isNew { progress.isClaimed = false }
      let row = try await row(on: connection)
      if !progress.isClaimed {
        try await claimAgain(row, on: connection)
        progress.isClaimed = true
      }
      if row.position != progress.start || row.cursor != progress.cursor { budget.renew() }
      (progress.start, progress.cursor, progress.place) = (row.position, row.cursor, row.position)
      return try await goOn(row, &progress.place, on: connection)
    } catch EngineError.standby {
      throw RetryLater(error: await leaveStandby())
    } catch let error as PostgresError where error.sqlState == .readOnlySqlTransaction {
      _ = await leaveStandby()
      throw RetryLater(error: error)
    }
  }

  /// Writes down that the driver goes on in another session.
  ///
  /// A claim is told from what another driver left behind by the age of the session that has the lock.
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
    // A session that was lost with its answer may have done all that was asked for.
    let isDone = command == .finalize ? row.kept != nil : command == .rollback && row.kept == nil
    if isDone { return PlanOutcome(row, of: plan) }
    if row.status == .pending || row.status == .paused {
      try await ledger.setStatus(id, at: position, to: .running, on: connection)
    }
    do {
      while position.step < plan.steps.count {
        let step = plan.steps[position.step]
        try await ForeignCode.refuse(.tables(plan.relations(of: position.step)), on: connection)
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
        throw EngineError.gateDisagreed(
          id, gate, outcomes, next: plan.next(in: gate.status, at: gate, after: .rows))
      }
      return outcome
    } catch Stop.left, Stop.kept {
      return PlanOutcome(try await self.row(on: connection), of: plan)
    } catch Stop.pauseRequested(let reason) {
      let row = try await self.row(on: connection)
      try await connection.transaction { connection in
        try await ledger.setStatus(
          id, at: row.position, to: .paused, error: reason, on: connection)
        try await ledger.record(.paused, of: id, detail: reason, on: connection)
      }
      var outcome = PlanOutcome(try await self.row(on: connection), of: plan)
      outcome.stoppedBy = reason
      return outcome
    }
  }

  /// Does a step, and returns the position after it.
  private func perform(
    _ step: PlanStep, from position: PlanRow.Position, on connection: PostgresConnection
  ) async throws -> PlanRow.Position {
    switch step.kind {
    case .expandSchema, .runReversibleSchemaOp, .beginCompatibilityWindow:
      return try await run(step.body.segments, from: position, on: connection)
    case .cleanupLegacyState:
      switch command {
      case .rollback: throw try await rollBack(from: position, on: connection)
      case .retire: return try await retire(from: position, on: connection)
      default: break
      }
      try await waitForOldSnapshots(on: connection)
      try await askAgain(at: position, on: connection)
      try await analyzeShadows(on: connection)
      if let keeping = options.keeping, let shape = plan.keeping?.shape {
        throw try await swap(shape, keeping, from: position, on: connection)
      }
      return try await run(
        step.body.segments, from: position, within: swapBudget, on: connection)
    case .backfillChunked:
      return try await backfill(step.body.backfills, from: position, on: connection)
    case .validateBackfill:
      return try await validate(step.body.gates, at: position, on: connection)
    case .cutoverReads:
      return try await passOrStop(
        .cutoverReads, step.body.approval, at: position, on: connection)
    case .cutoverWrites:
      return try await passOrStop(
        .cutoverWrites, plan.hooks(at: position.step).flatMap(\.preferShadow) + step.body.approval,
        at: position, on: connection)
    case .finalizeConstraints:
      guard command == .finalize else {
        throw try await stop(at: .finalize, [], position, on: connection)
      }
      return try await run(step.body.segments, from: position, on: connection)
    }
  }

  /// Gives the planner statistics of the new columns before clients meet them under their final names.
  ///
  /// A table that cannot be looked at now keeps clients from nothing: autovacuum will come by.
  func analyzeShadows(on connection: PostgresConnection) async throws {
    let columns = Dictionary(grouping: plan.hooks, by: \.table)
    for (table, hooks) in columns.sorted(by: { $0.key.quoted < $1.key.quoted }) {
      let names = Set(hooks.map(\.shadow)).sorted().map(Quoting.identifier)
      do {
        try await connection.execute(
          "ANALYZE \(identifier: table) (\(raw: names.joined(separator: ", ")))")
      } catch PostgresError.server(let error) {
        onEvent(.notice(id, "\(table) is not analysed: \(error.message)"))
      }
    }
  }

  /// How long a swap may hold its locks.
  var swapBudget: Duration { settings.swapBudget ?? max(settings.lockTimeout, .seconds(1)) }
}
