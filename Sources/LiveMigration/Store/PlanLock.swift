public import Foundation
internal import Postgres
internal import SchemaChange

/// Who this program is to the ledger.
public struct ProcessIdentity: Sendable, Hashable {
  /// The host's name.
  public var host: String
  /// The process's number.
  public var pid: Int

  /// Names a process.
  public init(host: String, pid: Int) {
    self.host = host
    self.pid = pid
  }

  /// This process.
  public static let current = ProcessIdentity(
    host: ProcessInfo.processInfo.hostName, pid: Int(ProcessInfo.processInfo.processIdentifier))
}

/// The session that holds a plan's lock.
public struct PlanHolder: Sendable, Hashable {
  /// The server process of the holder's session.
  public var backendPID: Int
  /// The holder's `application_name`.
  public var applicationName: String
  /// Where the session comes from; `nil` on a socket of the server's machine.
  public var clientAddress: String?
  /// When the session began.
  public var since: Date?
  /// The program that the plan's row names.
  public var claim: PlanRow.Claim?
}

/// The session-level advisory lock that lets one session drive a plan.
///
/// The key depends on the plan's identifier alone (manual, section 13.3.5): 64 bits of a digest, so that it meets an
/// application's own advisory locks only by the worst of luck.
enum PlanLock {
  static func key(of id: PlanID) -> Int64 {
    let digits = Checksum(of: Array("djogi-shell plan \(id.rawValue)".utf8)).rawValue.dropFirst(3)
    return Int64(bitPattern: UInt64(digits.prefix(16), radix: 16) ?? 0)
  }

  /// Takes the lock.
  ///
  /// - Throws: `EngineError.heldElsewhere`.
  static func take(
    _ id: PlanID, claim: PlanRow.Claim?, on connection: PostgresConnection
  ) async throws {
    if try await connection.tryAdvisoryLock(key(of: id)) { return }
    var holder = try await holder(of: id, on: connection)
    holder?.claim = claim
    throw EngineError.heldElsewhere(id, holder)
  }

  /// Takes the lock in a session that replaces one which was lost with it.
  ///
  /// - Throws: `EngineError.heldElsewhere`.
  static func takeAgain(_ id: PlanID, on connection: PostgresConnection) async throws {
    // The server may need a moment to notice that the old session is gone.
    for _ in 0..<10 {
      if try await connection.tryAdvisoryLock(key(of: id)) { return }
      try await Task.sleep(for: .milliseconds(200))
    }
    try await take(id, claim: nil, on: connection)
  }

  static func release(_ id: PlanID, on connection: PostgresConnection) async throws {
    try await connection.advisoryUnlock(key(of: id))
  }

  /// The session that holds the lock; `nil` when nobody does.
  static func holder(
    of id: PlanID, on connection: PostgresConnection
  ) async throws -> PlanHolder? {
    let key = UInt64(bitPattern: key(of: id))
    let rows = try await connection.query(
      """
      SELECT l.pid, coalesce(a.application_name, '') AS name, a.client_addr::text AS address,
        a.backend_start
      FROM pg_locks AS l LEFT JOIN pg_stat_activity AS a USING (pid)
      WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND l.classid = \(UInt32(key >> 32)) AND l.objid = \(UInt32(truncatingIfNeeded: key))
      """)
    return try rows.first.map { row in
      PlanHolder(
        backendPID: try row.decode("pid"), applicationName: try row.decode("name"),
        clientAddress: try row.decode("address"), since: try row.decode("backend_start"))
    }
  }
}
