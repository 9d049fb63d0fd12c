internal import Postgres

extension TableFiller {
  /// One pass over a leaf: by this session, and by as many more as the settings ask for.
  ///
  /// Only this session looks around. The others end when it stops, and what they leave undone it takes over.
  func pass(
    _ writer: ChunkWriter, _ pace: inout ChunkPace, _ watch: inout BackfillWatch,
    on connection: PostgresConnection
  ) async throws {
    let board = board
    let (start, look) = (pace, watch)
    (pace, watch) = try await withThrowingTaskGroup(of: Void.self) { group in
      var (pace, watch) = (start, look)
      var helpers = HelperCount()
      while true {
        try Task.checkCancellation()
        try await watch.look(on: connection)
        if let failure = board.with({ $0.failure }) { throw failure }
        let missing = helpers.missing(board)
        for _ in 0..<missing {
          let pace = pace
          group.addTask { await help(writer, pace) }
        }
        guard let window = board.claim(blocks: pace.windowBlocks) else {
          if board.with({ $0.taken.isEmpty }) { break }
          // The last windows of the others.
          try await Task.sleep(for: .milliseconds(5))
          continue
        }
        try await fill(window, writer, &pace, &watch, on: connection)
      }
      try await group.waitForAll()
      return (pace, watch)
    }
    if let failure = board.with({ $0.failure }) { throw failure }
  }

  /// Does a window's strides; the settings may change between any two of them.
  private func fill(
    _ window: BackfillCursor.Window, _ writer: ChunkWriter, _ pace: inout ChunkPace,
    _ watch: inout BackfillWatch, on connection: PostgresConnection
  ) async throws {
    var current = window
    do {
      while true {
        try await watch.look(on: connection)
        let looksAround = watch.isWaiterLookDue()
        let next = try await stride(current, writer, &pace, looksAround, on: connection)
        guard let next else { return }
        current = next
      }
    } catch {
      board.release(window)
      throw error
    }
  }

  /// Does one stride; returns the window's next one, `nil` at its end.
  private func stride(
    _ window: BackfillCursor.Window, _ writer: ChunkWriter, _ pace: inout ChunkPace,
    _ looksAround: Bool, on connection: PostgresConnection
  ) async throws -> BackfillCursor.Window? {
    let result = try await writer.write(window, looksAround: looksAround, on: connection)
    pace.took(result.duration, rows: result.rows)
    if result.waiters > 0 {
      pace.clientsWait()
      let clients = result.waiters == 1 ? "1 client waits" : "\(result.waiters) clients wait"
      board.with { $0.progress.easedFor = clients + " for rows of the backfill" }
    }
    let (next, progress) = board.committed(window, result)
    runner.onEvent(.backfill(runner.id, progress))
    if result.pauses { throw PlanRunner.Stop.pauseRequested }
    if runner.stop.isRaised { throw PlanRunner.Stop.left }
    try Task.checkCancellation()
    if next == nil {
      let (settings, strides) = board.with { ($0.settings, $0.choice.strides) }
      (pace.target, pace.rowLimit) = (settings.chunkTarget, settings.backfillChunkSize)
      pace.endWindow(
        strideFactor: progress.sweep > 0 ? 1 : Double(strides) / Double(window.strides))
      if looksAround, pace.ease == 1 { board.with { $0.progress.easedFor = nil } }
    }
    try await holdRate(result)
    return next
  }

  /// Sleeps for as long as the rows of this chunk are worth under the ceiling.
  private func holdRate(_ result: ChunkResult) async throws {
    let (limit, sessions) = board.with { ($0.settings.maxRowsPerSecond, $0.helpers + 1) }
    guard let limit else { return }
    let owed = ChunkPace.owed(
      rows: result.rows, took: result.duration, sessions: sessions, rowsPerSecond: limit)
    if owed > .zero { try await Task.sleep(for: owed) }
  }

  // MARK: - The other sessions

  /// Fills windows on a session of its own until there are none, or fewer sessions are wanted.
  private func help(_ writer: ChunkWriter, _ start: ChunkPace) async {
    var pace = start
    var held: BackfillCursor.Window?
    var opened: PostgresConnection?
    do {
      let connection = try await runner.session.another()
      opened = connection
      _ = board.with { $0.sessions.insert(connection.info.backendPID) }
      while board.with({ $0.failure == nil && $0.settings.workers > $0.helpers }),
        let window = board.claim(blocks: pace.windowBlocks)
      {
        held = window
        while let current = held {
          while board.with({ $0.reason != nil }) { try await Task.sleep(for: .milliseconds(100)) }
          held = try await stride(current, writer, &pace, false, on: connection)
        }
      }
    } catch {
      if let held { board.release(held) }
      leave(error)
    }
    await opened?.close()
    if let opened { _ = board.with { $0.sessions.remove(opened.info.backendPID) } }
    board.with { $0.helpers -= 1 }
  }

  /// What only concerns this session is said; anything else ends the backfill.
  private func leave(_ error: any Error) {
    switch error {
    case is CancellationError: break
    case let error as PostgresError where error.isTransient:
      runner.onEvent(
        .notice(runner.id, "a worker stopped, its window goes to another: \(error)"))
    default: board.with { $0.failure = $0.failure ?? error }
    }
  }
}

/// How many sessions must be opened, so that there are as many as the settings ask for.
struct HelperCount {
  private var next = ContinuousClock.now

  /// Counts the missing sessions as opened; none for a second after that.
  mutating func missing(_ board: BackfillBoard) -> Int {
    guard ContinuousClock.now >= next else { return 0 }
    let missing = board.with { state in
      let hasWork = (state.cursor?.nextBlock ?? 0) < (state.cursor?.endBlock ?? 0)
      let missing = hasWork ? max(state.settings.workers - 1 - state.helpers, 0) : 0
      state.helpers += missing
      return missing
    }
    if missing > 0 { next = .now + .seconds(1) }
    return missing
  }
}
