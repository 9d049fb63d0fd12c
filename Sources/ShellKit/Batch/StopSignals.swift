internal import Synchronization
internal import UnixSignals

/// Whether a signal asked the program to stop, and which.
final class StopRequest: Sendable {
  private let received = Mutex<ExitStatus?>(nil)

  /// The exit status that the first signal stands for; `nil` while none came.
  var status: ExitStatus? { received.withLock { $0 } }

  /// Notes a signal; only the first one counts.
  fileprivate func note(_ signal: UnixSignal) {
    received.withLock { $0 = $0 ?? ExitStatus(rawValue: 128 + signal.rawValue) }
  }
}

/// Runs work that Ctrl-C, SIGTERM and a closed terminal can stop.
enum StopSignals {
  /// Runs `body`; the first signal cancels it and waits for its end, the second one does not wait.
  ///
  /// What is cancelled stops at the next safe point and leaves its plan paused.
  static func run(
    output: ConsoleOutput, _ body: @escaping @Sendable (StopRequest) async -> ExitStatus
  ) async -> ExitStatus {
    let stop = StopRequest()
    let (ends, end) = AsyncStream<ExitStatus>.makeStream()
    let work = Task { end.yield(await body(stop)) }
    let listening = await SignalBroker.shared.add { signal in
      let isFirst = stop.status == nil
      stop.note(signal)
      if isFirst { return work.cancel() }
      output.notice("not waiting for the safe point; resume goes on from the last commit")
      end.yield(stop.status ?? .interrupted)
    }
    defer { SignalBroker.shared.remove(listening) }
    for await status in ends { return status }
    return .runtime
  }
}
