internal import Synchronization

/// Carries events from the engine to one consumer, without ever making the engine wait.
///
/// The engine reports events wherever they happen, also while it holds locks of a client's table. So ``observe(_:)`` only
/// puts them here, and the consumer takes them in its own time:
///
/// - Of measures, such as the progress of a backfill, only the newest of each plan waits.
/// - All other events wait in their order, up to a capacity. When it is reached, the oldest is left out, and the
///   consumer is told how many were: ``RunEvent/omitted(_:)`` stands in their place.
///
/// The sequence ends after ``finish()``, once everything was taken. It has one consumer.
public final class RunEventBuffer: AsyncSequence, Sendable {
  /// An event, or how many were left out.
  public typealias Element = RunEvent

  private struct State: Sendable {
    var events: [RunEvent] = []
    var omitted = 0
    var isFinished = false
  }

  private let capacity: Int
  private let state = Mutex(State())
  private let wakeUps: AsyncStream<Void>
  private let wakeUp: AsyncStream<Void>.Continuation

  /// Makes an empty buffer.
  ///
  /// - Parameter capacity: The events that wait at most.
  public init(capacity: Int = 1000) {
    self.capacity = Swift.max(capacity, 1)
    (wakeUps, wakeUp) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// Takes in an event; returns at once.
  public func observe(_ event: RunEvent) {
    state.withLock { state in
      guard !state.isFinished else { return }
      if let measure = event.measure {
        state.events.removeAll { $0.measure == measure }
      }
      if state.events.count == capacity {
        state.events.removeFirst()
        state.omitted += 1
      }
      state.events.append(event)
    }
    wakeUp.yield()
  }

  /// Ends the sequence after what waits now; later events are dropped.
  public func finish() {
    state.withLock { $0.isFinished = true }
    wakeUp.yield()
  }

  /// What the one consumer takes events with.
  public func makeAsyncIterator() -> Iterator {
    Iterator(buffer: self, wakeUps: wakeUps.makeAsyncIterator())
  }

  /// Takes the events out, one after the other.
  public struct Iterator: AsyncIteratorProtocol {
    fileprivate let buffer: RunEventBuffer
    fileprivate var wakeUps: AsyncStream<Void>.Iterator

    /// The next event, as soon as there is one; `nil` at the end, and once the task is cancelled.
    public mutating func next() async -> RunEvent? {
      while true {
        switch buffer.take() {
        case .event(let event): return event
        case .end: return nil
        case .nothingYet: if await wakeUps.next(isolation: #isolation) == nil { return nil }
        }
      }
    }
  }

  private enum Taken {
    case event(RunEvent)
    case nothingYet
    case end
  }

  private func take() -> Taken {
    state.withLock { state in
      if state.omitted > 0 {
        defer { state.omitted = 0 }
        return .event(.omitted(state.omitted))
      }
      if !state.events.isEmpty { return .event(state.events.removeFirst()) }
      return state.isFinished ? .end : .nothingYet
    }
  }
}

extension RunEvent {
  /// What a measure measures; a newer measure of the same takes its place.
  fileprivate struct Measure: Hashable {
    var plan: PlanID
    /// The questions of a gate; `nil` for a backfill.
    var gate: [String]?
  }

  fileprivate var measure: Measure? {
    switch self {
    case .backfill(let id, _): Measure(plan: id)
    case .gate(let id, let progress): Measure(plan: id, gate: progress.names)
    default: nil
    }
  }
}
