internal import Postgres

extension PlanRunner {
  /// Fills the rest of a step's tables; returns the position after the step.
  func backfill(
    _ backfills: [TableBackfill], from start: PlanRow.Position,
    on connection: PostgresConnection
  ) async throws -> PlanRow.Position {
    let abilities = try await BackfillSurroundings(settings: settings).abilities(on: connection)
    var position = start
    for index in start.segment..<max(backfills.count, start.segment) {
      try await checkForStop(on: connection)
      guard var row = try await ledger.row(id, on: connection) else {
        throw EngineError.noSuchPlan(id)
      }
      if row.rowsTotal == nil {
        row.rowsTotal = try await estimate(backfills, on: connection)
        try await ledger.setTotal(id, at: position, rows: row.rowsTotal, on: connection)
      }
      onEvent(.segment(id, purpose: "fill \(backfills[index].table)"))
      let filler = TableFiller(
        runner: self, backfill: backfills[index], from: row, at: position, abilities: abilities)
      try await filler.fill(from: row, on: connection)
      let next =
        index + 1 == backfills.count
        ? after(position) : PlanRow.Position(step: position.step, segment: index + 1)
      position = try await move(from: position, to: next, on: connection)
    }
    if backfills.isEmpty { return try await move(from: start, to: after(start), on: connection) }
    return position
  }

  private func estimate(
    _ backfills: [TableBackfill], on connection: PostgresConnection
  ) async throws -> Int64? {
    var total: Int64 = 0
    for backfill in backfills {
      for leaf in try await Leaves.of(backfill.table, on: connection) {
        guard let rows = leaf.estimatedRows else { return nil }
        total += rows
      }
    }
    return total
  }
}
