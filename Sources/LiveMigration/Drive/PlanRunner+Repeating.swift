internal import Postgres

/// Statements made in batches, of whose rows clients have written more since.
extension PlanRunner {
  /// How often rows that match again are changed before the operator is asked.
  private static let mostPasses = 10

  /// Asks the gates; rows that a statement chooses again are changed in further passes, until there are none.
  func outcomes(
    of gates: [GateQuery], at position: PlanRow.Position, on connection: PostgresConnection
  ) async throws -> [GateOutcome] {
    for pass in gates.compactMap(\.pass) where !pass.listing.isEmpty {
      try await drop(pass.backfill.table, on: connection)
    }
    var passes = 0
    while true {
      let asker = GateAsker(runner: self, position: position)
      let outcomes = try await asker.ask(gates, on: connection)
      guard let refused = outcomes.first(where: { !$0.agrees }), let found = refused.found,
        let gate = gates.first(where: { $0.name == refused.name }), let pass = gate.pass
      else { return outcomes }
      guard passes < Self.mostPasses else {
        onEvent(
          .notice(
            id,
            "clients write rows that match as fast as passes change them; stop that, or abandon the plan and plan "
              + "again with -- djogi:once above the statement"))
        return outcomes
      }
      passes += 1
      onEvent(.notice(id, "\(gate.name): \(found); they are changed in another pass"))
      try await run(pass, at: position, on: connection)
    }
  }

  /// Drops the list of a pass that was cut off: what it has not changed is chosen again.
  private func drop(_ list: QualifiedName, on connection: PostgresConnection) async throws {
    let isThere: Bool = try await connection.query(
      "SELECT pg_catalog.to_regclass(\(list.quoted)) IS NOT NULL"
    ).only().decode(0)
    guard isThere else { return }
    let executor = SegmentExecutor(
      settings: settings, connection: connection, session: plan.session)
    try await executor.transaction(["DROP TABLE IF EXISTS \(list)"].planned)
  }

  /// Changes the rows that a statement chooses now.
  ///
  /// What is done is not chosen again, so that a pass which was cut off begins anew.
  private func run(
    _ pass: FurtherPass, at position: PlanRow.Position, on connection: PostgresConnection
  ) async throws {
    try await checkForStop(on: connection)
    let executor = SegmentExecutor(
      settings: settings, connection: connection, session: plan.session)
    try await executor.transaction(pass.listing) { connection in
      // While it works, the plan can be paused.
      try await ledger.setStatus(id, at: position, to: .running, on: connection)
    }
    guard var row = try await ledger.row(id, on: connection) else {
      throw EngineError.noSuchPlan(id)
    }
    row.cursor = nil
    let surroundings = BackfillSurroundings(settings: settings)
    let filler = TableFiller(
      runner: self, backfill: pass.backfill, from: row, at: position,
      abilities: try await surroundings.abilities(on: connection), blocksAfter: 0)
    try await filler.fill(from: row, on: connection)
    if !pass.ending.isEmpty { try await executor.transaction(pass.ending) }
  }
}
