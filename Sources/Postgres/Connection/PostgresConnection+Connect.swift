import Synchronization

extension PostgresConnection {
  /// Opens a session.
  ///
  /// Cancelling the task abandons the attempt at once, even while a host's name is being looked up.
  ///
  /// - Parameters:
  ///   - configuration: Where to connect to; the default leaves all to libpq.
  ///   - onNotice: Called on the session's thread with each notice, in place of keeping it for
  ///     `takeNotices()`.
  /// - Throws: `PostgresError.connectionFailed`, `.invalidConfiguration`, or `CancellationError`.
  public static func connect(
    _ configuration: ConnectionConfiguration = ConnectionConfiguration(),
    onNotice: (@Sendable (ServerNotice) -> Void)? = nil
  ) async throws -> PostgresConnection {
    try Task.checkCancellation()
    let bell = try Bell()
    let answer = FirstAnswer<PostgresConnection>()
    let thread = SessionThread(name: "postgres")
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        guard answer.expect(continuation) else { return }
        thread.perform {
          let result = Result {
            let session = try Session(
              Dialer(configuration: configuration, bell: bell), onNotice: onNotice)
            return PostgresConnection(thread: thread, session: session)
          }
          answer.give(result)
        }
      }
    } onCancel: {
      // Before the bell, whose attempt says that the session is closed: the caller hears what it did itself.
      answer.give(.failure(CancellationError()))
      bell.ring()
    }
  }
}

/// Resumes a continuation with the first of several answers; the later ones are dropped.
private final class FirstAnswer<Value: Sendable>: Sendable {
  private enum State {
    case unasked
    case waiting(CheckedContinuation<Value, any Error>)
    case given(Result<Value, any Error>)
    case done
  }

  private let state = Mutex(State.unasked)

  /// Takes the continuation; `false` when an answer was there already and has been handed over.
  func expect(_ continuation: CheckedContinuation<Value, any Error>) -> Bool {
    let early: Result<Value, any Error>? = state.withLock { state in
      guard case .given(let answer) = state else {
        state = .waiting(continuation)
        return nil
      }
      state = .done
      return answer
    }
    guard let early else { return true }
    continuation.resume(with: early)
    return false
  }

  func give(_ answer: Result<Value, any Error>) {
    let waiting: CheckedContinuation<Value, any Error>? = state.withLock { state in
      switch state {
      case .unasked:
        state = .given(answer)
        return nil
      case .waiting(let continuation):
        state = .done
        return continuation
      case .given, .done: return nil
      }
    }
    waiting?.resume(with: answer)
  }
}
