import Synchronization

/// A session with a PostgreSQL server.
///
/// Each connection has a thread of its own, on which everything isolated to it runs; libpq may block
/// there without holding up other tasks. The session, the thread and the socket go with the last
/// reference, or, thread apart, with `close()`.
///
/// Cancelling a task cancels the statement it waits for: the call throws `CancellationError`, and the
/// session can be used on.
public actor PostgresConnection {
  /// What the session knows of itself and its server.
  public nonisolated let info: ServerInfo

  private let thread: SessionThread
  let session: Session
  let descriptor: Mutex<Int32?>
  /// Whose statements are accepted, when not those of all.
  var holder: Turn?
  var waiters: [Waiter] = []
  var prepared = PreparedStatements()

  /// Runs the connection's code on its own thread.
  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    unsafe thread.asUnownedSerialExecutor()
  }

  init(thread: SessionThread, session: sending Session) {
    self.thread = thread
    info = session.info
    descriptor = Mutex(session.socket)
    self.session = session
  }

  /// The socket, for waiting until the server sends something unasked; `nil` once the session is over.
  ///
  /// Wait for it to become readable, then ask `checkIdle()`. Never read from it.
  public nonisolated var socketDescriptor: Int32? { descriptor.withLock { $0 } }

  /// A Boolean value telling whether the session was neither closed nor found to be lost.
  public var isAlive: Bool { session.end == nil }

  /// Where the session stands.
  public var transactionStatus: TransactionStatus { session.transactionStatus }

  /// Ends the session; every later call throws `PostgresError.connectionClosed`.
  public func close() {
    session.close()
    descriptor.withLock { $0 = nil }
  }

  /// The notices since they were last taken, oldest first; none for a connection with a handler.
  public func takeNotices() -> [ServerNotice] {
    session.takeNotices()
  }

  /// Keeps the notices that `body` causes for `takeNotices()`, also where a handler would get them.
  public func keepingNotices<Result: Sendable>(
    _ body: @Sendable (isolated PostgresConnection) async throws -> Result
  ) async throws -> Result {
    session.keepNotices(true)
    defer { session.keepNotices(false) }
    return try await body(self)
  }

  /// The notifications since they were last taken, oldest first.
  public func takeNotifications() -> [ServerNotification] {
    session.takeNotifications()
  }

  /// Takes in what the server sent unasked, without waiting: a notification, or the session's end.
  public func checkIdle() -> IdleState {
    defer { followSocket() }
    return session.checkIdle()
  }

  /// Forgets the socket's number once libpq has closed it: another file may get the same number.
  func followSocket() {
    if session.end != nil { descriptor.withLock { $0 = nil } }
  }
}
