internal import Postgres

/// Asks the questions of a gate, and meanwhile tells how far they are and hears who wants to stop.
struct GateAsker: Sendable {
  let runner: PlanRunner
  let position: PlanRow.Position
  private let board = GateBoard()

  init(runner: PlanRunner, position: PlanRow.Position) {
    self.runner = runner
    self.position = position
  }

  /// Asks until a gate disagrees.
  ///
  /// A pause that somebody asks for ends the question that is being asked: it changes nothing, and is asked again.
  func ask(
    _ gates: [GateQuery], on connection: PostgresConnection
  ) async throws -> [GateOutcome] {
    try await withThrowingTaskGroup(of: [GateOutcome]?.self) { group in
      group.addTask { try await answers(to: gates, on: connection) }
      group.addTask {
        try await GateWatch(runner: runner, position: position, board: board).run()
        return nil
      }
      defer { group.cancelAll() }
      while let answers = try await group.next() {
        if let answers { return answers }
      }
      throw CancellationError()
    }
  }

  private func answers(
    to gates: [GateQuery], on connection: PostgresConnection
  ) async throws -> [GateOutcome] {
    var outcomes: [GateOutcome] = []
    for pass in GatePass.passes(of: gates) {
      for gate in pass.gates {
        runner.onEvent(.segment(runner.id, purpose: "ask: \(gate.name)"))
      }
      outcomes += try await answers(to: pass, on: connection)
      // What does not convert would only make the next question fail.
      if outcomes.last?.agrees == false { break }
    }
    return outcomes
  }

  private func answers(
    to pass: GatePass, on connection: PostgresConnection
  ) async throws -> [GateOutcome] {
    board.begin(pass)
    do {
      if let outcomes = try await read(pass, on: connection) { return outcomes }
    } catch PostgresError.server(let error) where error.isAboutData {
      if let only = pass.gates.first, pass.gates.count == 1 {
        return [GateOutcome(name: only.name, expected: only.expected, error: error, sample: [])]
      }
    }
    // Which question the server had no answer to, only each by itself tells.
    var outcomes: [GateOutcome] = []
    for gate in pass.gates {
      let alone = GatePass(gate)
      if pass.gates.count > 1 {
        outcomes += try await answers(to: alone, on: connection)
      } else {
        outcomes.append(try await runner.ask(gate, on: connection))
      }
      if outcomes.last?.agrees == false { break }
    }
    return outcomes
  }

  /// Answers from a reading of the table; `nil` where that is not how it is answered.
  private func read(
    _ pass: GatePass, on connection: PostgresConnection
  ) async throws -> [GateOutcome]? {
    guard pass.table != nil else { return nil }
    let reading = GateReading(pass: pass, session: runner.plan.session) { done, total in
      board.read(done, of: total)
      if let progress = board.progress { runner.onEvent(.gate(runner.id, progress)) }
    }
    return try await connection.transaction(.snapshot) { connection -> [GateOutcome]? in
      guard let counts = try await reading.counts(on: connection) else { return nil }
      var outcomes: [GateOutcome] = []
      for (gate, count) in zip(pass.gates, counts) {
        var outcome = GateOutcome(
          name: gate.name, expected: gate.expected, found: count, sample: [])
        if !outcome.agrees, let sample = gate.sample {
          let rows = try await connection.query(SQL(raw: sample))
          outcome.sample = try rows.map { try $0.decode(0) }
        }
        outcomes.append(outcome)
        if !outcome.agrees { break }
      }
      return outcomes
    }
  }
}
