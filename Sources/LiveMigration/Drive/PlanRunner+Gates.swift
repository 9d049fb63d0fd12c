internal import Postgres

extension PlanRunner {
  /// Asks the gate queries; passes when they agree and the operator approved.
  func validate(
    _ gates: [GateQuery], at position: PlanRow.Position, on connection: PostgresConnection
  ) async throws -> PlanRow.Position {
    try await checkForStop(on: connection)
    try await ledger.forgetGate(id, on: connection)
    let outcomes = try await outcomes(of: gates, at: position, on: connection)
    guard outcomes.allSatisfy(\.agrees), options.approvals.contains(.validate) else {
      throw try await stop(at: .validate, outcomes, position, on: connection)
    }
    return try await move(
      from: position, to: after(position), approving: .validate, on: connection)
  }

  /// Asks a gate's question before a constraint binds clients.
  ///
  /// - Throws: What stands in the way, as an error of the data.
  func lookFirst(
    _ gate: GateQuery, at position: PlanRow.Position, on connection: PostgresConnection
  ) async throws {
    try await ledger.forgetGate(id, on: connection)
    let outcomes = try await GateAsker(runner: self, position: position).ask([gate], on: connection)
    try await ledger.forgetGate(id, on: connection)
    guard let refused = outcomes.first(where: { !$0.agrees }) else { return }
    if let error = refused.error { throw PostgresError.server(error) }
    var error = ServerError(
      message: "rows stand in the way of \(gate.name): " + refused.sample.joined(separator: "; "),
      sqlState: .checkViolation)
    error.hint = "Nothing was done yet, and clients are not bound."
    throw PostgresError.server(error)
  }

  /// Asks once more what must be true of the rows, right before what is legacy goes.
  ///
  /// The gate before the cut-over may have been passed days ago, and rows have been written since.
  func askAgain(at position: PlanRow.Position, on connection: PostgresConnection) async throws {
    let gates = plan.gatesAskedAgain(at: position.step)
    guard !gates.isEmpty else { return }
    try await checkForStop(on: connection)
    try await ledger.forgetGate(id, on: connection)
    let outcomes = try await GateAsker(runner: self, position: position).ask(gates, on: connection)
    guard outcomes.allSatisfy(\.agrees) else {
      throw try await stop(at: .finalize, outcomes, position, on: connection)
    }
  }

  /// Asks a gate's own query.
  func ask(
    _ gate: GateQuery, on connection: PostgresConnection
  ) async throws -> GateOutcome {
    var outcome = GateOutcome(name: gate.name, expected: gate.expected, sample: [])
    do {
      outcome.found = try await plan.session.run(on: connection) { connection in
        try await connection.query(SQL(raw: gate.query)).only().decode(0)
      }
      if !outcome.agrees, let sample = gate.sample {
        outcome.sample = try await plan.session.run(on: connection) { connection in
          try await connection.query(SQL(raw: sample)).map { try $0.decode(0) }
        }
      }
    } catch PostgresError.server(let error) where error.isAboutData {
      outcome.error = error
    }
    return outcome
  }

  /// Passes a gate that asks nothing of the data, when it is approved.
  func passOrStop(
    _ gate: Gate, _ statements: [PlannedStatement], at position: PlanRow.Position,
    on connection: PostgresConnection
  ) async throws -> PlanRow.Position {
    try await checkForStop(on: connection)
    guard options.approvals.contains(gate) else {
      throw try await stop(at: gate, [], position, on: connection)
    }
    return try await move(
      from: position, to: after(position), doing: statements, approving: gate, on: connection)
  }

  /// Leaves the plan waiting at a gate.
  func stop(
    at gate: Gate, _ outcomes: [GateOutcome], _ position: PlanRow.Position,
    on connection: PostgresConnection
  ) async throws -> Stop {
    let refused = outcomes.filter { !$0.agrees }
    let error = refused.isEmpty ? nil : EngineError.gateDisagreed(id, gate, outcomes).description
    let kind = plan.steps[position.step].kind
    try await connection.transaction { connection in
      try await ledger.setStatus(
        id, at: position, to: gate.status, error: error, on: connection)
      try await ledger.record(
        refused.isEmpty ? .gateReached : .gateRefused, of: id, step: kind,
        detail: error ?? gate.rawValue, on: connection)
    }
    return .gate(gate, outcomes)
  }
}
