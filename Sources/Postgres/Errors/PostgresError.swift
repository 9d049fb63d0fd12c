/// What can go wrong between this program and the server.
///
/// A cancelled task is no such error: it throws `CancellationError`.
public enum PostgresError: Error, Hashable, Sendable {
  /// The server refused a statement; the session goes on.
  case server(ServerError)
  /// No session came to be.
  case connectionFailed(ConnectionFailure)
  /// The session ended before it was closed; every later call reports the same.
  case connectionLost(ConnectionLoss)
  /// The session was closed by this program before this call.
  case connectionClosed
  /// The configuration cannot be used; the reason quotes nothing of it.
  case invalidConfiguration(reason: String)
  /// A `COPY` from or to the client; it was ended, and the session goes on.
  case copyNotSupported(statement: String)
  /// A text to be sent holds a NUL character, which PostgreSQL cannot store; nothing was sent.
  case nulCharacter(statement: String)
  /// A transaction was asked for while one is open.
  case transactionInProgress
  /// The transaction's body ended the transaction by a statement of its own.
  case transactionEndedByBody
  /// `COMMIT` rolled back, because a statement had failed and its error was caught inside the body.
  case commitRolledBack
  /// libpq answered what this statement cannot be answered with.
  case unexpectedResult(String, statement: String)
  /// The operating system refused what a statement needs.
  case system(call: String, errno: Int32)

  /// The server's code, where the server gave one.
  public var sqlState: SQLState? {
    switch self {
    case .server(let error): error.sqlState
    case .connectionFailed(let failure): failure.sqlState
    case .connectionLost(let loss): loss.lastWords?.sqlState
    default: nil
    }
  }

  /// The server's error, where a statement failed.
  public var serverError: ServerError? {
    guard case .server(let error) = self else { return nil }
    return error
  }

  /// A Boolean value telling whether trying again, on a new session if this one is gone, may succeed.
  ///
  /// A session that was lost is always worth another; a session that never came to be is unless the
  /// server gave a lasting reason, such as a wrong password.
  public var isTransient: Bool {
    switch self {
    case .server(let error): error.sqlState.isTransient
    case .connectionFailed(let failure): failure.sqlState?.isTransient ?? true
    case .connectionLost: true
    default: false
    }
  }
}

/// Why no session came to be.
public struct ConnectionFailure: Hashable, Sendable {
  /// Where to: hosts, port, database and user, never a password.
  public var target: String
  /// What libpq or the server said, without any password.
  public var message: String
  /// The server's code, when a server answered.
  public var sqlState: SQLState?
}

/// How a session ended.
public struct ConnectionLoss: Hashable, Sendable {
  /// The server's last message of severity `FATAL` or `PANIC`, if it could send one.
  public var lastWords: ServerError?
  /// What libpq said.
  public var message: String
  /// The statement that was under way; whether the server carried it out is unknown.
  public var statement: String?
}
