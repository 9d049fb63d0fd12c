internal import Synchronization
internal import UnixSignals

/// The one place where the program takes signals, because a signal can have one handler only.
///
/// Handlers nest: a prompt may run inside of a command. Ctrl-C is for the innermost, what ends the program for all.
final class SignalBroker: Sendable {
  typealias Handler = @Sendable (UnixSignal) -> Void

  private struct State: Sendable {
    var isListening = false
    var handlers: [(number: Int, handler: Handler)] = []
    var count = 0
  }

  static let shared = SignalBroker()

  private let state = Mutex(State())

  /// Takes signals from now on; returns the number to stop it with.
  func add(_ handler: @escaping Handler) async -> Int {
    let (number, isFirst) = state.withLock { state in
      defer { state.isListening = true }
      state.count += 1
      state.handlers.append((state.count, handler))
      return (state.count, !state.isListening)
    }
    if isFirst {
      let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup)
      Task { for await signal in signals { self.take(signal) } }
    }
    return number
  }

  /// Takes no more signals.
  func remove(_ number: Int) {
    state.withLock { $0.handlers.removeAll { $0.number == number } }
  }

  private func take(_ signal: UnixSignal) {
    let handlers = state.withLock { $0.handlers.map(\.handler) }
    if signal == .sigint {
      handlers.last?(signal)
    } else {
      for handler in handlers.reversed() { handler(signal) }
    }
  }
}
