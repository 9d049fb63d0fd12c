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

extension BackfillBoard {
  /// Whether a session beside the first is to end; it is no longer counted then.
  func dismissesHelper() -> Bool {
    with { state in
      guard state.failure != nil || state.helpers >= state.settings.workers else { return false }
      state.helpers -= 1
      return true
    }
  }
}
