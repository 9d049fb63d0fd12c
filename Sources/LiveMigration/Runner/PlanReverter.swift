internal import Postgres
internal import SchemaChange

/// Takes back what a plan has added, from its recorded position to its beginning.
///
/// Each step back is committed with the position before it. What it undoes is harmless to undo twice, so that a piece
/// of work that was cut off, and may or may not have left something, is undone as well.
struct PlanReverter: Sendable {
  let session: EngineSession
  let ledger: PlanLedger
  let plan: LivePlan
  let settings: LiveSettings
  let justification: String?
  let onEvent: RunObserver

  private var id: PlanID { plan.header.planID }

  /// Undoes everything that was or may have been done, the last first.
  func revert(from start: PlanRow.Position) async throws {
    var position = start
    var budget = RetryBudget(settings)
    // The caller took the lock in this session; a new one has no lock yet.
    var lock = KeptLock(id, in: session.existing)
    while true {
      do {
        let connection = try await session.primary()
        try await connection.settle(settings)
        _ = try await lock.keep(on: connection)
        guard let row = try await ledger.row(id, on: connection) else {
          throw EngineError.noSuchPlan(id)
        }
        if row.position != position { budget.renew() }
        position = row.position
        try await back(from: row, on: connection)
        try await ledger.markReverted(id, justification: justification, on: connection)
        return
      } catch let error as PostgresError where error.isTransient {
        let blockers = await blockers(at: position)
        guard let delay = budget.next() else {
          await note(error, at: position)
          throw EngineError.retriesSpent(
            id, .revert, kind(at: position), attempts: budget.attempts, error, blockers: blockers)
        }
        onEvent(
          .retrying(
            id, attempt: budget.attempts, limit: budget.limit, delay: delay, error, blockers))
        do { try await Task.sleep(for: delay) } catch { throw await interrupted(at: position) }
      } catch is CancellationError {
        throw await interrupted(at: position)
      } catch let error as PostgresError {
        await note(error, at: position)
        guard let server = error.serverError else { throw error }
        throw EngineError.dataRefused(id, .abandoned, kind(at: position), server, keys: [])
      }
    }
  }

  /// The sessions in the way of what is undone at a place, or before it.
  private func blockers(at position: PlanRow.Position) async -> [Blocker] {
    guard let connection = session.existing, await connection.isAlive else { return [] }
    let steps = [position.step, previous(position)?.step].compactMap(\.self)
    let statements = steps.flatMap { plan.undo(of: $0).flatMap(\.self) }
    return (try? await Blockers.of(statements, on: connection)) ?? []
  }

  private func interrupted(at position: PlanRow.Position) async -> EngineError {
    let kind = kind(at: position)
    await shielded { try await ledger.record(.interrupted, of: id, step: kind, on: $0) }
    return .revertInterrupted(id)
  }

  private func note(_ error: PostgresError, at position: PlanRow.Position) async {
    let kind = kind(at: position)
    await shielded { connection in
      try await ledger.note(error: error.description, of: id, on: connection)
      try await ledger.record(
        .error, of: id, step: kind, detail: error.description, on: connection)
    }
  }

  /// Writes something down although the task may be cancelled.
  ///
  /// Where no server answers there is nowhere to write it, and what happened is still told.
  private func shielded(
    _ body: @escaping @Sendable (PostgresConnection) async throws -> Void
  ) async {
    let session = session
    try? await Task { try await body(try await session.connection()) }.value
  }

  private func kind(at position: PlanRow.Position) -> StepKind {
    plan.steps[min(position.step, plan.steps.count - 1)].kind
  }

  private func back(from row: PlanRow, on connection: PostgresConnection) async throws {
    var position = row.position
    if row.startedAt != nil, plan.mayHaveBegun(at: position) {
      try await undo(at: position, to: position, on: connection)
    }
    while let before = previous(position) {
      try Task.checkCancellation()
      try await undo(at: before, to: before, from: position, on: connection)
      position = before
    }
  }

  /// The place before a place; `nil` at the beginning.
  private func previous(_ position: PlanRow.Position) -> PlanRow.Position? {
    if position.segment > 0 {
      return PlanRow.Position(step: position.step, segment: position.segment - 1)
    }
    guard position.step > 0 else { return nil }
    let count = plan.undo(of: position.step - 1).count
    return PlanRow.Position(step: position.step - 1, segment: max(count - 1, 0))
  }

  private func undo(
    at place: PlanRow.Position, to next: PlanRow.Position, from position: PlanRow.Position? = nil,
    on connection: PostgresConnection
  ) async throws {
    let pieces = plan.undo(of: place.step)
    let statements = pieces.indices.contains(place.segment) ? pieces[place.segment] : []
    let executor = SegmentExecutor(
      settings: settings, connection: connection, session: plan.session)
    let (inside, outside) = (
      statements.filter(Self.isTransactional), statements.filter { !Self.isTransactional($0) }
    )
    for statement in outside {
      onEvent(.segment(id, purpose: statement))
      try await executor.run(.outsideTransaction(statement: statement)) { _ in }
    }
    if let first = inside.first { onEvent(.segment(id, purpose: first)) }
    let kind = plan.steps.indices.contains(place.step) ? plan.steps[place.step].kind : nil
    try await executor.run(.transactional(statements: inside)) { connection in
      guard let position else { return }
      try await ledger.advance(
        id, from: position, to: next, step: kind, status: .abandoned, on: connection)
    }
  }

  private static func isTransactional(_ sql: String) -> Bool {
    (try? MigrationParser.parse(sql))?.allSatisfy(\.transactional) ?? true
  }
}

extension LivePlan {
  /// Whether the piece of work that comes next at a place may have left something already.
  ///
  /// What is done in a transaction is done together with the move to the next place; what is not done must not be
  /// undone, for somebody else may have done it since.
  fileprivate func mayHaveBegun(at position: PlanRow.Position) -> Bool {
    guard steps.indices.contains(position.step) else { return false }
    switch steps[position.step].parameters {
    case .expandSchema(let segments), .finalizeConstraints(let segments),
      .runReversibleSchemaOp(let segments):
      guard segments.indices.contains(position.segment) else { return false }
      if case .transactional = segments[position.segment].work { return false }
      return true
    default: return false
    }
  }

  /// What takes back each piece of a step, in the order in which the pieces were done.
  func undo(of step: Int) -> [[String]] {
    guard steps.indices.contains(step) else { return [] }
    switch steps[step].parameters {
    case .expandSchema(let segments), .finalizeConstraints(let segments),
      .runReversibleSchemaOp(let segments):
      return segments.map(\.undo)
    case .beginCompatibilityWindow(let hooks): return hooks.map(\.undo)
    case .backfillChunked, .validateBackfill, .cutoverReads, .cutoverWrites, .cleanupLegacyState:
      return []
    }
  }
}
