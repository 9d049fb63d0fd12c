internal import Foundation
internal import Synchronization

/// What the sessions of one backfill share: the cursor, the settings of the moment, the figures.
///
/// The cursor here holds what is known to be committed. Sessions may write it to the plan's row at any time.
final class BackfillBoard: Sendable {
  /// Everything shared.
  struct State: Sendable {
    var settings: LiveSettings
    var progress: BackfillProgress
    var cursor: BackfillCursor?
    var choice: StrideChoice
    var rate = SlidingRate()
    var outlook = BlockOutlook()
    /// The first blocks of windows that a session is at.
    var taken: Set<Int64> = []
    /// Clients that wait for rows of the backfill.
    var waiters = 0
    /// Clients' sessions that were at work when they were looked at; `nil` when none was.
    var clients: Int?
    /// What clients feel of the backfill.
    var slowdown = ClientSlowdown()
    /// Whether the sessions hold still, for what clients feel without them.
    var rests = false
    /// The transactions under way.
    var chunks = 0
    /// The definitions of leaves that were judged to run no code of other roles.
    var judged: [UInt32: String] = [:]
    /// Windows in which somebody holds a lock.
    var blocked = BlockedWindows()
    /// What all sessions wait for.
    var reason: String?
    /// The ceiling of rows that the last chunk rested for.
    var heldTo: Int?
    /// What ended the work of a session other than the first, and must end all of it.
    var failure: (any Error)?
    /// Sessions at work beside the first.
    var helpers = 0
    /// The server processes of those sessions.
    var sessions: Set<Int32> = []
    /// What was counted in the window or windows under way.
    var counts = UpdateCounts()
    /// What was counted in all; a last window of a few rows says nothing of a table.
    var allCounts = UpdateCounts()
  }

  private let state: Mutex<State>
  private let inOrder: Bool
  private let inStrides: Bool

  /// - Parameters:
  ///   - inOrder: Whether the rows are changed one after the other, as they are stored.
  ///   - inStrides: Whether new versions of the rows find room on their pages.
  init(
    settings: LiveSettings, progress: BackfillProgress, inOrder: Bool = false,
    inStrides: Bool = true
  ) {
    (self.inOrder, self.inStrides) = (inOrder, inStrides)
    let settings = Self.ordered(settings, inOrder, inStrides)
    state = Mutex(
      State(
        settings: settings, progress: progress,
        choice: StrideChoice(most: settings.strides, rowsPerBlock: 1)))
  }

  /// Looks at everything, or changes it.
  func with<Result: Sendable>(_ body: (inout sending State) -> sending Result) -> Result {
    state.withLock { body(&$0) }
  }

  /// Forgets what clients feel.
  func endCanary() {
    state.withLock { state in
      state.slowdown.end()
      state.rests = false
      state.progress.clientSlowdown = nil
    }
  }

  /// Takes in settings as they are now.
  func take(_ settings: LiveSettings) {
    let settings = Self.ordered(settings, inOrder, inStrides)
    state.withLock { state in
      state.settings = settings
      state.choice.most = settings.strides
    }
  }

  /// Rows are filled one after the other by one session, in one pass.
  private static func ordered(
    _ settings: LiveSettings, _ inOrder: Bool, _ inStrides: Bool
  ) -> LiveSettings {
    var settings = settings
    if inOrder || !inStrides { settings.strides = 1 }
    if inOrder { settings.workers = 1 }
    return settings
  }

  /// Begins a leaf, or a pass over it.
  func begin(_ cursor: BackfillCursor, _ leaf: BackfillCursor.Leaf) {
    state.withLock { state in
      state.cursor = cursor
      state.taken = []
      state.blocked = BlockedWindows()
      // What ended the last pass may have been about its leaf alone.
      state.failure = nil
      state.progress.table = leaf.name
      state.choice.rowsPerBlock = leaf.rowsPerBlock
    }
  }

  /// Gives a session a window: one that another session left behind, or a new one.
  func claim(_ pace: ChunkPace) -> BackfillCursor.Window? {
    state.withLock { state in
      guard var cursor = state.cursor else { return nil }
      defer { state.cursor = cursor }
      let strides = cursor.sweep > 0 ? 1 : state.choice.strides
      let (taken, blocked) = (state.taken, state.blocked)
      let window =
        cursor.open.first { !taken.contains($0.block) && !blocked.rests($0.block) }
        ?? (blocked.isFull
          ? nil
          : cursor.claim(
            blocks: pace.windowBlocks(strides: strides, isSweep: cursor.sweep > 0), strides: strides
          ))
      if let window { state.taken.insert(window.block) }
      return window
    }
  }

  /// Leaves a window to the next session.
  func release(_ window: BackfillCursor.Window) {
    state.withLock { _ = $0.taken.remove(window.block) }
  }

  /// The cursor as it will be once the current stride of a window is committed.
  func cursor(after window: BackfillCursor.Window, rows: Int) throws -> String {
    guard let cursor = state.withLock({ $0.cursor }) else { return "null" }
    return try cursor.advanced(window, rows: rows).json()
  }

  /// Takes in a committed stride; returns the window's next one, `nil` when the window is done.
  func committed(
    _ window: BackfillCursor.Window, _ done: ChunkResult
  ) -> (next: BackfillCursor.Window?, progress: BackfillProgress) {
    state.withLock { state in
      guard let cursor = state.cursor?.advanced(window, rows: done.rows) else {
        return (nil, state.progress)
      }
      state.cursor = cursor
      state.blocked.remove(window.block)
      state.counts = state.counts + done.counts
      state.allCounts = state.allCounts + done.counts
      let next = cursor.open.first { $0.block == window.block }
      if next == nil {
        state.taken.remove(window.block)
        state.endWindow(window, isSweep: cursor.sweep > 0)
      }
      state.report(done, window, cursor)
      return (next, state.progress)
    }
  }
}

extension BackfillBoard.State {
  /// A Boolean value telling whether clients are at work that the backfill must let through.
  var yields: Bool { clients != nil && settings.yieldsToClients }

  /// For whose sake the backfill is slower than it could be.
  var easedFor: String? {
    if waiters > 0 {
      (waiters == 1 ? "1 client waits" : "\(waiters) clients wait") + " for rows of the backfill"
    } else if let heldTo {
      "held to \(heldTo) rows a second"
    } else if let clients, yields {
      (clients == 1 ? "1 client is at work" : "\(clients) clients are at work")
        + (slowdown.ratio.map {
          String(format: ", %.1f × slower (limit %g ×)", $0, settings.clientSlowdown)
        } ?? "")
    } else {
      nil
    }
  }

  fileprivate mutating func endWindow(_ window: BackfillCursor.Window, isSweep: Bool) {
    if !isSweep {
      choice.endWindow(strides: window.strides, hotShare: counts.heapOnlyShare)
    }
    counts = UpdateCounts()
  }

  fileprivate mutating func report(
    _ done: ChunkResult, _ window: BackfillCursor.Window, _ cursor: BackfillCursor
  ) {
    rate.add(Double(done.rows))
    let isSweep = cursor.sweep > 0
    outlook.add(
      Double(window.end - window.block) / Double(window.strides), isSweep: isSweep)
    progress.rowsDone += Int64(done.rows)
    progress.rowsPerSecond = rate.perSecond()
    progress.chunkMilliseconds = done.duration.seconds * 1000
    progress.windowBlocks = Int(window.end - window.block)
    progress.strides = window.strides
    progress.hotShare = allCounts.heapOnlyShare ?? progress.hotShare
    progress.sweep = cursor.sweep
    progress.workers = helpers + 1
    progress.easedFor = easedFor
    progress.clientSlowdown = slowdown.ratio
    progress.estimate(outlook, blocksLeft: cursor.blocksLeft, isSweep: isSweep)
  }
}

/// What one committed transaction did.
struct ChunkResult: Sendable {
  /// Rows changed.
  var rows: Int
  /// What the server counted.
  var counts = UpdateCounts()
  /// Clients that waited on the chunk's locks at its end.
  var waiters = 0
  /// Whether somebody asked for a pause.
  var pauses = false
  var duration: Duration = .zero
}
