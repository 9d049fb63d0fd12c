import Postgres
import TestSupport
import Testing

/// Sessions that end without being asked.
@Suite("Loss of the connection", .database)
struct ConnectionLossTests {
  private func end(_ connection: PostgresConnection) async throws {
    let other = try await TestDatabase.current.connect()
    try await other.execute("SELECT pg_terminate_backend(\(connection.info.backendPID), 5000)")
    await other.close()
  }

  @Test
  func `A session lost while idle says so at the next call, and at a look`() async throws {
    let connection = try await TestDatabase.current.connect()
    #expect(await connection.checkIdle() == .quiet)
    #expect(connection.socketDescriptor != nil)
    try await end(connection)
    var state = await connection.checkIdle()
    while state == .quiet {
      try await Task.sleep(for: .milliseconds(5))
      state = await connection.checkIdle()
    }
    guard case .ended(let error) = state, case .connectionLost(let loss) = error else {
      Issue.record("\(state)")
      return
    }
    #expect(error.sqlState == .adminShutdown)
    #expect(error.isTransient)
    #expect(loss.statement == nil)
    #expect(await !connection.isAlive)
    #expect(connection.socketDescriptor == nil)
    #expect(await connection.transactionStatus == .unknown)
    await #expect(throws: error) { try await connection.query("SELECT 1") }
    await #expect(throws: error) { try await connection.transaction { _ in } }
  }

  @Test
  func `A statement sent into a lost session fails with the server's last words`() async throws {
    let connection = try await TestDatabase.current.connect()
    try await end(connection)
    do {
      _ = try await connection.query("SELECT 1")
      Issue.record("the session lives")
    } catch let error as PostgresError {
      #expect(error.sqlState == .adminShutdown)
      #expect(error.isTransient)
      #expect(error.description.contains("The connection to the server was lost"))
    }
  }

  @Test
  func `A session lost in the middle of a statement leaves its outcome unknown`() async throws {
    let observer = try await TestDatabase.current.connect()
    let connection = try await TestDatabase.current.connect()
    let task = Task {
      try await connection.transaction { connection in
        try await connection.execute("SELECT pg_sleep(600)")
      }
    }
    try await CancellationTests.waitUntil("wait_event = 'PgSleep'", observer)
    try await end(connection)
    do {
      _ = try await task.value
      Issue.record("the session lives")
    } catch let error as PostgresError {
      guard case .connectionLost(let loss) = error else { throw error }
      #expect(loss.statement == "SELECT pg_sleep(600)")
      #expect(loss.lastWords?.severity == "FATAL")
      #expect(error.description.contains("is unknown"))
    }
    await #expect(throws: PostgresError.self) { try await connection.query("SELECT 1") }
    await observer.close()
  }

  @Test
  func `A closed session is no lost one`() async throws {
    let connection = try await TestDatabase.current.connect()
    await connection.close()
    await connection.close()
    await #expect(throws: PostgresError.connectionClosed) { try await connection.query("SELECT 1") }
    #expect(!PostgresError.connectionClosed.isTransient)
    #expect(await connection.checkIdle() == .ended(.connectionClosed))
  }
}
