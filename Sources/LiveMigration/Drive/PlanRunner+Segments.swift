internal import Postgres

extension PlanRunner {
  /// Runs the rest of a step's segments; returns the position after the step.
  func run(
    _ segments: [Segment], from start: PlanRow.Position, within budget: Duration? = nil,
    on connection: PostgresConnection
  ) async throws -> PlanRow.Position {
    if segments.isEmpty {
      return try await move(from: start, to: after(start), on: connection)
    }
    var position = start
    for index in start.segment..<max(segments.count, start.segment) {
      try await checkForStop(on: connection)
      let segment = segments[index]
      onEvent(.segment(id, purpose: segment.purpose))
      let next =
        index + 1 == segments.count
        ? after(position) : PlanRow.Position(step: position.step, segment: index + 1)
      position = try await run(segment, from: position, to: next, within: budget, on: connection)
    }
    return position
  }

  /// Runs a segment, and moves the plan with it.
  func run(
    _ segment: Segment, from position: PlanRow.Position, to next: PlanRow.Position,
    within budget: Duration? = nil, on connection: PostgresConnection,
    recording record: (@Sendable (PostgresConnection) async throws -> Void)? = nil
  ) async throws -> PlanRow.Position {
    if case .ask(let gate) = segment.work {
      try await lookFirst(gate, at: position, on: connection)
    }
    let executor = SegmentExecutor(
      settings: settings, connection: connection, session: plan.session)
    let work = {
      try await executor.run(segment.work, within: budget) { connection in
        guard let record else {
          try await advance(from: position, to: next, approving: nil, on: connection)
          return
        }
        try await record(connection)
      }
    }
    guard !segment.work.isTransactional else {
      try await work()
      return next
    }
    try await IndexClaim(segment.work, id: id, ledger: ledger)?
      .take(at: plan.steps[position.step].kind, on: connection)
    let wait = ConcurrentWait(session: session, process: connection.info.backendPID) { who in
      onEvent(.waiting(id, who))
    }
    try await wait.watching(work)
    return next
  }

  /// The position at the start of the next step.
  func after(_ position: PlanRow.Position) -> PlanRow.Position {
    PlanRow.Position(step: position.step + 1, segment: 0)
  }

  /// Stops between two pieces of work when somebody asked for it.
  func checkForStop(on connection: PostgresConnection) async throws {
    try Task.checkCancellation()
    if stop.isRaised { throw Stop.left }
    if command != .finalize, try await ledger.isPauseRequested(id, on: connection) {
      throw Stop.pauseRequested()
    }
  }

  // MARK: - One move

  /// Commits statements and the plan's new position together; at the plan's end, its completion too.
  @discardableResult
  func move(
    from position: PlanRow.Position, to next: PlanRow.Position,
    doing statements: [PlannedStatement] = [],
    approving gate: Gate? = nil, on connection: PostgresConnection
  ) async throws -> PlanRow.Position {
    let executor = SegmentExecutor(
      settings: settings, connection: connection, session: plan.session)
    try await executor.run(.transactional(statements: statements)) { connection in
      try await advance(from: position, to: next, approving: gate, on: connection)
    }
    return next
  }

  /// Moves the plan within a transaction.
  func advance(
    from position: PlanRow.Position, to next: PlanRow.Position, approving gate: Gate?,
    on connection: PostgresConnection
  ) async throws {
    let isEnd = next.step == plan.steps.count
    let status: PlanStatus = isEnd ? .complete : command == .finalize ? .finalizing : .running
    try await ledger.advance(
      id, from: position, to: next, step: isEnd ? nil : plan.steps[next.step].kind, status: status,
      on: connection)
    let kind = plan.steps[position.step].kind
    if let gate {
      try await ledger.record(
        .gateApproved, of: id, step: kind, detail: gate.rawValue,
        justification: options.justification, on: connection)
    }
    if next.step != position.step {
      try await ledger.record(.stepCompleted, of: id, step: kind, on: connection)
    }
    if isEnd { try await complete(on: connection) }
  }

  /// The migration is applied in the moment in which its plan completes.
  private func complete(on connection: PostgresConnection) async throws {
    try await ledger.record(
      plan.header, down: downChecksum, justification: options.justification, foreign: foreign,
      on: connection)
    try await ledger.record(
      .completed, of: id, justification: options.justification, on: connection)
  }
}
