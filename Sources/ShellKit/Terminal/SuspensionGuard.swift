internal import Foundation
internal import Glibc
internal import Synchronization

/// Keeps Ctrl-Z from stopping the program while a command holds a plan.
///
/// A stopped program answers nothing: the server would keep the locks of its open transaction until
/// `idle_in_transaction_session_timeout` ends the session, and clients would wait. What cannot be refused, as SIGSTOP,
/// is left to that timeout.
final class SuspensionGuard: Sendable {
  /// The guard of the process, whose signals there is one set of.
  static let shared = SuspensionGuard()

  private struct State {
    var holds = 0
    var say: (@Sendable () -> Void)?
    var isListening = false
  }

  private let state = Mutex(State())
  private let bell = try? Bell()

  /// Refuses to be stopped until `release` was called as often; `say` tells the person who asks.
  func hold(_ say: @escaping @Sendable () -> Void) {
    state.withLock { state in
      state.holds += 1
      state.say = say
      guard state.holds == 1, let bell else { return }
      rung.store(bell.descriptor, ordering: .releasing)
      signal(SIGTSTP) { _ in ringFromSignal() }
      guard !state.isListening else { return }
      state.isListening = true
      Thread.detachNewThread { self.listen(bell) }
    }
  }

  /// Takes one `hold` back.
  func release() {
    state.withLock { state in
      state.holds -= 1
      if state.holds == 0 { signal(SIGTSTP, SIG_DFL) }
    }
  }

  private func listen(_ bell: Bell) {
    while true {
      guard Poll.readable([bell.descriptor])[0], bell.silence() > 0 else { continue }
      state.withLock { $0.holds > 0 ? $0.say : nil }?()
    }
  }
}

/// The descriptor that a signal is told through; -1 for none.
private let rung = Atomic<Int32>(-1)

/// What a signal handler may do: an atomic read and `write`, with `errno` as it was.
private func ringFromSignal() {
  let number = errno
  var one: UInt64 = 1
  _ = unsafe write(rung.load(ordering: .acquiring), &one, MemoryLayout<UInt64>.size)
  errno = number
}
