internal import Postgres

/// Windows in which somebody holds a row that the backfill needs: it comes back to them, and does others meanwhile.
struct BlockedWindows: Sendable {
  private var windows: [Int64: (attempts: Int, due: ContinuousClock.Instant)] = [:]
  /// What the last attempt met.
  private(set) var error: PostgresError?

  /// With so many, it is no single row that somebody holds.
  static let most = 16
  private static let longestRest = Duration.seconds(8)

  /// Takes in that an attempt at a window failed.
  mutating func add(_ block: Int64, _ error: PostgresError, at now: ContinuousClock.Instant = .now)
  {
    let attempts = (windows[block]?.attempts ?? 0) + 1
    let rest = min(Duration.seconds(1 << min(attempts - 1, 3)), Self.longestRest)
    windows[block] = (attempts, now + rest)
    self.error = error
  }

  mutating func remove(_ block: Int64) { windows[block] = nil }

  /// A Boolean value telling whether it is too early to try a window again.
  func rests(_ block: Int64, at now: ContinuousClock.Instant = .now) -> Bool {
    windows[block].map { now < $0.due } ?? false
  }

  /// A Boolean value telling whether no more windows may be left open.
  var isFull: Bool { windows.count >= Self.most }
  /// A Boolean value telling whether there are none.
  var isEmpty: Bool { windows.isEmpty }
}

extension BackfillBoard {
  /// Why there is no window for a session.
  enum Rest: Sendable {
    /// The pass is over.
    case done
    /// The last windows are with other sessions.
    case others
    /// In all windows that are left somebody holds a lock.
    case blocked(PostgresError)
  }

  /// Why there was no window to claim.
  var rest: Rest {
    with { state in
      guard let cursor = state.cursor, !cursor.isPassDone else { return .done }
      if state.taken.isEmpty, let error = state.blocked.error, !state.blocked.isEmpty {
        return .blocked(error)
      }
      return .others
    }
  }

  /// Leaves a window in which somebody holds a lock for later.
  func block(_ window: BackfillCursor.Window, _ error: PostgresError) {
    with { state in
      state.taken.remove(window.block)
      state.blocked.add(window.block, error)
    }
  }
}

extension PostgresError {
  /// A Boolean value telling whether other sessions were in the way, and nothing else.
  var isLockConflict: Bool {
    [.lockNotAvailable, .deadlockDetected, .serializationFailure].contains(serverError?.sqlState)
  }
}
