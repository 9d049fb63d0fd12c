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
        let leaves = try await leaves(of: backfills[...], on: connection)
        row.rowsTotal = BackfillCursor.Leaf.rows(of: leaves)
        try await ledger.setTotal(id, at: position, rows: row.rowsTotal, on: connection)
      }
      onEvent(.segment(id, purpose: "fill \(backfills[index].table)"))
      let later = try await leaves(of: backfills[(index + 1)...], on: connection)
      let filler = TableFiller(
        runner: self, backfill: backfills[index], from: row, at: position, abilities: abilities,
        blocksAfter: later.reduce(0) { $0 + $1.blocks })
      try await filler.fill(from: row, on: connection)
      let next =
        index + 1 == backfills.count
        ? after(position) : PlanRow.Position(step: position.step, segment: index + 1)
      position = try await move(from: position, to: next, on: connection)
    }
    if backfills.isEmpty { return try await move(from: start, to: after(start), on: connection) }
    return position
  }

  private func leaves(
    of backfills: ArraySlice<TableBackfill>, on connection: PostgresConnection
  ) async throws -> [BackfillCursor.Leaf] {
    var leaves: [BackfillCursor.Leaf] = []
    for backfill in backfills { leaves += try await Leaves.of(backfill.table, on: connection) }
    return leaves
  }
}

extension BackfillCursor.Leaf {
  /// About how many rows tables hold together; one that was never analysed is taken to be as full as the others.
  static func rows(of leaves: [BackfillCursor.Leaf]) -> Int64 {
    let known = leaves.filter { $0.blocks > 0 && ($0.estimatedRows ?? 0) > 0 }
    let (rows, blocks) = known.reduce((Int64(0), Int64(0))) { sum, leaf in
      (sum.0 + (leaf.estimatedRows ?? 0), sum.1 + leaf.blocks)
    }
    let perBlock = known.isEmpty ? 50 : Double(rows) / Double(blocks)
    let guessed = leaves.filter { ($0.estimatedRows ?? 0) == 0 }.reduce(0) { $0 + $1.blocks }
    return rows + Int64(Double(guessed) * perBlock)
  }
}
