internal import Postgres

/// Fills one table, leaf by leaf, window by window.
struct TableFiller: Sendable {
  let runner: PlanRunner
  let backfill: TableBackfill
  let position: PlanRow.Position
  let silencesTriggers: Bool

  private var settings: LiveSettings { runner.settings }
  private var surroundings: BackfillSurroundings { BackfillSurroundings(settings: settings) }

  /// Fills what is left of the table from the row's cursor on.
  func fill(from row: PlanRow, on connection: PostgresConnection) async throws {
    let leaves = try await Leaves.of(backfill.table, on: connection)
    var state = State(row: row, settings: settings)
    for leaf in leaves {
      var cursor = state.cursor
      if let known = cursor, known.leaf > leaf.oid { continue }
      if cursor?.leaf != leaf.oid { cursor = nil }
      state.progress.table = leaf.name
      try await fill(leaf, from: cursor, &state, on: connection)
    }
  }

  /// What goes along from chunk to chunk.
  private struct State {
    var cursor: BackfillCursor?
    var progress: BackfillProgress
    var rate = SlidingRate()
    var blockRate = SlidingRate()
    var strides: Int
    var nextLook = ContinuousClock.now

    init(row: PlanRow, settings: LiveSettings) {
      cursor = BackfillCursor(json: row.cursor)
      progress = BackfillProgress(json: row.backfillState) ?? BackfillProgress(table: "")
      progress.rowsDone = row.rowsDone
      progress.rowsTotal = row.rowsTotal
      progress.waitingFor = nil
      strides = settings.strides
    }
  }

  private func fill(
    _ leaf: BackfillCursor.Leaf, from known: BackfillCursor?, _ state: inout State,
    on connection: PostgresConnection
  ) async throws {
    let first = ChunkPace.firstWindow(
      rows: leaf.estimatedRows, blocks: leaf.blocks, strides: state.strides,
      rowLimit: settings.backfillChunkSize)
    var pace = ChunkPace(
      target: settings.chunkTarget, rowLimit: settings.backfillChunkSize,
      windowBlocks: known?.windowBlocks ?? first)
    var cursor =
      known.flatMap { $0.fileNode == leaf.fileNode ? $0 : nil }
      ?? BackfillCursor(leaf: leaf, strides: state.strides, windowBlocks: pace.windowBlocks)
    while true {
      while !cursor.isPassDone {
        try await lookAround(&state, on: connection)
        cursor = try await chunk(cursor, leaf, &pace, &state, on: connection)
      }
      if cursor.sweep > 0 && cursor.changedInPass == 0 { break }
      let now = try await Leaves.leaf(leaf.oid, on: connection)
      guard let now else { break }
      cursor =
        now.fileNode == cursor.fileNode
        ? cursor.sweeping(now)
        : BackfillCursor(leaf: now, strides: state.strides, windowBlocks: pace.windowBlocks)
    }
    state.cursor = cursor
  }

  // MARK: - One chunk

  private func chunk(
    _ cursor: BackfillCursor, _ leaf: BackfillCursor.Leaf, _ pace: inout ChunkPace,
    _ state: inout State, on connection: PostgresConnection
  ) async throws -> BackfillCursor {
    let begin = ContinuousClock.now
    let isWindowEnd = cursor.stride + 1 == cursor.strides
    if isWindowEnd { pace.endWindow() }
    let shape = (pace.windowBlocks, cursor.sweep > 0 ? 1 : state.strides)
    let progress = state.progress
    let done = try await connection.transaction { connection in
      try await prepare(connection)
      let rows = try await connection.execute(update(leaf, cursor)).affectedRows
      let next = cursor.advanced(rows: rows, next: shape)
      let pauses = try await runner.ledger.recordChunk(
        runner.id, at: position, cursor: try next.json(), rows: rows, state: try progress.json(),
        on: connection)
      return (rows: rows, next: next, pauses: pauses)
    }
    let duration = ContinuousClock.now - begin
    pace.took(duration, rows: done.rows)
    report(done.rows, duration, from: cursor, to: done.next, &state)
    if done.pauses { throw PlanRunner.Stop.pauseRequested }
    if runner.stop.isRaised { throw PlanRunner.Stop.left }
    try Task.checkCancellation()
    try await holdRate(done.rows, duration)
    return done.next
  }

  /// The chunk's own settings; they end with its transaction.
  private func prepare(_ connection: PostgresConnection) async throws {
    try await connection.execute(
      """
      SELECT set_config('lock_timeout', \("\(settings.lockTimeout.milliseconds)ms"), true),
        set_config('statement_timeout', '0', true),
        set_config('synchronous_commit', 'off', true),
        set_config('djogi.live_migrate.suppress_events', '1', true),
        set_config('session_replication_role', \(silencesTriggers ? "replica" : "origin"), true)
      """, prepare: true)
  }

  private func update(_ leaf: BackfillCursor.Leaf, _ cursor: BackfillCursor) -> SQL {
    let assignments = backfill.assignments.map { assignment -> SQL in
      "\(identifier: assignment.column) = \(raw: assignment.expression)"
    }.joined()
    // The last stride takes whatever the others left.
    let isLast = cursor.stride + 1 == cursor.strides
    let stride: SQL =
      isLast
      ? ""
      : " AND (pg_catalog.hashtid(ctid) & \(raw: "\(cursor.strides - 1)")) = \(raw: "\(cursor.stride)")"
    return """
      UPDATE ONLY \(raw: leaf.name) SET \(sql: assignments)
      WHERE ctid >= '(\(raw: "\(cursor.block)"),0)'::tid
        AND ctid < '(\(raw: "\(cursor.windowEnd)"),0)'::tid\(sql: stride)
        AND (\(raw: backfill.condition))
      """
  }

  private func report(
    _ rows: Int, _ duration: Duration, from old: BackfillCursor, to new: BackfillCursor,
    _ state: inout State
  ) {
    state.rate.add(Double(rows))
    let blocks = new.block - old.block
    if blocks > 0 { state.blockRate.add(Double(blocks)) }
    state.progress.rowsDone += Int64(rows)
    state.progress.rowsPerSecond = state.rate.perSecond()
    state.progress.chunkMilliseconds = duration.seconds * 1000
    state.progress.windowBlocks = Int(old.windowBlocks)
    state.progress.strides = old.strides
    state.progress.sweep = old.sweep
    let speed = state.blockRate.perSecond()
    state.progress.secondsLeft =
      speed > 0 && old.sweep == 0 ? Double(new.endBlock - new.block) / speed : nil
    runner.onEvent(.backfill(runner.id, state.progress))
  }

  // MARK: - Politeness

  /// Looks once a second whether to wait, and once a window could gain from strides.
  private func lookAround(
    _ state: inout State, on connection: PostgresConnection
  ) async throws {
    guard ContinuousClock.now >= state.nextLook else { return }
    state.nextLook = ContinuousClock.now + .seconds(1)
    let pinned = try await surroundings.pinnedHorizon(on: connection)
    if let pinned, state.strides > 1 {
      runner.onEvent(.notice(runner.id, "\(pinned): one pass over each window until it ends"))
    }
    state.strides = pinned == nil ? settings.strides : 1
    while let reason = try await surroundings.reasonToWait(on: connection) {
      state.progress.waitingFor = reason
      runner.onEvent(.waiting(runner.id, reason))
      try await runner.checkForStop(on: connection)
      try await Task.sleep(for: .seconds(1))
    }
    state.progress.waitingFor = nil
  }

  /// Sleeps for as long as the rows of this chunk are worth under the ceiling.
  private func holdRate(_ rows: Int, _ duration: Duration) async throws {
    guard let ceiling = settings.maxRowsPerSecond, ceiling > 0 else { return }
    let owed = Duration.seconds(Double(rows) / Double(ceiling)) - duration
    if owed > .zero { try await Task.sleep(for: owed) }
  }
}
