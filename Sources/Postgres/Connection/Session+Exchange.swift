import CLibPQ

extension Session {
  /// Sends a request and waits for everything the server answers.
  ///
  /// The session is ready for the next request afterwards, whatever is thrown, unless it is lost.
  ///
  /// - Parameter bell: Rung to cancel what is under way; `nil` when it must not be cancelled.
  /// - Throws: `PostgresError`, or `CancellationError` when the server gave in to the bell. A request
  ///   that was done before it heard of the cancellation returns normally.
  func exchange(_ request: Request, bell: Bell?) throws -> [CommandResult] {
    let answer = try exchangeKeeping(request, bell: bell)
    if let failure = answer.failure { throw failure }
    return answer.results
  }

  /// The same; what the server refuses is returned beside what the statements before it gave.
  func exchangeKeeping(
    _ request: Request, bell: Bell?
  ) throws -> (results: [CommandResult], failure: PostgresError?) {
    let handle = try unsafe open()
    guard !request.holdsNUL else { throw PostgresError.nulCharacter(statement: request.text) }
    var exchange = unsafe Exchange(session: self, handle: handle, request: request, bell: bell)
    defer { if end == nil { unsafe collectNotifications(handle) } }
    return try exchange.run()
  }

  /// Takes in what the server sent unasked, without waiting.
  func checkIdle() -> IdleState {
    guard case .none = end, let handle = try? unsafe open() else {
      return .ended(end ?? .connectionClosed)
    }
    // Every look takes in one buffer; the server's last words and the end of the stream are two.
    while unsafe Wakeup.wait(PQsocket(handle), for: POLLIN, bell: nil, timeout: 0).contains(.socket)
    {
      guard unsafe PQconsumeInput(handle) == 1 else { return .ended(lose(during: nil)) }
      unsafe collectNotifications(handle)
      if isDismissed { return .ended(lose(during: nil)) }
    }
    return hasNotifications ? .notified : .quiet
  }
}

/// One request on its way, and what came of it so far.
///
/// The session that owns the connection outlives it.
@safe private struct Exchange {
  /// Milliseconds between two cancel requests: the server ignores one that overtakes its statement.
  static let cancelInterval: Int32 = 100

  let session: Session
  let handle: OpaquePointer
  let request: Request
  let bell: Bell?

  private var isCancelling = false
  private var isCopy = false
  private var results: [CommandResult] = []
  private var failure: PostgresError?

  init(session: Session, handle: OpaquePointer, request: Request, bell: Bell?) {
    self.session = session
    unsafe self.handle = unsafe handle
    self.request = request
    self.bell = bell
  }

  mutating func run() throws -> (results: [CommandResult], failure: PostgresError?) {
    guard unsafe request.send(on: handle) else { throw refusal() }
    try flush()
    while let result = try unsafe nextResult() { try unsafe take(result) }
    if unsafe PQstatus(handle) == CONNECTION_BAD { throw loss() }
    if isCopy { throw PostgresError.copyNotSupported(statement: request.text) }
    if isCancelling, failure?.sqlState == .queryCanceled { throw CancellationError() }
    return (results, failure)
  }

  // MARK: Waiting

  /// Waits for the socket; a ring of the bell is passed on to the server, again and again.
  private mutating func wait(for events: Int32) {
    if !isCancelling {
      let woken = unsafe Wakeup.wait(PQsocket(handle), for: events, bell: bell, timeout: -1)
      guard woken.contains(.bell) else { return }
      isCancelling = true
      requestCancel()
    }
    let woken = unsafe Wakeup.wait(
      PQsocket(handle), for: events, bell: nil, timeout: Self.cancelInterval)
    if woken.isEmpty { requestCancel() }
  }

  /// Asks the server to cancel; returns when the server has passed the signal on, so that it cannot
  /// hit a later statement.
  private func requestCancel() {
    guard let cancel = unsafe PQgetCancel(handle) else { return }
    defer { unsafe PQfreeCancel(cancel) }
    var message = [CChar](repeating: 0, count: 256)
    // A refused request is repeated while the statement runs; there is no one to tell.
    unsafe PQcancel(cancel, &message, Int32(message.count))
  }

  private mutating func flush() throws(PostgresError) {
    while true {
      switch unsafe PQflush(handle) {
      case 0: return
      case 1:
        wait(for: POLLIN | POLLOUT)
        // The server may be stuck sending to us: take it, or both wait for ever.
        try consume()
      default: throw loss()
      }
    }
  }

  private func consume() throws(PostgresError) {
    guard unsafe PQconsumeInput(handle) == 1 else { throw loss() }
  }

  private mutating func nextResult() throws(PostgresError) -> OpaquePointer? {
    while unsafe PQisBusy(handle) == 1 {
      wait(for: POLLIN)
      try consume()
    }
    return unsafe PQgetResult(handle)
  }

  // MARK: Results

  private mutating func take(_ pointer: OpaquePointer) throws(PostgresError) {
    let result = unsafe QueryResult(adopting: pointer)
    switch result.status {
    case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY:
      results.append(result.commandResult(notices: session.noticeCount))
    case PGRES_FATAL_ERROR:
      try takeFailure(result)
    case PGRES_COPY_IN:
      isCopy = true
      try refuseCopyIn()
    case PGRES_COPY_OUT:
      isCopy = true
      try discardCopyOut()
    default:
      // libpq would repeat the status for ever; nothing can be done with such a session.
      failure = .unexpectedResult(result.statusName, statement: request.text)
      throw session.lose(during: request.text)
    }
  }

  private mutating func takeFailure(_ result: borrowing QueryResult) throws(PostgresError) {
    guard let error = result.serverError(statement: request.text) else {
      if unsafe PQstatus(handle) == CONNECTION_BAD { throw loss() }
      failure = failure ?? .unexpectedResult(session.complaint, statement: request.text)
      return
    }
    if error.endsSession { throw session.lose(during: request.text, lastWords: error) }
    failure = failure ?? .server(error)
  }

  private mutating func refuseCopyIn() throws(PostgresError) {
    while true {
      switch unsafe PQputCopyEnd(handle, "COPY from the client is not supported") {
      case 0: wait(for: POLLOUT)
      case 1: return try flush()
      default: throw loss()
      }
    }
  }

  private mutating func discardCopyOut() throws(PostgresError) {
    requestCancel()
    while true {
      var row: UnsafeMutablePointer<CChar>?
      switch unsafe PQgetCopyData(handle, &row, 1) {
      case 0:
        wait(for: POLLIN)
        try consume()
      case 1...: unsafe PQfreemem(row)
      // Over, or failed: the next result tells which.
      default: return
      }
    }
  }

  // MARK: Failures

  private func loss() -> PostgresError {
    session.lose(during: request.text)
  }

  private func refusal() -> PostgresError {
    if unsafe PQstatus(handle) == CONNECTION_BAD { return loss() }
    return .unexpectedResult(session.complaint, statement: request.text)
  }
}
