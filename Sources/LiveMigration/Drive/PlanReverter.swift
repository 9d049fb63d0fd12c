internal import Postgres
internal import SchemaChange
internal import Synchronization

/// Takes back what a plan has added, from its recorded position to its beginning.
///
/// Each step back is committed with the position before it. What it undoes is harmless to undo twice, so that a piece
/// of work that was cut off, and may or may not have left something, is undone as well.
struct PlanReverter: Sendable {
  let driven: DrivenSession
  let plan: LivePlan
  let justification: String?
  let onEvent: RunObserver

  private var id: PlanID { plan.header.planID }
  private var ledger: PlanLedger { driven.ledger }

  /// Undoes everything that was or may have been done, the last first.
  func revert(from start: PlanRow.Position) async throws {
    let place = Mutex(start)
    let retrying = Retrying(
      settings: driven.settings,
      blockers: { await blockers(at: place.withLock(\.self)) },
      onPause: { onEvent($0.event(id, $1)) },
      spent: { attempt in
        let kind = kind(at: place.withLock(\.self))
        await driven.note(attempt.error, at: kind)
        return EngineError.retriesSpent(
          id, .revert, kind, attempts: attempt.attempts, attempt.error, blockers: attempt.blockers,
          next: NextStep(.revert(id)))
      })
    do {
      try await retrying.run { budget in
        let (connection, _) = try await driven.connection()
        guard let row = try await ledger.row(id, on: connection) else {
          throw EngineError.noSuchPlan(id)
        }
        let isFurther = place.withLock { place in
          defer { place = row.position }
          return row.position != place
        }
        if isFurther { budget.renew() }
        // What is gone already needs no word: it may have been taken back before.
        try await connection.script("SET client_min_messages = warning")
        try await back(from: row, on: connection)
        try await ledger.markReverted(id, justification: justification, on: connection)
      }
    } catch is CancellationError {
      let kind = kind(at: place.withLock(\.self))
      try? await driven.record { [id, ledger] in
        try await ledger.record(.interrupted, of: id, step: kind, on: $0)
      }
      throw EngineError.revertInterrupted(id)
    } catch let error as PostgresError {
      let kind = kind(at: place.withLock(\.self))
      await driven.note(error, at: kind)
      guard let server = error.serverError else { throw error }
      throw EngineError.dataRefused(
        id, .abandoned, kind, server, keys: [],
        next: NextStep(.revert(id), after: server.isAboutData ? .rows : .cause))
    }
  }

  /// The sessions in the way of what is undone at a place, or before it.
  private func blockers(at position: PlanRow.Position) async -> [Blocker] {
    let steps = [position.step, previous(position)?.step].compactMap(\.self)
    let statements = steps.flatMap { plan.undo(of: $0).flatMap(\.self) }
    return await driven.blockers(of: plan.relations(of: statements))
  }

  private func kind(at position: PlanRow.Position) -> StepKind {
    plan.steps[min(position.step, plan.steps.count - 1)].kind
  }

  private func back(from row: PlanRow, on connection: PostgresConnection) async throws {
    var position = row.position
    try await undoPreparation(at: position, on: connection)
    if row.startedAt != nil, plan.steps.indices.contains(position.step),
      plan.steps[position.step].mayHaveBegun(at: position.segment),
      try await isOwn(plan.steps[position.step].body.segments[position.segment], on: connection)
    {
      try await undo(at: position, to: position, on: connection)
    }
    while let before = previous(position) {
      try Task.checkCancellation()
      try await undo(at: before, to: before, from: position, on: connection)
      position = before
    }
  }

  /// Whether what a segment may have left behind is the plan's own, and no index of the same name.
  private func isOwn(_ segment: Segment, on connection: PostgresConnection) async throws -> Bool {
    try await IndexClaim(segment.work, id: id, ledger: ledger)?.isTaken(on: connection) ?? true
  }

  /// Takes back what a swap that was to keep the old shape had made before it.
  private func undoPreparation(
    at position: PlanRow.Position, on connection: PostgresConnection
  ) async throws {
    guard plan.steps.indices.contains(position.step),
      plan.steps[position.step].kind == .cleanupLegacyState, let shape = plan.keeping?.shape
    else { return }
    let executor = SegmentExecutor(
      settings: driven.settings, connection: connection, session: plan.session)
    for statement in shape.preparation.flatMap(\.undo) {
      try await executor.run(.outsideTransaction(statement: statement)) { _ in }
    }
  }

  /// The place before a place; `nil` at the beginning of the plan, or of a window after another's clean-up.
  private func previous(_ position: PlanRow.Position) -> PlanRow.Position? {
    if position.segment > 0 {
      return PlanRow.Position(step: position.step, segment: position.segment - 1)
    }
    guard position.step > 0, plan.steps[position.step - 1].kind != .cleanupLegacyState else {
      return nil
    }
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
      settings: driven.settings, connection: connection, session: plan.session)
    let inside = statements.filter(\.isTransactional)
    if !statements.isEmpty {
      let purpose = plan.steps[place.step].body.segments[place.segment].purpose
      onEvent(.segment(id, purpose: "take back: \(purpose)"))
    }
    for statement in statements where !statement.isTransactional {
      try await executor.run(.outsideTransaction(statement: statement)) { _ in }
    }
    let kind = plan.steps.indices.contains(place.step) ? plan.steps[place.step].kind : nil
    try await executor.run(.transactional(statements: inside)) { connection in
      guard let position else { return }
      try await ledger.advance(
        id, from: position, to: next, step: kind, status: .abandoned, on: connection)
    }
  }
}
