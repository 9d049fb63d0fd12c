import Postgres
import TestSupport
import Testing

/// Tasks that are cancelled while a statement runs or waits.
@Suite("Cancellation", .database)
struct CancellationTests {
  /// Waits until a session of the test's database does what `condition` says.
  static func waitUntil(
    _ condition: String, _ connection: PostgresConnection
  ) async throws {
    let sql = SQL(
      raw: "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        + "AND pid <> pg_backend_pid() AND " + condition)
    while try await connection.query(sql).only().decode(0, as: Int.self) == 0 {
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  @Test
  func `A cancelled task ends its statement, and the session goes on`() async throws {
    let observer = try await TestDatabase.current.connect()
    let connection = try await TestDatabase.current.connect()
    let task = Task { try await connection.query("SELECT pg_sleep(600)") }
    try await Self.waitUntil("wait_event = 'PgSleep'", observer)
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(try await connection.query("SELECT 1").only().decode(0) == 1)
    #expect(await connection.isAlive)
    await connection.close()
    await observer.close()
  }

  @Test
  func `A cancelled transaction is rolled back`() async throws {
    let observer = try await TestDatabase.current.connect()
    let connection = try await TestDatabase.current.connect()
    try await connection.script("CREATE TABLE t (i int)")
    let task = Task {
      try await connection.transaction { connection in
        try await connection.execute("INSERT INTO t VALUES (1)")
        try await connection.execute("SELECT pg_sleep(600)")
      }
    }
    try await Self.waitUntil("wait_event = 'PgSleep'", observer)
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(await connection.transactionStatus == .idle)
    #expect(try await observer.query("SELECT count(*) FROM t").only().decode(0) == 0)
    await connection.close()
    await observer.close()
  }

  @Test
  func `A task that waits for its turn can be cancelled alone`() async throws {
    let observer = try await TestDatabase.current.connect()
    let connection = try await TestDatabase.current.connect()
    try await connection.script("CREATE TABLE t (i int); SELECT pg_advisory_lock(1)")
    let (began, begin) = AsyncStream<Void>.makeStream()
    let (gate, open) = AsyncStream<Void>.makeStream()
    let holder = Task {
      try await connection.transaction { connection in
        try await connection.execute("INSERT INTO t VALUES (1)")
        begin.yield()
        for await _ in gate { break }
      }
    }
    for await _ in began { break }
    let waiter = Task { try await connection.execute("INSERT INTO t VALUES (2)") }
    waiter.cancel()
    await #expect(throws: CancellationError.self) { try await waiter.value }
    open.yield()
    try await holder.value
    let rows = try await observer.query("SELECT i FROM t")
    #expect(try rows.map { try $0.decode(0, as: Int.self) } == [1])
    await connection.close()
    await observer.close()
  }

  @Test
  func `A statement that waits for a lock is cancelled too`() async throws {
    let observer = try await TestDatabase.current.connect()
    let outsider = try await TestDatabase.current.connect()
    let connection = try await TestDatabase.current.connect()
    try await outsider.script("CREATE TABLE t (i int)")
    try await outsider.script("BEGIN; LOCK TABLE t")
    let task = Task { try await connection.execute("INSERT INTO t VALUES (1)") }
    try await Self.waitUntil("wait_event_type = 'Lock'", observer)
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    try await outsider.script("COMMIT")
    #expect(try await connection.query("SELECT count(*) FROM t").only().decode(0) == 0)
    for connection in [observer, outsider, connection] { await connection.close() }
  }

  @Test
  func `A statement that the server cancelled is the server's error`() async throws {
    let connection = try await TestDatabase.current.connect()
    try await connection.execute("SET statement_timeout = '20ms'")
    do {
      _ = try await connection.execute("SELECT pg_sleep(600)")
      Issue.record("nothing was cancelled")
    } catch let error as PostgresError {
      #expect(error.sqlState == .queryCanceled)
      #expect(!error.isTransient)
    }
    await connection.close()
  }

  @Test
  func `A cancelled task does not connect`() async throws {
    let database = try TestDatabase.current
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await database.connect()
    }
    await #expect(throws: CancellationError.self) { try await task.value }
    // An address that never answers: nothing but the cancellation ends the attempt.
    let silent = Task {
      try await PostgresConnection.connect(
        ConnectionConfiguration("host=192.0.2.1 connect_timeout=60"))
    }
    try await Task.sleep(for: .milliseconds(50))
    silent.cancel()
    await #expect(throws: (any Error).self) { try await silent.value }
  }
}
