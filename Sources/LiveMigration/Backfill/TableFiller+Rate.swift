extension BackfillBoard.State {
  /// The most rows of a transaction: under a ceiling about a second's worth, so that no session rests for long.
  var rowLimit: Int {
    guard let limit = settings.maxRowsPerSecond else { return settings.backfillChunkSize }
    return min(settings.backfillChunkSize, max(limit / max(settings.workers, 1), 1))
  }
}

extension TableFiller {
  /// No session is deaf for longer than this.
  private static var longestSlice: Duration { .milliseconds(500) }

  /// Rests for as long as the rows of a chunk are worth under the ceiling of the moment.
  ///
  /// - Parameter look: Looks between two pieces of a longer rest at what was asked for meanwhile.
  func holdRate(_ result: ChunkResult, _ look: () async throws -> Void) async throws {
    let end = ContinuousClock.now
    guard var rest = owed(for: result, since: end) else {
      board.with { $0.heldTo = nil }
      return
    }
    while true {
      try await Task.sleep(for: min(rest, Self.longestSlice))
      guard let more = owed(for: result, since: end) else { return }
      rest = more
      try await look()
    }
  }

  private func owed(for result: ChunkResult, since end: ContinuousClock.Instant) -> Duration? {
    board.with { state in
      guard let limit = state.settings.maxRowsPerSecond else { return nil }
      let owed = ChunkPace.owed(
        rows: result.rows, took: result.duration + (.now - end), sessions: state.helpers + 1,
        rowsPerSecond: limit)
      guard owed > .zero else { return nil }
      state.heldTo = limit
      return owed
    }
  }
}
