internal import Foundation
internal import Postgres
internal import Synchronization

/// The session of a command that holds a plan: its settings, and the plan's lock, kept although the session itself may
/// be lost and replaced.
final class DrivenSession: Sendable {
  let id: PlanID
  let session: EngineSession
  let ledger: PlanLedger
  let settings: LiveSettings
  private let lock: Mutex<HeldLock>

  /// The session that has the lock, and those that had it.
  private struct HeldLock {
    var connection: PostgresConnection
    /// The command's own sessions: the server may not know yet that one of them is gone.
    var own: [ServerSession]
  }

  private init(
    _ id: PlanID, _ session: EngineSession, _ ledger: PlanLedger, _ settings: LiveSettings,
    _ lock: HeldLock
  ) {
    self.id = id
    self.session = session
    self.ledger = ledger
    self.settings = settings
    self.lock = Mutex(lock)
  }

  /// Takes a plan's lock in a session that has the settings for it.
  ///
  /// - Parameter claim: What the plan's row says of its driver.
  /// - Throws: `EngineError.heldElsewhere`.
  static func take(
    _ id: PlanID, claim: PlanRow.Claim?, session: EngineSession, ledger: PlanLedger,
    settings: LiveSettings, on connection: PostgresConnection
  ) async throws -> DrivenSession {
    try await PlanLock.take(id, claim: claim, on: connection)
    let present = ServerSession(process: Int(connection.info.backendPID), began: nil)
    return DrivenSession(
      id, session, ledger, settings, HeldLock(connection: connection, own: [present]))
  }

  /// A session with the settings and the lock, opened anew where the one before was lost.
  ///
  /// - Returns: Also whether the lock was taken again: the plan must be claimed anew then.
  /// - Throws: `EngineError.heldElsewhere` when another session took it meanwhile; a transient `PostgresError` when the
  ///   server keeps it for a session of this command's that is lost.
  func connection() async throws -> (connection: PostgresConnection, isNew: Bool) {
    let connection = try await session.primary()
    // Before anything else: another session may have the plan's row locked.
    try await connection.settle(settings)
    let present = try await ServerSession(of: connection)
    let isNew = lock.withLock { held in
      if connection === held.connection {
        held.own = [present]
        return false
      }
      if !held.own.contains(present) { held.own.append(present) }
      return true
    }
    guard isNew else { return (connection, false) }
    try await takeAgain(on: connection)
    // At once: taken twice in a session, it would be held until it is given back twice.
    lock.withLock { $0 = HeldLock(connection: connection, own: [present]) }
    return (connection, true)
  }

  /// Gives the lock back although the task may be cancelled.
  ///
  /// What fails here changes nothing of what was done: a session that is lost has lost its lock, and a claim without
  /// a lock counts for nothing.
  func release() async {
    let (id, session, ledger) = (id, session, ledger)
    await withoutCancellation {
      guard let connection = session.existing, await connection.isAlive else { return }
      try? await ledger.release(id, on: connection)
      try? await PlanLock.release(id, on: connection)
    }
  }

  /// Writes something down although the task may be cancelled.
  func record<Result: Sendable>(
    _ body: @escaping @Sendable (PostgresConnection) async throws -> Result
  ) async throws -> Result {
    let session = session
    return try await withoutCancellation { try await body(try await session.connection()) }
  }

  /// Notes an error in the plan's row and its audit trail.
  ///
  /// Where no server answers there is nowhere to write it, and what happened is still told.
  func note(_ error: PostgresError, at step: StepKind?) async {
    try? await record { [id, ledger] connection in
      try await ledger.note(error: error.description, of: id, on: connection)
      try await ledger.record(
        .error, of: id, step: step, detail: error.description, on: connection)
    }
  }

  /// The sessions that hold locks on relations.
  func blockers(of relations: Set<QualifiedName>) async -> [Blocker] {
    guard let connection = session.existing, await connection.isAlive else { return [] }
    return (try? await Blockers.of(Set(relations.map(\.quoted)), on: connection)) ?? []
  }

  // MARK: - A lock that went with its session

  private func takeAgain(on connection: PostgresConnection) async throws {
    let own = lock.withLock(\.own)
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

  /// Terminates this command's own lost backend, which the server has not noticed is disconnected.
  private func end(_ lost: PlanHolder, on connection: PostgresConnection) async throws {
    do {
      try await connection.execute("SELECT pg_catalog.pg_terminate_backend(\(Int32(lost.backendPID)))")
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
