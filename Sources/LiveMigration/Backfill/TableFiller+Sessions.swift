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
      var count = HelperCount()
      windows: while true {
        try Task.checkCancellation()
        try await watch.look(on: connection)
        if let failure = board.with({ $0.failure }) { throw failure }
        let missing = count.missing(board)
        for _ in 0..<missing {
          let pace = pace
          group.addTask { await help(writer, pace) }
        }
        guard let window = board.claim(pace) else {
          switch board.rest {
          case .done: break windows
          case .others: try await Task.sleep(for: .milliseconds(5))
          case .blocked(let error):
            try await nameBlockers(of: writer.leaf, on: connection)
            throw error
          }
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
        let next = try await stride(current, writer, &pace, looksAround, on: connection) {
          try await watch.look(on: connection)
          try await runner.checkForStop(on: connection)
        }
        guard let next else { return }
        current = next
      }
    } catch {
      board.release(window)
      throw error
    }
  }

  /// Does one stride; returns the window's next one, `nil` at its end, or when somebody holds a lock in it.
  ///
  /// - Parameter look: Looks around during a long rest.
  private func stride(
    _ window: BackfillCursor.Window, _ writer: ChunkWriter, _ pace: inout ChunkPace,
    _ looksAround: Bool, on connection: PostgresConnection, _ look: () async throws -> Void
  ) async throws -> BackfillCursor.Window? {
    // For a moment, so that what clients feel without the backfill is known.
    while board.with({ $0.rests }) { try await Task.sleep(for: .milliseconds(2)) }
    (pace.yields, pace.workBetweenNaps) = board.with { state in
      state.chunks += 1
      return (state.yields, state.slowdown.work)
    }
    defer { board.with { $0.chunks -= 1 } }
    let result: ChunkResult
    do {
      result = try await writer.write(
        window, nap: pace.nap, looksAround: looksAround, on: connection)
    } catch let error as PostgresError where error.isLockConflict {
      board.block(window, error)
      return nil
    } catch let error as PostgresError where error.serverError?.isAboutData == true {
      throw ChunkFailure(error: error, leaf: writer.leaf.oid, window: window)
    }
    pace.took(result.duration, rows: result.rows, blocks: window.end - window.block)
    if result.waiters > 0 { pace.clientsWait() }
    board.with { state in
      if result.waiters > 0 {
        state.waiters = result.waiters
      } else if pace.ease == 1 {
        state.waiters = 0
      }
    }
    let (next, progress) = board.committed(window, result)
    runner.onEvent(.backfill(runner.id, progress))
    if result.pauses { throw PlanRunner.Stop.pauseRequested() }
    if runner.stop.isRaised { throw PlanRunner.Stop.left }
    try Task.checkCancellation()
    if next == nil {
      let (settings, rowLimit) = board.with { ($0.settings, $0.rowLimit) }
      (pace.target, pace.rowLimit) = (settings.chunkTarget, rowLimit)
      pace.endWindow()
    }
    try await holdRate(result, look)
    return next
  }

  /// Says who holds the rows that are left.
  private func nameBlockers(
    of leaf: BackfillCursor.Leaf, on connection: PostgresConnection
  ) async throws {
    let names: Set = [leaf.name]
    let blocker = try await Blockers.of(names, on: connection).first
    let who = blocker.map { blocker in
      let name = blocker.applicationName.isEmpty ? "" : " (\(blocker.applicationName))"
      return "process \(blocker.pid)\(name), \(blocker.state), which holds "
    }
    let progress = board.with { state in
      state.progress.waitingFor = (who ?? "the session that holds ") + "rows of \(leaf.name)"
      return state.progress
    }
    runner.onEvent(.backfill(runner.id, progress))
    try await runner.ledger.recordState(
      runner.id, at: position, state: try progress.json(), on: connection)
  }

  // MARK: - The other sessions

  /// Fills windows on a session of its own until there are none, or fewer sessions are wanted.
  private func help(_ writer: ChunkWriter, _ start: ChunkPace) async {
    var pace = start
    var held: BackfillCursor.Window?
    var opened: PostgresConnection?
    var isCounted = true
    do {
      let connection = try await helpers.take()
      opened = connection
      _ = board.with { $0.sessions.insert(connection.info.backendPID) }
      while true {
        isCounted = !board.dismissesHelper()
        guard isCounted, let window = board.claim(pace) else { break }
        held = window
        while let current = held {
          try await waitForFirst()
          held = try await stride(current, writer, &pace, false, on: connection, waitForFirst)
        }
      }
      helpers.giveBack(connection)
      opened = nil
    } catch {
      if let held { board.release(held) }
      leave(error)
    }
    if let opened {
      await opened.close()
      _ = board.with { $0.sessions.remove(opened.info.backendPID) }
    }
    if isCounted { board.with { $0.helpers -= 1 } }
  }

  /// Waits while the first session waits: only that one looks around.
  private func waitForFirst() async throws {
    try Task.checkCancellation()
    while board.with({ $0.reason != nil }) { try await Task.sleep(for: .milliseconds(100)) }
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
