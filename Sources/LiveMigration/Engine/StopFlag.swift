internal import Synchronization

/// Asks a runner to stop at the next safe point and to leave the plan as it is, for somebody else to go on.
///
/// A cancelled task, in contrast, leaves its plan paused.
public final class StopFlag: Sendable {
  private let raised = Mutex(false)

  /// Makes a flag that is down.
  public init() {}

  /// A Boolean value telling whether somebody asked.
  public var isRaised: Bool { raised.withLock { $0 } }

  /// Asks.
  public func raise() { raised.withLock { $0 = true } }

  /// Sleeps, but no longer than until somebody asks.
  func sleep(for duration: Duration) async throws {
    let end = ContinuousClock.now + duration
    while !isRaised, ContinuousClock.now < end {
      try await Task.sleep(for: min(.milliseconds(200), end - .now))
    }
  }
}
