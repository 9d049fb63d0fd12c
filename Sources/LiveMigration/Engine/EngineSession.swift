internal import Postgres
internal import Synchronization

/// The one database session of an engine: opened when it is first needed, and anew when it was lost.
final class EngineSession: Sendable {
  private let open: @Sendable () async throws -> PostgresConnection
  private let onReconnected: @Sendable (_ former: Int32, _ new: Int32) -> Void
  private let current = Mutex<PostgresConnection?>(nil)
  /// The server process of the last session, also once it is closed.
  private let process = Mutex<Int32?>(nil)
  /// The session that is being opened.
  private let opening = Mutex<Opening?>(nil)
  /// Whether a server on another machine is refused.
  private let staysHere = Mutex(false)

  init(
    connect: @escaping @Sendable () async throws -> PostgresConnection,
    onReconnected: @escaping @Sendable (_ former: Int32, _ new: Int32) -> Void
  ) {
    open = connect
    self.onReconnected = onReconnected
  }

  /// The session as it is, alive or not.
  var existing: PostgresConnection? { current.withLock { $0 } }

  /// A session that is alive; two tasks that need one at once get the same.
  func connection() async throws -> PostgresConnection {
    if let existing, await existing.isAlive { return existing }
    let opening = opening.withLock { current in
      if let current, current.join() { return current }
      let new = Opening { try await self.replace() }
      current = new
      return new
    }
    return try await opening.value
  }

  private func replace() async throws -> PostgresConnection {
    // Another task may have opened it since this one looked.
    if let existing, await existing.isAlive { return existing }
    let connection = try await another()
    current.withLock { $0 = connection }
    let new = connection.info.backendPID
    let former = process.withLock { process in
      defer { process = new }
      return process
    }
    if let former { onReconnected(former, new) }
    return connection
  }

  /// A session that is alive, with a server that takes changes.
  func primary() async throws -> PostgresConnection {
    let connection = try await connection()
    let isStandby: Bool = try await connection.query("SELECT pg_catalog.pg_is_in_recovery()").only()
      .decode(0)
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

  /// Refuses servers on other machines from now on, whichever a new session may reach.
  func requireThisMachine() async throws {
    staysHere.withLock { $0 = true }
    if let existing, await existing.isAlive { try await existing.requireThisMachine() }
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
    let pid: Int32 = try await connection.query("SELECT pg_catalog.pg_backend_pid()").only().decode(
      0)
    // A pooler makes up the number that it gives its clients.
    guard pid == connection.info.backendPID else { throw EngineError.pooled }
    let schemas = try await connection.schemasBeforeCatalogue()
    guard schemas.isEmpty else { throw EngineError.catalogueShadowed(schemas) }
    if staysHere.withLock(\.self) { try await connection.requireThisMachine() }
    // Questions to the catalogue are long and their rows few: compiling one takes the server longer than answering it.
    // Between two statements of a transaction of ours lies the program's own work, however slow its machine is. But a
    // program whose machine or network is gone must not keep its locks for hours.
    try await connection.script(
      """
      SET jit = off; SET idle_in_transaction_session_timeout = 0;
      SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3;
      SET tcp_user_timeout = '30s'
      """)
  }
}

/// A session on its way, for all tasks that wait for it; given up when none of them waits any more.
private final class Opening: Sendable {
  private let task: Task<PostgresConnection, any Error>
  /// How many tasks wait; none joins once all have left or it has ended.
  private let waiting = Mutex<Int?>(1)

  init(_ body: @escaping @Sendable () async throws -> PostgresConnection) {
    task = Task { try await body() }
  }

  /// Waits with the others; `false` when it is over.
  func join() -> Bool {
    waiting.withLock { count in
      guard let now = count else { return false }
      count = now + 1
      return true
    }
  }

  /// The session.
  var value: PostgresConnection {
    get async throws {
      defer { waiting.withLock { $0 = nil } }
      return try await withTaskCancellationHandler {
        try await task.value
      } onCancel: {
        let isLast = waiting.withLock { count in
          guard let now = count else { return false }
          count = now > 1 ? now - 1 : nil
          return now == 1
        }
        if isLast { task.cancel() }
      }
    }
  }
}

extension PostgresConnection {
  /// Refuses a server that is not on this machine.
  ///
  /// The server's own address alone does not tell: at the far end of a tunnel it is a loopback address too. But there
  /// the server talks to the tunnel, not to the port, or the socket, that this program opened.
  func requireThisMachine() async throws {
    let row = try await query(
      "SELECT pg_catalog.host(pg_catalog.inet_server_addr()), pg_catalog.inet_client_port()"
    ).only()
    let address: String? = try row.decode(0)
    if let address, !(address.hasPrefix("127.") || address == "::1") {
      throw EngineError.daemonRefused("the session reached a server at \(address)")
    }
    let port: Int? = try row.decode(1)
    guard port == info.clientPort else {
      func end(_ port: Int?) -> String { port.map { "port \($0)" } ?? "a Unix socket" }
      throw EngineError.daemonRefused(
        "the session goes through a tunnel or a relay, to a server that may be anywhere: "
          + "it comes from \(end(info.clientPort)), the server sees \(end(port))")
    }
  }
}
