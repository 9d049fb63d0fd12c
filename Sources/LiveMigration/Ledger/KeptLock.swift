internal import Foundation
internal import Postgres

/// The lock of a plan that is driven, kept although the driver's session may be lost and replaced.
struct KeptLock: Sendable {
  let id: PlanID
  /// The session that has the lock.
  private var session: PostgresConnection?
  /// The driver's own sessions: the server may not know yet that one of them is gone.
  private var own: [ServerSession] = []

  /// Keeps a lock that was taken in a session.
  init(_ id: PlanID, in session: PostgresConnection?) {
    self.id = id
    self.session = session
    if let session { own = [ServerSession(process: Int(session.info.backendPID), began: nil)] }
  }

  /// Makes sure that a session has the lock, which is taken again when the session before was lost with it.
  ///
  /// - Returns: Whether it was taken again.
  /// - Throws: `EngineError.heldElsewhere` when somebody else took it meanwhile; a transient `PostgresError` when the
  ///   server keeps it for a session of this driver's that is lost.
  mutating func keep(on connection: PostgresConnection) async throws -> Bool {
    let present = try await ServerSession(of: connection)
    if connection === session {
      own = [present]
      return false
    }
    if !own.contains(present) { own.append(present) }
    try await takeAgain(on: connection)
    // At once: taken twice in a session, it would be held until it is given back twice.
    session = connection
    own = [present]
    return true
  }

  private func takeAgain(on connection: PostgresConnection) async throws {
    var lost: PlanHolder?
    // The server may need a moment to notice that the old session is gone, and another one to end it.
    for attempt in 0..<25 {
      if try await connection.tryAdvisoryLock(PlanLock.key(of: id)) { return }
      let holder = try await PlanLock.holder(of: id, on: connection)
      lost = holder.flatMap { holder in own.contains { $0.isSession(of: holder) } ? holder : nil }
      if let lost {
        try await end(lost, on: connection)
      } else if attempt >= 10 {
        break
      }
      try await Task.sleep(for: .milliseconds(200))
    }
    guard let lost else { return try await PlanLock.take(id, claim: nil, on: connection) }
    throw PostgresError.server(
      ServerError(
        message: "the server keeps the session that was lost (process \(lost.backendPID)), "
          + "and the plan's lock with it", sqlState: .lockNotAvailable))
  }

  /// Ends a session of the driver's own that only the server still believes in: what it does, nobody hears of.
  private func end(_ lost: PlanHolder, on connection: PostgresConnection) async throws {
    do {
      try await connection.execute(
        "SELECT pg_catalog.pg_terminate_backend(\(Int32(lost.backendPID)))")
    } catch let error as PostgresError where error.sqlState == .insufficientPrivilege {
      // Then it must be waited for.
    }
  }
}

/// A session as its server knows it.
private struct ServerSession: Sendable, Hashable {
  let process: Int
  /// When it began, for numbers of processes come again; `nil` when it was not asked for.
  let began: Date?

  init(process: Int, began: Date?) {
    (self.process, self.began) = (process, began)
  }

  init(of connection: PostgresConnection) async throws {
    let rows = try await connection.query(
      "SELECT backend_start FROM pg_stat_activity WHERE pid = pg_catalog.pg_backend_pid()")
    self.init(process: Int(connection.info.backendPID), began: try rows.first?.decode(0))
  }

  func isSession(of holder: PlanHolder) -> Bool {
    process == holder.backendPID && (began == nil || began == holder.since)
  }
}
