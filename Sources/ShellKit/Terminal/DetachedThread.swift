internal import Foundation

/// A thread for one piece of work that blocks.
///
/// The shared pool has as many threads as the machine has cores; a read from a terminal would hold
/// one for hours.
enum DetachedThread {
  /// Runs `work` on a new thread and waits for its result without blocking.
  static func run<Result: Sendable>(
    name: String, _ work: @escaping @Sendable () -> Result
  ) async -> Result {
    await withCheckedContinuation { continuation in
      let thread = Thread { continuation.resume(returning: work()) }
      thread.name = name
      thread.start()
    }
  }
}
