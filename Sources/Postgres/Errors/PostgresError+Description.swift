extension PostgresError: CustomStringConvertible {
  /// What happened, in sentences; never a password.
  public var description: String {
    switch self {
    case .server(let error): error.description
    case .connectionFailed(let failure): failure.description
    case .connectionLost(let loss): loss.description
    case .connectionClosed: "The session is closed; nothing was sent."
    case .invalidConfiguration(let reason): "The connection string cannot be used: \(reason)"
    case .copyNotSupported:
      "COPY from or to the client is not supported here; it was ended, and the session goes on."
    case .nulCharacter:
      "The statement or one of its values holds a NUL character; nothing was sent."
    case .transactionInProgress: "A transaction is open already; transactions do not nest."
    case .transactionEndedByBody:
      "The statements inside a transaction ended it themselves by COMMIT or ROLLBACK."
    case .commitRolledBack:
      "The transaction was rolled back at COMMIT, because one of its statements had failed."
    case .unexpectedResult(let status, _): "libpq answered \(status), which nothing asked for."
    case .system(let call, let errno): "The system call \(call) failed with error number \(errno)."
    }
  }
}

extension ConnectionFailure: CustomStringConvertible {
  /// Where to, and why not.
  public var description: String { "No connection to \(target): \(message)" }
}

extension ConnectionLoss: CustomStringConvertible {
  /// The server's last words, or else libpq's, and what is unknown now.
  public var description: String {
    let reason = lastWords.map { "\($0.message) (SQLSTATE \($0.sqlState))" } ?? message
    let lost = "The connection to the server was lost: \(reason)"
    guard statement != nil else { return lost }
    return lost + "\nWhether the server carried out the statement under way is unknown."
  }
}
