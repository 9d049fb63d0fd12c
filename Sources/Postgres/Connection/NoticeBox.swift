import CLibPQ

/// What the server said outside of results, since it was last asked for.
///
/// libpq calls back on the thread that reads the socket, which is always the session's own.
final class NoticeBox {
  /// More than is read; a loop that raises notices for ever must not fill the memory.
  static let capacity = 10_000

  private(set) var notices: [ServerNotice] = []
  /// The message with which the server ended the session, if it did.
  private(set) var lastWords: ServerError?
  /// Whether notices are kept although there is a handler.
  var isKeeping = false
  private let handler: (@Sendable (ServerNotice) -> Void)?

  init(handler: (@Sendable (ServerNotice) -> Void)?) {
    self.handler = handler
  }

  /// Puts the box in the place of libpq's own receiver, which writes to standard error.
  ///
  /// The box must outlive the connection.
  func receive(from connection: OpaquePointer) {
    let receiver: PQnoticeReceiver = { box, result in
      guard let box = unsafe box, let result = unsafe result else { return }
      unsafe Unmanaged<NoticeBox>.fromOpaque(box).takeUnretainedValue().add(result)
    }
    unsafe PQsetNoticeReceiver(connection, receiver, Unmanaged.passUnretained(self).toOpaque())
  }

  func take() -> [ServerNotice] {
    defer { notices = [] }
    return notices
  }

  private func add(_ result: OpaquePointer) {
    guard let fields = unsafe QueryResult.serverError(of: result, statement: nil) else { return }
    if fields.endsSession {
      lastWords = fields
      return
    }
    let notice = ServerNotice(fields)
    if let handler, !isKeeping { return handler(notice) }
    if notices.count == Self.capacity { notices.removeFirst() }
    notices.append(notice)
  }
}

extension ServerError {
  /// A Boolean value telling whether the server closes the connection after this.
  var endsSession: Bool { severity == "FATAL" || severity == "PANIC" }
}
