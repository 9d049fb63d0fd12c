internal import Postgres

/// Fills one table: leaf by leaf, pass by pass, window by window.
struct TableFiller: Sendable {
  let runner: PlanRunner
  let backfill: TableBackfill
  let position: PlanRow.Position
  let abilities: BackfillAbilities
  let board: BackfillBoard
  /// Blocks of the tables that are filled after this one.
  let blocksAfter: Int64

  init(
    runner: PlanRunner, backfill: TableBackfill, from row: PlanRow, at position: PlanRow.Position,
    abilities: BackfillAbilities, blocksAfter: Int64
  ) {
    self.runner = runner
    self.backfill = backfill
    self.position = position
    self.abilities = abilities
    self.blocksAfter = blocksAfter
    var progress = BackfillProgress(json: row.backfillState)?.atRest ?? BackfillProgress(table: "")
    progress.rowsDone = row.rowsDone
    progress.rowsTotal = row.rowsTotal
    let settings = Tuning(json: row.tuning).applied(to: runner.settings)
    board = BackfillBoard(settings: settings, progress: progress)
  }

  /// Fills what is left of the table from the row's cursor on.
  func fill(from row: PlanRow, on connection: PostgresConnection) async throws {
    let known = BackfillCursor(json: row.cursor)
    var watch = BackfillWatch(runner: runner, position: position, board: board)
    let leaves = try await Leaves.of(backfill.table, on: connection)
    for (index, leaf) in leaves.enumerated() {
      if let known, known.leaf > leaf.oid { continue }
      let later = leaves[(index + 1)...].reduce(blocksAfter) { $0 + $1.blocks }
      board.with { $0.outlook.later = later }
      do {
        try await fill(leaf, from: known?.leaf == leaf.oid ? known : nil, &watch, on: connection)
      } catch let error as PostgresError where error.sqlState == .undefinedTable {
        // A partition that was dropped meanwhile has no rows left to fill.
        guard leaf.name != backfill.table.quoted,
          try await Leaves.leaf(leaf.oid, on: connection) == nil
        else { throw error }
      }
    }
  }

  private func fill(
    _ leaf: BackfillCursor.Leaf, from known: BackfillCursor?, _ watch: inout BackfillWatch,
    on connection: PostgresConnection
  ) async throws {
    let settings = board.with { $0.settings }
    let window = ChunkPace.firstWindow(
      rows: leaf.estimatedRows, blocks: leaf.blocks, strides: settings.strides,
      rowLimit: settings.backfillChunkSize)
    var pace = ChunkPace(
      target: settings.chunkTarget, rowLimit: settings.backfillChunkSize,
      windowBlocks: known?.open.map { $0.end - $0.block }.max() ?? window)
    var cursor =
      known.flatMap { $0.fileNode == leaf.fileNode ? $0 : nil } ?? BackfillCursor(leaf: leaf)
    while true {
      board.begin(cursor, leaf)
      let writer = ChunkWriter(
        runner: runner, backfill: backfill, leaf: leaf, position: position, abilities: abilities,
        board: board)
      try await pass(writer, &pace, &watch, on: connection)
      guard let now = try await Leaves.leaf(leaf.oid, on: connection) else { return }
      cursor = board.with { $0.cursor } ?? cursor
      // A rewrite, as by VACUUM FULL, may have moved any row behind the cursor.
      if now.fileNode != cursor.fileNode {
        runner.onEvent(.notice(runner.id, "\(leaf.name) was rewritten: filled from its beginning"))
        cursor = BackfillCursor(leaf: now)
      } else if cursor.isLastPass {
        return
      } else {
        cursor = cursor.sweeping(now)
      }
    }
  }
}
