internal import LiveMigration
internal import Postgres
internal import Rehearsals

/// The commands of a round, from the plan's making to its end.
struct Drive: Sendable {
  let round: Round

  /// Makes the plan, drives it, and reverts it now and then; returns the status that it ends in.
  func toTheEnd() async throws -> PlanStatus {
    var id = try await makePlan()
    var reverts = 0
    for _ in 0..<100 {
      let row = try await look { try await $0.show(id).row }
      switch row.status {
      case .complete:
        if let error = row.lastError { round.fail("a complete plan has an error: \(error)") }
        return .complete
      case .failed: throw SoakError("the plan failed: \(row.lastError ?? "")")
      case .abandoned:
        try await perform(.revert, row)
        guard try await isReverted(id) else { continue }
        // What was reverted can be planned again.
        guard round.random.chance(50) else { return .abandoned }
        id = try await makePlan()
      default:
        if reverts == 0, round.random.chance(12) {
          reverts += 1
          round.tally.count("reverts", "\(row.currentStep?.rawValue ?? "")")
          try await perform(round.random.chance(30) ? .abandon : .revert, row)
        } else {
          if round.random.chance(15) { try await perform(.tune, row) }
          try await perform(command(for: row.status), row)
        }
      }
    }
    throw SoakError("the plan did not end")
  }

  private func command(for status: PlanStatus) -> PlanCommand {
    switch status {
    case .paused: .resume
    case .finalizing: .finalize
    case .running: round.random.chance(50) ? .run : .resume
    default: .run
    }
  }

  private func isReverted(_ id: PlanID) async throws -> Bool {
    try await look { try await $0.history(id) }.contains { $0.action == .reverted }
  }

  // MARK: - Engines

  private func engine(for blow: Blow? = nil) throws -> LiveEngine {
    let random = round.random
    var settings = LiveSettings()
    settings.validationThresholdRows = 1
    settings.backfillChunkSize = random.pick([50, 200, 1000])
    settings.workers = random.pick([1, 1, 2])
    settings.lockTimeout = .milliseconds(100)
    // Traffic alone never uses up so many.
    settings.lockRetries = 60
    switch blow?.fault {
    case .lockHeld: settings.lockRetries = 3
    case .backendTerminated, .serverStopped: settings.lockRetries = random.pick([1, 5, 60])
    default: break
    }
    settings.retryBase = .milliseconds(10)
    settings.retryCap = .milliseconds(50)
    settings.maxRowsPerSecond = random.pick([nil, 3_000])
    let (laboratory, database) = (round.laboratory, round.database)
    return LiveEngine(
      workspace: Workspace(folder: try round.workspace.folder), database: .main,
      settings: settings, node: 1,
      connect: { try await laboratory.connect(to: database, as: Round.engineName) })
  }

  /// Asks something of the ledger when nothing strikes.
  private func look<Answer: Sendable>(
    _ question: (LiveEngine) async throws -> Answer
  ) async throws -> Answer {
    let engine = try engine()
    do {
      let answer = try await question(engine)
      await engine.disconnect()
      return answer
    } catch {
      await engine.disconnect()
      throw error
    }
  }

  // MARK: - Commands

  private func makePlan() async throws -> PlanID {
    for _ in 0..<20 {
      let blow = round.nextBlow(among: Fault.whilePlanning)
      let engine = try engine(for: blow)
      round.note("plan")
      do {
        let results = try await struck(blow) {
          try await engine.plan(version: nil, app: nil, dryRun: false)
        }
        await engine.disconnect()
        guard case .planned(let file, _, _, _) = results.first else {
          throw SoakError("no plan was made: \(results)")
        }
        return file.plan.header.planID
      } catch let error where !(error is SoakError) {
        await engine.disconnect()
        try accept(error, after: blow)
        // The row may be there although no answer told of it.
        let rows = try await look { try await $0.list(statuses: nil, all: false) }
        if let row = rows.first {
          if blow?.fault == .planFileRefused { throw SoakError("a plan without a file: \(row)") }
          return row.planID
        }
      }
    }
    throw SoakError("no plan could be made")
  }

  private func perform(_ command: PlanCommand, _ row: PlanRow) async throws {
    let id = row.planID
    let blow = round.nextBlow(among: Fault.whileDriving)
    let engine = try engine(for: blow)
    round.note("\(command.rawValue)\(blow.map { " under \($0.fault.rawValue)" } ?? "")")
    var options = RunOptions(allowDestructive: true, justification: "soak")
    // All gates at once, or the one that the plan is at.
    let gate = row.currentStep.flatMap(Gate.init(before:)).map { [$0] } ?? []
    options.approvals = Set(round.random.chance(50) ? Gate.approvable : gate)
    let chosen = options
    do {
      try await struck(blow) {
        switch command {
        case .run: _ = try await engine.run(id, options: chosen) { _ in }
        case .resume: _ = try await engine.resume(id, options: chosen) { _ in }
        case .finalize: _ = try await engine.finalize(id, justification: "soak") { _ in }
        case .rollback: _ = try await engine.rollback(id, justification: "soak") { _ in }
        case .retire: _ = try await engine.retire(id, justification: "soak") { _ in }
        case .revert: _ = try await engine.revert(id, justification: "soak") { _ in }
        case .abandon: _ = try await engine.abandon(id, justification: "soak")
        case .pause: _ = try await engine.pause(id)
        case .tune:
          let workers = TuningChange(key: .workers, value: String(1 + round.random.int(below: 3)))
          _ = try await engine.tune(id, [workers])
        }
      }
    } catch let error {
      round.note("\(command.rawValue): \(error)")
      await engine.disconnect()
      try accept(error, after: blow)
    }
    await engine.disconnect()
    try await waitForLock(id)
  }

  private func struck<Result: Sendable>(
    _ blow: Blow?, _ command: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    if let blow { return try await blow.strike(command) }
    let trap = StatementTrap()
    defer { round.tally.add(statements: trap.count) }
    return try await trap.watch(command)
  }

  /// The server may need a moment to see that a session has gone.
  private func waitForLock(_ id: PlanID) async throws {
    for _ in 0..<200 {
      if try await look({ try await $0.show(id).holder }) == nil { return }
      try await Task.sleep(for: .milliseconds(20))
    }
    throw SoakError("the plan's lock is held although no session drives it")
  }

  // MARK: - What may be said

  /// Passes over an error that a fault explains; throws any other.
  private func accept(_ error: any Error, after blow: Blow?) throws {
    switch (blow?.fault, error) {
    case (.programGone, is SimulatedCrash): return
    case (.backendTerminated, let error as PostgresError) where error.isTransient: return
    case (.serverStopped, let error as PostgresError) where error.isTransient: return
    case (.backendTerminated, EngineError.retriesSpent(_, _, _, _, let error, _, _)),
      (.serverStopped, EngineError.retriesSpent(_, _, _, _, let error, _, _)):
      if error.isTransient { return }
    case (.lockHeld, EngineError.retriesSpent(_, _, let step, _, let error, let blockers, _)):
      if error.sqlState == .lockNotAvailable { return try checkNamed(blockers, step.rawValue) }
    case (.lockHeld, EngineError.tablesLocked(_, let blockers)):
      return try checkNamed(blockers, "plan")
    case (.planFileRefused, is PlanFileError): return
    case (.stopRequested, EngineError.interrupted), (.stopRequested, is CancellationError): return
    default: break
    }
    throw SoakError("after \(blow?.fault.rawValue ?? "no fault"): \(error)")
  }

  private func checkNamed(_ blockers: [Blocker], _ place: String) throws {
    let isNamed = blockers.contains { $0.applicationName == Outsider.name }
    guard isNamed || round.hasOutsiderLeft else {
      throw SoakError("at \(place) the outsider is not named: \(blockers)")
    }
  }
}
