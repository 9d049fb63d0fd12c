internal import Postgres

/// Swaps that keep the old shape, and what comes after them.
///
/// The plan stays at the clean-up then. Its first piece is the swap; those after it are the pieces of the way back.
extension PlanRunner {
  /// Swaps, and keeps the old shape.
  func swap(
    _ shape: KeptShape, _ keeping: KeepingTime, from position: PlanRow.Position,
    on connection: PostgresConnection
  ) async throws -> Stop {
    for segment in shape.preparation {
      try await checkForStop(on: connection)
      onEvent(.segment(id, purpose: segment.purpose))
      // Each can be done again: the plan does not move for it.
      _ = try await run(segment, from: position, to: position, on: connection) { _ in }
    }
    try await checkForStop(on: connection)
    onEvent(.segment(id, purpose: shape.swap.purpose))
    let kind = plan.steps[position.step].kind
    let next = PlanRow.Position(step: position.step, segment: 1)
    _ = try await run(shape.swap, from: position, to: next, within: swapBudget, on: connection) {
      [id, ledger, options] connection in
      try await ledger.advance(
        id, from: position, to: next, step: kind, status: .finalizing, on: connection)
      try await ledger.keep(
        id, for: keeping.duration, retiresUnattended: keeping.retiresUnattended, on: connection)
      try await ledger.record(
        .kept, of: id, step: kind, justification: options.justification, on: connection)
    }
    return .kept
  }

  /// Goes on with the way back, to its end: the plan stands before its swap then.
  func rollBack(
    from start: PlanRow.Position, on connection: PostgresConnection
  ) async throws -> Stop {
    guard let shape = plan.keeping?.shape, start.segment > 0 else { return .kept }
    // What is gone already needs no word.
    try await connection.script("SET client_min_messages = warning")
    var position = start
    let kind = plan.steps[start.step].kind
    for (index, segment) in shape.wayBack.enumerated().dropFirst(start.segment - 1) {
      try Task.checkCancellation()
      onEvent(.segment(id, purpose: segment.purpose))
      let isLast = index + 1 == shape.wayBack.count
      let from = position
      let next =
        isLast
        ? PlanRow.Position(step: shape.returnsTo, segment: 0)
        : PlanRow.Position(step: start.step, segment: index + 2)
      let isSwap = index == shape.swapsBackAt
      _ = try await run(
        segment, from: from, to: next, within: isSwap ? swapBudget : nil, on: connection
      ) { [self] connection in
        let landing = plan.steps[next.step].kind
        let status: PlanStatus =
          isLast ? Gate(before: landing)?.status ?? .paused : .finalizing
        try await ledger.advance(
          id, from: from, to: next, step: isLast ? landing : kind, status: status, on: connection)
        guard isLast else { return }
        try await ledger.endKeeping(id, on: connection)
        try await ledger.record(
          .rolledBack, of: id, step: landing, justification: options.justification,
          on: connection)
      }
      position = next
    }
    return .kept
  }

  /// Gives the old shape up: the plan is complete then.
  func retire(
    from position: PlanRow.Position, on connection: PostgresConnection
  ) async throws -> PlanRow.Position {
    guard let shape = plan.keeping?.shape else { return position }
    onEvent(.segment(id, purpose: shape.retirement.purpose))
    let next = after(position)
    return try await run(
      shape.retirement, from: position, to: next, within: swapBudget, on: connection
    ) { [self] connection in
      try await ledger.endKeeping(id, on: connection)
      try await advance(from: position, to: next, approving: nil, on: connection)
    }
  }
}
