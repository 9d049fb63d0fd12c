internal import Foundation
internal import Postgres
internal import SchemaChange

extension LiveEngine {
  /// Drives a plan to its next gate.
  public func run(
    _ id: PlanID, options: RunOptions, onEvent: @escaping RunObserver
  ) async throws -> PlanOutcome {
    try await drive(id, .run, options, onEvent)
  }

  /// Goes on after an interruption or a pause.
  public func resume(
    _ id: PlanID, options: RunOptions, onEvent: @escaping RunObserver
  ) async throws -> PlanOutcome {
    try await drive(id, .resume, options, onEvent)
  }

  /// Runs the contract phase; it is itself the word for everything destructive in it.
  ///
  /// - Parameters:
  ///   - id: The plan.
  ///   - justification: The operator's reason, which is recorded.
  ///   - keeping: How long the old shape is kept after the swap, in which `rollback` takes the swap back; `nil` to drop
  ///     it. A plan that keeps it already keeps it so long from now on.
  ///   - acceptsTriggers: Whether triggers that the role cannot silence may fire for rows of a window that follows.
  ///   - onEvent: Told what goes on.
  /// - Throws: `EngineError.cannotKeep` where the plan cannot.
  public func finalize(
    _ id: PlanID, justification: String?, keeping: KeepingTime? = nil,
    acceptsTriggers: Bool = false, onEvent: @escaping RunObserver
  ) async throws -> PlanOutcome {
    var options = RunOptions(
      allowDestructive: true, acceptsTriggers: acceptsTriggers, justification: justification)
    options.keeping = keeping
    return try await holding(id) { [options] held in
      if let keeping, held.row.kept != nil {
        return try await keep(held, keeping, justification, onEvent)
      }
      return try await drive(held, .finalize, options, onEvent, until: StopFlag())
    }
  }

  private func drive(
    _ id: PlanID, _ command: PlanCommand, _ options: RunOptions, _ onEvent: @escaping RunObserver
  ) async throws -> PlanOutcome {
    try await holding(id) { held in
      try await drive(held, command, options, onEvent, until: StopFlag())
    }
  }

  /// Drives a plan whose lock is held.
  func drive(
    _ held: HeldPlan, _ command: PlanCommand, _ options: RunOptions,
    _ onEvent: @escaping RunObserver, until stop: StopFlag
  ) async throws -> PlanOutcome {
    let (row, connection) = (held.row, held.connection)
    try await admit(command, row, options, on: connection)
    let file = try await readPlan(row, onEvent, on: connection)
    let plan = file.plan
    let source = try checkSource(row, plan, command, options)
    if options.keeping != nil { try requireKeeping(plan) }
    if recordsForeign, source.foreign == nil, place.layout.table != nil {
      onEvent(
        .notice(
          row.planID,
          "the migration's file cannot be read, so \(place.layout)'s table will not have its row"))
    }
    if plan.isDestructive, command.drivesForward, !options.allowDestructive {
      throw EngineError.destructive(row.planID, command, approvals: options.approvals)
    }
    if command.drivesForward || command == .finalize {
      try await FiringTriggers.check(
        plan, from: row, command, options, settings: settings, ledger, on: connection)
    }
    try await retryingRow(command, row, onEvent, until: stop, on: connection) {
      try await connection.transaction { [ledger] connection in
        try await ledger.claim(
          row.planID, at: row.position, forgetsPause: held.former.pauseRequested, on: connection)
        try await ledger.keepCopy(file, of: row, on: connection)
        try await self.recordStart(command, row, options, on: connection)
      }
    }
    if let workers = options.workers {
      try await retryingRow(command, row, onEvent, until: stop, on: connection) {
        try await keepTuning(
          [TuningChange(key: .workers, value: String(workers))], of: row,
          justification: options.justification, on: connection)
      }
    }
    let reminder = DriveReminder(
      plan, by: ledger.identity, Tuning(json: row.tuning).applied(to: settings))
    let notices = notifier.map { DriveNotices($0, plan, database: database) }
    let runner = PlanRunner(
      driven: held.driven, plan: plan, downChecksum: source.down, foreign: source.foreign,
      command: command, options: options, stop: stop,
      onEvent: { event in
        notices?.observe(event)
        reminder.observe(event)
        onEvent(event)
      },
      onSettings: { reminder.observe($0) })
    onEvent(.began(RunOutline(plan, at: row.position.step)))
    let reminding = reminder.remind(every: settings.reminderInterval, onEvent)
    defer { reminding.cancel() }
    do {
      let outcome = try await runner.drive()
      notices?.end(outcome)
      return outcome
    } catch {
      notices?.end(error)
      throw error
    }
  }

  // MARK: - Checks, in the order of the contract

  func admit(
    _ command: PlanCommand, _ row: PlanRow, _ options: RunOptions = RunOptions(),
    on connection: PostgresConnection
  ) async throws {
    let gate = row.currentStep.flatMap(Gate.init(before:))
    guard
      !Admission.accepts(
        command, in: row.status, at: gate, approving: options.approvals, isKept: row.kept != nil)
    else { return }
    var next = try await next(for: row, on: connection)
    switch (command, row.status) {
    case (.revert, .complete): next = NextStep(.writeMigration)
    case (_, .complete): next = NextStep(.plan())
    // It does not run, as was asked for.
    case (.pause, let status) where !status.isTerminal: next = NextStep(.show(row.planID))
    default: break
    }
    throw EngineError.statusConflict(
      row.planID, row.status, command, row.waitingGate, next: next)
  }

  /// Reads the plan that a row is about, and says so when its file had to be written again.
  func readPlan(
    _ row: PlanRow, _ onEvent: RunObserver, on connection: PostgresConnection
  ) async throws -> PlanFile {
    guard row.targetDatabase == database.rawValue else {
      throw EngineError.malformedRow("target_database of plan \(row.planID)", row.targetDatabase)
    }
    do {
      let found = try await PlanSource(workspace: workspace, ledger: ledger)
        .read(row, on: connection)
      if let remark = found.remark { onEvent(.notice(row.planID, remark)) }
      try checkRow(row, found.file.plan)
      return found.file
    } catch PlanFileError.unavailable(.missing(let path)) {
      throw EngineError.planFileMissing(row.planID, path: path)
    } catch PlanFileError.changed(let path, let recorded, let found) {
      throw EngineError.planFileChanged(row.planID, path: path, recorded: recorded, found: found)
    } catch let error as PlanFileError {
      let problem = PlanSituation.FileProblem(error, row, in: workspace)
      let situation = PlanSituation(
        row.planID, row.status, isDestructive: false, fileProblem: problem, leavesObjects: true)
      throw EngineError.planFileUnreadable(
        row.planID, reason: error.description, next: NextStep(situation))
    }
  }

  /// A row that was tampered with must not steer a plan to a place that it does not have.
  private func checkRow(_ row: PlanRow, _ plan: LivePlan) throws {
    let (header, position) = (plan.header, row.position)
    func malformed(_ column: String, _ value: String) -> EngineError {
      .malformedRow("\(column) of plan \(row.planID)", value)
    }
    guard row.originatingMigration == header.originatingMigration else {
      throw malformed("originating_migration", row.originatingMigration)
    }
    guard row.appLabel == header.appLabel else { throw malformed("app_label", row.appLabel) }
    guard position.step <= plan.steps.count else {
      throw malformed("current_step_index", "\(position.step)")
    }
    guard position.step < plan.steps.count else { return }
    let step = plan.steps[position.step]
    guard row.currentStep == step.kind else {
      throw malformed("current_step", row.currentStep?.rawValue ?? "NULL")
    }
    // The pieces of the way back come after the swap.
    let pieces = row.kept == nil ? 0 : plan.keeping?.shape?.wayBack.count ?? 0
    guard position.segment < max(step.body.pieceCount, 1) + pieces else {
      throw malformed("segment_index", "\(position.segment)")
    }
  }

  /// The migration must be the one that the plan was made from, unless the operator says otherwise.
  ///
  /// - Returns: The checksum of its way back, and what another tool's table is to say of it.
  private func checkSource(
    _ row: PlanRow, _ plan: LivePlan, _ command: PlanCommand, _ options: RunOptions
  ) throws -> (down: Checksum?, foreign: ForeignRow?) {
    let header = plan.header
    var reason: String?
    var down: Checksum?
    var foreign: ForeignRow?
    do {
      guard let version = MigrationVersion(rawValue: header.originatingMigration) else {
        throw EngineError.malformedRow("originating_migration", header.originatingMigration)
      }
      let file = try workspace.migration(version, appLabel: header.appLabel, database: database)
      let loaded = try file.load()
      down = loaded.downChecksum
      if recordsForeign { foreign = ForeignRow(file, loaded) }
      if loaded.checksum != header.sourceChecksum { reason = "has been changed since" }
    } catch let error as WorkspaceError {
      reason = "cannot be read: \(error)"
    }
    if let reason, !options.allowRawDangerous, command.drivesForward {
      throw EngineError.sourceChanged(
        row.planID, command, version: header.originatingMigration, reason: reason,
        approvals: options.approvals)
    }
    return (down, foreign)
  }

  private func recordStart(
    _ command: PlanCommand, _ row: PlanRow, _ options: RunOptions,
    on connection: PostgresConnection
  ) async throws {
    let action: PlanEvent.Action =
      switch command {
      case .finalize: .finalizing
      case .rollback: .rollingBack
      case .retire: .retiring
      case .run where row.status == .pending: .started
      default: .resumed
      }
    try await ledger.record(
      action, of: row.planID, step: row.currentStep, justification: options.justification,
      on: connection)
    if options.acceptsTriggers {
      try await ledger.record(
        .triggersAccepted, of: row.planID, justification: options.justification, on: connection)
    }
    if options.allowRawDangerous {
      try await ledger.record(
        .sourceDriftAccepted, of: row.planID, justification: options.justification,
        on: connection)
    }
  }
}

extension PlanCommand {
  /// Whether it drives a plan on, to its gates and past them, with an opt-in of its own for what destroys.
  var drivesForward: Bool { self == .run || self == .resume }
}
