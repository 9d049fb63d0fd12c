internal import Postgres
internal import Synchronization

/// The one database session of an engine: opened when it is first needed, and anew when it was lost.
final class EngineSession: Sendable {
  private let open: @Sendable () async throws -> PostgresConnection
  private let current = Mutex<PostgresConnection?>(nil)

  init(connect: @escaping @Sendable () async throws -> PostgresConnection) {
    open = connect
  }

  /// The session as it is, alive or not.
  var existing: PostgresConnection? { current.withLock { $0 } }

  /// A session that is alive.
  func connection() async throws -> PostgresConnection {
    if let existing, await existing.isAlive { return existing }
    let connection = try await another()
    current.withLock { $0 = connection }
    return connection
  }

  /// A session that is alive, with a server that takes changes.
  func primary() async throws -> PostgresConnection {
    let connection = try await connection()
    let isStandby: Bool = try await connection.query("SELECT pg_is_in_recovery()").only().decode(0)
    if isStandby { throw EngineError.standby }
    return connection
  }

  /// One more session beside it, which the caller closes.
  func another() async throws -> PostgresConnection {
    let connection = try await open()
    do {
      try await check(connection)
    } catch {
      await connection.close()
      throw error
    }
    return connection
  }

  func close() async {
    let connection = current.withLock { current in
      defer { current = nil }
      return current
    }
    await connection?.close()
  }

  /// Live plans need functions of version 14, and a server process that stays.
  private func check(_ connection: PostgresConnection) async throws {
    guard connection.info.serverVersion >= 140_000 else {
      throw EngineError.serverTooOld(connection.info.versionText)
    }
    let pid: Int32 = try await connection.query("SELECT pg_backend_pid()").only().decode(0)
    // A pooler makes up the number that it gives its clients.
    guard pid == connection.info.backendPID else { throw EngineError.pooled }
    // Between two statements of a transaction of ours lies the program's own work, however slow its machine is.
    try await connection.execute("SET idle_in_transaction_session_timeout = 0")
  }
}
