import Foundation
import LiveMigration
import Postgres
import Synchronization

/// What a run told while it went on, for tests that act upon it.
final class Witness: Sendable {
  private struct State: Sendable {
    var events: [RunEvent] = []
    var waiters: [(@Sendable ([RunEvent]) -> Bool, CheckedContinuation<Void, Never>)] = []
  }

  private let state = Mutex(State())

  /// Everything so far.
  var events: [RunEvent] { state.withLock { $0.events } }

  /// Takes an event; what an engine is given as its observer.
  func take(_ event: RunEvent) {
    let ready = state.withLock { state in
      state.events.append(event)
      let events = state.events
      let ready = state.waiters.filter { $0.0(events) }
      state.waiters.removeAll { $0.0(events) }
      return ready.map(\.1)
    }
    ready.forEach { $0.resume() }
  }

  /// Waits until the events so far satisfy a condition.
  func wait(until condition: @escaping @Sendable ([RunEvent]) -> Bool) async {
    await withCheckedContinuation { continuation in
      let isReady = state.withLock { state in
        if condition(state.events) { return true }
        state.waiters.append((condition, continuation))
        return false
      }
      if isReady { continuation.resume() }
    }
  }

  /// Waits for a number of chunks.
  func waitForChunks(_ count: Int) async {
    await wait { Self.chunks(in: $0) >= count }
  }

  /// How many chunks there were.
  var chunks: Int { Self.chunks(in: events) }

  private static func chunks(in events: [RunEvent]) -> Int {
    events.count { if case .backfill = $0 { true } else { false } }
  }

  /// Waits for a number of sessions that took a lost one's place.
  func waitForReconnections(_ count: Int) async {
    await wait { Self.reconnections(in: $0) >= count }
  }

  /// How many sessions took a lost one's place.
  var reconnections: Int { Self.reconnections(in: events) }

  private static func reconnections(in events: [RunEvent]) -> Int {
    events.count { if case .reconnected = $0 { true } else { false } }
  }

  /// The attempts that were made again.
  var retries: [(PostgresError, [Blocker])] {
    events.compactMap { event in
      if case .retrying(_, _, _, _, let error, let blockers) = event {
        (error, blockers)
      } else {
        nil
      }
    }
  }
}
