import CLibPQ

/// Owns a `PGconn`; used by one thread at a time.
final class Session {
  /// The session owns the connection, and finishes it once.
  @safe private enum State {
    case open(OpaquePointer)
    /// Closed or lost; the error is what every later call throws.
    case over(PostgresError)
  }

  private var state: State
  private let box: NoticeBox
  private let secrets: [String]
  private var notifications: [ServerNotification] = []
  let info: ServerInfo

  /// Connects, blocking the calling thread.
  init(_ dialer: Dialer, onNotice: (@Sendable (ServerNotice) -> Void)?) throws {
    box = NoticeBox(handler: onNotice)
    let handle = try unsafe dialer.dial(givingNoticesTo: box)
    state = unsafe .open(handle)
    secrets = unsafe ConnectionOptions(of: handle)?.secrets ?? []
    info = unsafe ServerInfo(of: handle)
    // Sending must not block either: a thread inside send(2) hears no bell.
    unsafe PQsetnonblocking(handle, 1)
    try unsafe settle(handle)
  }

  deinit {
    if case .open(let handle) = state { unsafe PQfinish(handle) }
  }

  /// Sets what the reading and quoting of texts depend on, if the server is set otherwise.
  private func settle(_ handle: OpaquePointer) throws {
    func parameter(_ name: String) -> String? {
      unsafe PQparameterStatus(handle, name).map { unsafe String(cString: $0) }
    }
    if parameter("DateStyle")?.hasPrefix("ISO") != true {
      _ = try exchange(.script("SET DateStyle = 'ISO'"), bell: nil)
    }
    if parameter("standard_conforming_strings") != "on" {
      _ = try exchange(.script("SET standard_conforming_strings = on"), bell: nil)
    }
  }

  /// The connection.
  ///
  /// - Throws: Why there is none any more.
  func open() throws(PostgresError) -> OpaquePointer {
    switch state {
    case .open(let handle): return unsafe handle
    case .over(let reason): throw reason
    }
  }

  /// Why the session is over; `nil` while it is not.
  var end: PostgresError? {
    guard case .over(let reason) = state else { return nil }
    return reason
  }

  /// The socket; `nil` once the session is over.
  var socket: Int32? {
    guard case .open(let handle) = state else { return nil }
    let descriptor = unsafe PQsocket(handle)
    return descriptor < 0 ? nil : descriptor
  }

  var transactionStatus: TransactionStatus {
    guard case .open(let handle) = state else { return .unknown }
    return unsafe TransactionStatus(PQtransactionStatus(handle))
  }

  /// Ends the session by this program's will.
  func close() {
    finish(.connectionClosed)
  }

  /// Ends the session because the other side is gone; returns the error for this and all later calls.
  func lose(during statement: String?, lastWords: ServerError? = nil) -> PostgresError {
    if let end { return end }
    let loss = PostgresError.connectionLost(
      ConnectionLoss(
        lastWords: lastWords ?? box.lastWords, message: complaint, statement: statement))
    finish(loss)
    return loss
  }

  private func finish(_ reason: PostgresError) {
    guard case .open(let handle) = state else { return }
    unsafe collectNotifications(handle)
    state = .over(reason)
    unsafe PQfinish(handle)
  }

  /// What libpq says of the last call, without any password, in one line.
  var complaint: String {
    guard case .open(let handle) = state else { return "" }
    let message = unsafe String(cString: PQerrorMessage(handle))
    return Redaction.scrub(message, of: secrets).split(separator: "\n").joined(separator: " ")
  }

  // MARK: What comes unasked

  /// A Boolean value telling whether the server said that it ends the session.
  var isDismissed: Bool { box.lastWords != nil }

  func keepNotices(_ keeps: Bool) {
    box.isKeeping = keeps
  }

  var noticeCount: Int { box.notices.count }

  func takeNotices() -> [ServerNotice] {
    box.take()
  }

  var hasNotifications: Bool { !notifications.isEmpty }

  func takeNotifications() -> [ServerNotification] {
    if case .open(let handle) = state { unsafe collectNotifications(handle) }
    defer { notifications = [] }
    return notifications
  }

  func collectNotifications(_ handle: OpaquePointer) {
    while let notification = unsafe PQnotifies(handle) {
      unsafe notifications.append(ServerNotification(notification.pointee))
      unsafe PQfreemem(notification)
    }
  }
}
