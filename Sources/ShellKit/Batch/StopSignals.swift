internal import Synchronization
internal import UnixSignals

/// Whether a signal asked the program to stop, and which.
final class StopRequest: Sendable {
  /// What a signal asks for.
  enum Meaning: Sendable {
    /// The end, at the next safe point.
    case stop
    /// Nothing that was not asked for before.
    case repetition
    /// The end at once.
    case hurry
  }

  private let first = Mutex<(signal: Int32, time: ContinuousClock.Instant)?>(nil)
  private static let echo = Duration.milliseconds(500)

  /// The exit status that the first signal stands for; `nil` while none came.
  var status: ExitStatus? {
    first.withLock { $0 }.map { ExitStatus(rawValue: 128 + $0.signal) }
  }

  /// Notes a signal; only the first one counts for the exit status.
  ///
  /// timeout(1), and supervisors that signal a group of processes, send the same signal twice at once: to the program,
  /// and to its group. That is one wish to stop. People take longer to press Ctrl-C again.
  func note(_ signal: Int32, at time: ContinuousClock.Instant = .now) -> Meaning {
    first.withLock { first in
      guard let known = first else {
        first = (signal, time)
        return .stop
      }
      return known.signal == signal && time < known.time + Self.echo ? .repetition : .hurry
    }
  }
}

/// Runs work that Ctrl-C, SIGTERM and a closed terminal can stop.
enum StopSignals {
  /// How long a command that holds nothing may take to end by itself.
  private static let grace = Duration.milliseconds(500)

  /// Runs `body`; the first signal cancels it and waits for its end, the second one does not wait.
  ///
  /// What is cancelled stops at the next safe point and leaves its plan paused. A command that holds nothing has no safe
  /// point to wait for: the first signal ends it, whatever a file or a server makes it wait for.
  ///
  /// - Parameter isHolding: Whether the work holds what must be left in order, such as a plan.
  static func run(
    output: ConsoleOutput, isHolding: @escaping @Sendable () -> Bool,
    _ body: @escaping @Sendable (StopRequest) async -> ExitStatus
  ) async -> ExitStatus {
    let stop = StopRequest()
    let (ends, end) = AsyncStream<ExitStatus>.makeStream()
    // Nothing is begun before signals are taken: until then they would end the program in the middle of it.
    let (starts, start) = AsyncStream<Void>.makeStream()
    let work = Task {
      for await _ in starts { break }
      end.yield(await body(stop))
    }
    let listening = await SignalBroker.shared.add { signal in
      switch stop.note(signal.rawValue) {
      case .stop:
        // What holds a plan now tells how it left it, also once it holds it no more.
        let isHeld = isHolding()
        work.cancel()
        if isHeld { return }
        Task {
          try? await Task.sleep(for: Self.grace)
          guard !isHolding() else { return }
          end.yield(stop.status ?? .interrupted)
        }
        return
      case .repetition: return
      case .hurry: break
      }
      output.notice("stopping now; a plan can be resumed from its last commit")
      end.yield(stop.status ?? .interrupted)
    }
    defer { SignalBroker.shared.remove(listening) }
    start.yield()
    for await status in ends { return status }
    return .runtime
  }
}
