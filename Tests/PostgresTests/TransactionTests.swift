import Postgres
import TestSupport
import Testing

/// Transactions, locks and statements of several tasks on one session.
@Suite("Transactions", .database)
struct TransactionTests {
  private func table() async throws -> PostgresConnection {
    let connection = try await TestDatabase.current.connect()
    try await connection.script("CREATE TABLE t (i int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED)")
    return connection
  }

  private func rows(_ connection: PostgresConnection) async throws -> [Int] {
    try await connection.query("SELECT i FROM t ORDER BY i").map { try $0.decode(0) }
  }

  @Test
  func `What a body returns is committed, what it throws rolls back`() async throws {
    let connection = try await table()
    let result = try await connection.transaction { connection in
      try await connection.execute("INSERT INTO t VALUES (1)")
      return connection.transactionStatus
    }
    #expect(result == .open)
    struct Refused: Error {}
    await #expect(throws: Refused.self) {
      try await connection.transaction { connection in
        try await connection.execute("INSERT INTO t VALUES (2)")
        throw Refused()
      }
    }
    #expect(try await rows(connection) == [1])
    #expect(await connection.transactionStatus == .idle)
    await connection.close()
  }

  @Test
  func `Transactions do not nest`() async throws {
    let connection = try await table()
    try await connection.transaction { connection in
      try await connection.execute("INSERT INTO t VALUES (1)")
      await #expect(throws: PostgresError.transactionInProgress) {
        try await connection.transaction { _ in }
      }
      #expect(connection.transactionStatus == .open)
    }
    #expect(try await rows(connection) == [1])
    try await connection.script("BEGIN")
    await #expect(throws: PostgresError.transactionInProgress) {
      try await connection.transaction { _ in }
    }
    #expect(await connection.transactionStatus == .open)
    try await connection.script("ROLLBACK")
    await connection.close()
  }

  @Test
  func `A commit that fails says so and leaves nothing`() async throws {
    let connection = try await table()
    do {
      _ = try await connection.transaction { connection in
        try await connection.execute("INSERT INTO t VALUES (1), (1)")
      }
      Issue.record("the commit succeeded")
    } catch let error as PostgresError {
      #expect(error.sqlState == .uniqueViolation)
    }
    #expect(try await rows(connection) == [])
    #expect(await connection.transactionStatus == .idle)
    await connection.close()
  }

  @Test
  func `An error that the body swallows is no success`() async throws {
    let connection = try await table()
    await #expect(throws: PostgresError.commitRolledBack) {
      try await connection.transaction { connection in
        try await connection.execute("INSERT INTO t VALUES (1)")
        _ = try? await connection.execute("SELECT 1 / 0")
        #expect(connection.transactionStatus == .failed)
      }
    }
    await #expect(throws: PostgresError.transactionEndedByBody) {
      try await connection.transaction { connection in
        try await connection.script("COMMIT")
      }
    }
    #expect(try await rows(connection) == [])
    await connection.close()
  }

  @Test
  func `Options reach the server`() async throws {
    let connection = try await table()
    let row = try await connection.transaction(.snapshot) { connection in
      try await connection.query(
        "SELECT current_setting('transaction_isolation'), current_setting('transaction_read_only')")
    }.only()
    #expect(row.texts == ["repeatable read", "on"])
    do {
      _ = try await connection.transaction(TransactionOptions(isReadOnly: true)) { connection in
        try await connection.execute("INSERT INTO t VALUES (1)")
      }
      Issue.record("a read-only transaction wrote")
    } catch let error as PostgresError {
      #expect(error.sqlState == .readOnlySqlTransaction)
    }
    await connection.close()
  }

  @Test
  func `Statements of other tasks wait until a transaction is over`() async throws {
    let connection = try await table()
    await withTaskGroup { group in
      for number in 0..<20 {
        group.addTask {
          do {
            try await connection.transaction { connection in
              try await connection.execute("INSERT INTO t VALUES (\(number))")
              await Task.yield()
              // Whatever another task did in between would stand here too.
              let mine = try await connection.query(
                "SELECT count(*) FROM t WHERE xmin::text = pg_current_xact_id()::text")
              #expect(try mine.only().decode(0) == 1)
              if number % 2 == 1 { throw CancellationError() }
            }
          } catch {
            #expect(number % 2 == 1)
          }
        }
      }
    }
    #expect(try await rows(connection) == Array(stride(from: 0, to: 20, by: 2)))
    await connection.close()
  }

  @Test
  func `A prepared statement survives what happens to it`() async throws {
    let connection = try await table()
    for number in 0..<3 {
      let sql: SQL = "INSERT INTO t VALUES (\(number)) RETURNING *"
      #expect(try await connection.query(sql, prepare: true).only().decode(0) == number)
    }
    #expect(
      try await connection.query("SELECT count(*) FROM pg_prepared_statements").only().decode(0)
        == 1)
    try await connection.script("DEALLOCATE ALL")
    #expect(
      try await connection.query("INSERT INTO t VALUES (\(3)) RETURNING *", prepare: true).count
        == 1)
    try await connection.script("ALTER TABLE t ADD j int")
    let after = try await connection.query(
      "INSERT INTO t VALUES (\(4)) RETURNING *", prepare: true)
    #expect(after.columnNames == ["i", "j"])
    #expect(try await rows(connection) == [0, 1, 2, 3, 4])
    await connection.close()
  }

  private func unlock(_ key: Int64, _ connection: PostgresConnection) async throws -> Bool {
    try await connection.query("SELECT pg_advisory_unlock(\(key))").only().decode(0)
  }

  @Test
  func `An advisory lock belongs to one session`() async throws {
    let first = try await TestDatabase.current.connect()
    let second = try await TestDatabase.current.connect()
    let key = Int64.min + 7
    #expect(try await first.tryAdvisoryLock(key))
    #expect(try await !second.tryAdvisoryLock(key))
    #expect(try await first.tryAdvisoryLock(key))
    #expect(try await !unlock(key, second))
    #expect(try await unlock(key, first))
    #expect(try await !second.tryAdvisoryLock(key))
    #expect(try await unlock(key, first))
    #expect(try await second.tryAdvisoryLock(key))
    #expect(try await first.tryAdvisoryLock(key + 1))
    await second.close()
    while try await !first.tryAdvisoryLock(key) { try await Task.sleep(for: .milliseconds(5)) }
    await first.close()
  }
}
