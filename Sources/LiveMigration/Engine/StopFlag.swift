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

  /// Runs what may be cut off anywhere, for no longer than until somebody asks.
  ///
  /// It is cancelled then, but not waited for: a server that does not answer does not hear a cancellation either.
  ///
  /// - Returns: `nil` when somebody asked, whatever became of `body`.
  func cuttingOff<Result: Sendable>(
    _ body: @escaping @Sendable () async throws -> Result
  ) async throws -> Result? {
    let (ends, end) = AsyncStream<Swift.Result<Result, any Error>?>.makeStream()
    let work = Task {
      do { end.yield(.success(try await body())) } catch { end.yield(.failure(error)) }
    }
    let watch = Task {
      while !isRaised { try await Task.sleep(for: .milliseconds(200)) }
      end.yield(nil)
    }
    defer {
      work.cancel()
      watch.cancel()
    }
    for await result in ends {
      if isRaised { return nil }
      return try result?.get()
    }
    // The stream has no other end than that of the task which reads it.
    throw CancellationError()
  }
}
