/// The right to use a connection alone, for a while.
///
/// Code that runs with it finds it in the task's local values, so that calls from inside the holder's
/// closure are told from calls of other tasks, which wait.
final class Turn: Sendable {
  /// The turns that the current task holds, on any connection.
  @TaskLocal static var held: [Turn] = []
}

/// A task that waits for its turn.
struct Waiter {
  let id: ObjectIdentifier
  let continuation: CheckedContinuation<Void, Never>
}

extension PostgresConnection {
  /// A Boolean value telling whether the current task may send statements.
  private var isMyTurn: Bool {
    guard let holder else { return true }
    return Turn.held.contains { $0 === holder }
  }

  /// Waits until no other task has the connection for itself; the first to come goes first.
  ///
  /// - Throws: `CancellationError` when the task was cancelled meanwhile.
  func waitForTurn() async throws {
    while !isMyTurn {
      let ticket = Turn()
      await withTaskCancellationHandler {
        await withCheckedContinuation { continuation in
          waiters.append(Waiter(id: ObjectIdentifier(ticket), continuation: continuation))
        }
      } onCancel: {
        Task { await self.wake(ticket) }
      }
      try Task.checkCancellation()
    }
  }

  private func wake(_ ticket: Turn) {
    guard let index = waiters.firstIndex(where: { $0.id == ObjectIdentifier(ticket) }) else {
      return
    }
    waiters.remove(at: index).continuation.resume()
  }

  /// Lets no other task send statements while `body` runs, also while it waits for something else.
  func inTurn<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
    try await waitForTurn()
    guard holder == nil else { return try await body() }
    let turn = Turn()
    holder = turn
    defer { pass() }
    return try await Turn.$held.withValue(Turn.held + [turn]) { try await body() }
  }

  /// Wakes all waiters in their order; those who find the connection taken again wait again.
  private func pass() {
    holder = nil
    let waiting = waiters
    waiters = []
    for waiter in waiting { waiter.continuation.resume() }
  }
}
