import CLibPQ

/// Where a session stands between statements.
public enum TransactionStatus: Hashable, Sendable {
  /// No transaction is open.
  case idle
  /// A transaction is open.
  case open
  /// A transaction is open in which a statement failed; only its end is accepted.
  case failed
  /// The session is closed or lost.
  case unknown

  init(_ status: PGTransactionStatusType) {
    switch status {
    case PQTRANS_IDLE: self = .idle
    case PQTRANS_INTRANS, PQTRANS_ACTIVE: self = .open
    case PQTRANS_INERROR: self = .failed
    default: self = .unknown
    }
  }
}

/// What came to a session that was not waited on.
public enum IdleState: Hashable, Sendable {
  /// Nothing of interest.
  case quiet
  /// Notifications, to be had by `takeNotifications()`.
  case notified
  /// The session is over.
  case ended(PostgresError)
}

/// What a `NOTIFY` on a channel that the session listens on told.
public struct ServerNotification: Hashable, Sendable {
  /// The channel's name.
  public let channel: String
  /// The text that came along; empty when none was given.
  public let payload: String
  /// The process that serves the notifying session.
  public let backendPID: Int32

  init(_ notification: PGnotify) {
    channel = unsafe notification.relname.map { unsafe String(cString: $0) } ?? ""
    payload = unsafe notification.extra.map { unsafe String(cString: $0) } ?? ""
    backendPID = unsafe notification.be_pid
  }
}
