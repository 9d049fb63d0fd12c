internal import Postgres

/// Fills one table: leaf by leaf, pass by pass, window by window.
struct TableFiller: Sendable {
  let runner: PlanRunner
  let backfill: TableBackfill
  let position: PlanRow.Position
  let abilities: BackfillAbilities
  let board: BackfillBoard
  let helpers: HelperSessions
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
    board = BackfillBoard(
      settings: settings, progress: progress, inOrder: backfill.inOrder,
      inStrides: backfill.work == .set)
    helpers = HelperSessions(runner)
  }

  /// Fills what is left of the table from the row's cursor on.
  func fill(from row: PlanRow, on connection: PostgresConnection) async throws {
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await Canary(runner: runner, board: board).run() }
        try await fillLeaves(from: BackfillCursor(json: row.cursor), on: connection)
        group.cancelAll()
      }
    } catch {
      await helpers.close()
      throw error
    }
    await helpers.close()
  }

  private func fillLeaves(
    from known: BackfillCursor?, on connection: PostgresConnection
  ) async throws {
    var watch = BackfillWatch(runner: runner, position: position, board: board)
    var seen = try await leavesBefore(known, on: connection)
    while true {
      // A partition may be attached, with rows that no hook has seen, while another is filled.
      let leaves = try await Leaves.of(backfill.table, on: connection)
        .filter { !seen.contains($0.oid) }
      if leaves.isEmpty { return }
      for (index, leaf) in leaves.enumerated() {
        seen.insert(leaf.oid)
        let later = leaves[(index + 1)...].reduce(blocksAfter) { $0 + $1.blocks }
        board.with { $0.outlook.later = later }
        let cursor = known?.leaf == leaf.oid ? known : nil
        try await fill(leaf, from: cursor, &watch, on: connection)
      }
    }
  }

  /// The leaves that an earlier run has filled.
  private func leavesBefore(
    _ known: BackfillCursor?, on connection: PostgresConnection
  ) async throws -> Set<UInt32> {
    guard let known, let column = backfill.assignments.first?.column else { return [] }
    let done = try await Leaves.of(backfill.table, on: connection).map(\.oid)
      .filter { $0 < known.leaf }
    if done.isEmpty { return [] }
    return Set(done).subtracting(
      try await Leaves.attached(to: backfill.table, after: column, on: connection))
  }

  // MARK: - One leaf

  private func fill(
    _ start: BackfillCursor.Leaf, from known: BackfillCursor?, _ watch: inout BackfillWatch,
    on connection: PostgresConnection
  ) async throws {
    var leaf = start
    var pace = firstPace(leaf)
    var cursor =
      known.flatMap { $0.fileNode == leaf.fileNode ? $0 : nil } ?? BackfillCursor(leaf: leaf)
    while true {
      board.begin(cursor, leaf)
      let failure = try await failure(of: leaf, &pace, &watch, on: connection)
      guard let now = try await Leaves.leaf(leaf.oid, of: backfill.table, on: connection) else {
        // What was dropped or detached meanwhile is no part of the table any more.
        say("\(leaf.name) is no longer a part of \(backfill.table): left as it is")
        return
      }
      if let failure, now.name == leaf.name { throw failure }
      leaf = now
      cursor = board.with { $0.cursor } ?? cursor
      // A rewrite, as by VACUUM FULL, may have moved any row behind the cursor.
      if leaf.fileNode != cursor.fileNode {
        say("\(leaf.name) was rewritten: filled from its beginning")
        cursor = BackfillCursor(leaf: leaf)
      } else if cursor.isLastPass {
        return
      } else if cursor.isPassDone {
        cursor = cursor.sweeping(leaf)
      }
    }
  }

  /// Does a pass; returns what the server does not know, which a leaf of another name would explain.
  private func failure(
    of leaf: BackfillCursor.Leaf, _ pace: inout ChunkPace, _ watch: inout BackfillWatch,
    on connection: PostgresConnection
  ) async throws -> PostgresError? {
    let writer = ChunkWriter(
      runner: runner, backfill: backfill, leaf: leaf, position: position, abilities: abilities,
      board: board)
    do {
      try await pass(writer, &pace, &watch, on: connection)
    } catch is LeafChanged {
      return nil
    } catch let error as PostgresError where error.serverError?.sqlState.class == "42" {
      return error
    }
    return nil
  }

  private func firstPace(_ leaf: BackfillCursor.Leaf) -> ChunkPace {
    let (settings, rowLimit) = board.with { ($0.settings, $0.rowLimit) }
    return ChunkPace(
      target: settings.chunkTarget, rowLimit: rowLimit, rowsPerBlock: leaf.rowsPerBlock)
  }

  private func say(_ text: String) { runner.onEvent(.notice(runner.id, text)) }
}
