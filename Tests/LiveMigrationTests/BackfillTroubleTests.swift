import LiveMigration
import Postgres
import PrivateServer
import Synchronization
import TestSupport
import Testing

/// What can go wrong in a backfill, what the operator is told, and how it goes on.
@Suite("Backfill: trouble", .database)
struct BackfillTroubleTests {
  @Test
  func `A full disk pauses the plan, which goes on exactly when there is room`() async throws {
    let table = try await FilledTable(rows: 1000)
    let client = try await table.rehearsal.database.connect()
    // Larger than a segment of the WAL, to which the limit applies as well.
    try await client.script(
      """
      ALTER TABLE t ALTER note SET STORAGE PLAIN;
      INSERT INTO t SELECT g, g % 1000, repeat('x', 1500) FROM generate_series(1001, 14000) g;
      TRUNCATE mirror;
      INSERT INTO mirror TABLE t;
      ANALYZE t;
      """)
    let failure = await #expect(throws: EngineError.self) {
      try await table.drive(beforeEachChunk: { number in
        // A file can grow by part of a block, and no more: what the server sees on a full disk.
        if number == 3 { try await Self.limitFiles(to: 26_000_001, in: table) }
      })
    }
    guard case .dataRefused(let id, let status, .backfillChunked, let error, _, _) = failure else {
      Issue.record("\(String(describing: failure))")
      return
    }
    #expect(id == table.plan && status == .paused)
    #expect(error.sqlState == .diskFull)
    #expect(failure?.next == NextStep(.resume(id), after: .cause, destroys: true))
    #expect(try await table.rowsDone() < 14_000)
    try await table.drive()
    #expect(try await table.rowsDone() == 14_000)
    #expect(try await table.disagreements() == 0)
    await client.close()
    try await table.dispose()
  }

  /// Limits the size of the files that the plan's session may write.
  private static func limitFiles(to bytes: Int, in table: FilledTable) async throws {
    let connection = try await table.rehearsal.database.connect()
    let pids: [Int32] = try await connection.query(
      """
      SELECT pid FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'rehearsal'
      """
    ).map { try $0.decode(0) }
    await connection.close()
    for pid in pids {
      let outcome = try await ChildProcess.run(
        "/usr/bin/env",
        ServerPrograms.asServerUser + ["prlimit", "--pid", "\(pid)", "--fsize=\(bytes):unlimited"])
      #expect(outcome.status == .exited(0), "\(outcome.errors)")
    }
  }

  @Test(arguments: [1, 3])
  func `Time limits of the role do not end the backfill`(workers: Int) async throws {
    let database = try TestDatabase.current
    let role = try await database.makeRole()
    let admin = try await database.connect()
    try await admin.script(
      """
      ALTER ROLE \(role) SET statement_timeout = '1s';
      ALTER ROLE \(role) SET idle_in_transaction_session_timeout = '1ms';
      ALTER ROLE \(role) SET lock_timeout = '1ms';
      GRANT CREATE ON SCHEMA public TO \(role);
      GRANT CREATE ON DATABASE \(database.name) TO \(role);
      """)
    var settings = FilledTable.settings
    settings.workers = workers
    let rehearsal = try await Rehearsal(
      setup: """
        CREATE FUNCTION slow(value int) RETURNS bigint IMMUTABLE LANGUAGE plpgsql AS $$
          BEGIN PERFORM pg_sleep(0.002); RETURN value; END $$;
        CREATE TABLE t (id int PRIMARY KEY, amount int);
        INSERT INTO t SELECT g, g FROM generate_series(1, 900) g;
        ALTER TABLE t OWNER TO \(role);
        ANALYZE;
        """,
      migration: "ALTER TABLE t ALTER COLUMN amount TYPE bigint USING slow(amount);", user: role,
      settings: settings, comparing: false)
    let id = try await rehearsal.plan()
    let outcome = try await rehearsal.drive(id)
    #expect(outcome.status == .complete)
    #expect(outcome.rowsDone == 900)
    await admin.close()
    try await rehearsal.dispose()
  }

  @Test(arguments: [
    "DROP TABLE t CASCADE", "ALTER TABLE t DROP amount CASCADE",
    "ALTER TABLE t DROP amount_new CASCADE",
  ])
  func `What vanishes under the backfill is named`(statement: String) async throws {
    let table = try await FilledTable(rows: 3000)
    let client = try await table.rehearsal.database.connect()
    let failure = await #expect(throws: EngineError.self) {
      try await table.drive(beforeEachChunk: { number in
        if number == 4 { try await client.script(statement) }
      })
    }
    guard case .stepFailed(let id, .backfillChunked, let error) = failure else {
      Issue.record("\(String(describing: failure))")
      return
    }
    #expect(id == table.plan)
    #expect(error.sqlState.class == "42")
    #expect(failure?.next == NextStep(.revert(id)))
    let row = try await table.rehearsal.engine().show(id).row
    #expect(row.status == .failed)
    #expect(row.lastError?.contains(error.sqlState.rawValue) == true)
    await client.close()
    try await table.dispose()
  }

  @Test(arguments: [
    ("amount::bigint", 1), ("parsed(amount)", 1), ("amount::bigint", 3),
  ])
  func `A value that is refused is named by its key, corrected, and resumed`(
    conversion: String, workers: Int
  ) async throws {
    var settings = Rehearsal.quick
    settings.workers = workers
    let rehearsal = try await Rehearsal(
      setup: """
        CREATE FUNCTION parsed(value text) RETURNS bigint IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN
          IF value !~ '^\\d+$' THEN RAISE 'no amount: %', value; END IF;
          RETURN value::bigint; END $$;
        CREATE TABLE t (id int PRIMARY KEY, amount text);
        INSERT INTO t SELECT g, g::text FROM generate_series(1, 100000) g;
        UPDATE t SET amount = 'seven' WHERE id = 73421;
        ANALYZE;
        """,
      migration: "ALTER TABLE t ALTER COLUMN amount TYPE bigint USING \(conversion);",
      settings: settings,
      comparing: false)
    let id = try await rehearsal.plan()
    let failure = await #expect(throws: EngineError.self) { try await rehearsal.drive(id) }
    guard case .dataRefused(_, let status, .backfillChunked, _, let keys, _) = failure else {
      Issue.record("\(String(describing: failure))")
      return
    }
    #expect(status == .paused)
    #expect(keys == ["id=73421"])
    let client = try await rehearsal.database.connect()
    try await client.execute("UPDATE t SET amount = '7' WHERE id = 73421")
    let outcome = try await rehearsal.drive(id)
    #expect(outcome.status == .complete)
    let wrong: Int = try await client.query(
      "SELECT count(*) FROM t WHERE amount IS DISTINCT FROM CASE id WHEN 73421 THEN 7 ELSE id END"
    ).only().decode(0)
    #expect(wrong == 0)
    await client.close()
    try await rehearsal.dispose()
  }

  @Test(arguments: [false, true])
  func `A backfill that clients wait for holds its locks for less time, and says so`(
    isUnprivileged: Bool
  ) async throws {
    let role = isUnprivileged ? try await TestDatabase.current.makeRole() : nil
    let table = try await FilledTable(rows: 60_000, owner: role)
    let client = try await table.rehearsal.database.connect(applicationName: "client")
    let waiting = Mutex<Task<Void, any Error>?>(nil)
    let reasons = Mutex<Set<String>>([])
    try await table.drive(
      beforeEachStatement: { text in
        // The chunk's rows are locked now: a client comes for all of them, and waits.
        guard text.contains("pg_blocking_pids(pid)"), waiting.withLock({ $0 }) == nil else {
          return
        }
        let task = Task {
          _ = try await client.execute("UPDATE t SET note = note WHERE id <= 60000")
        }
        waiting.withLock { $0 = task }
        try await table.rehearsal.database.waitUntilBlocked("client")
      },
      onProgress: { progress in
        if let reason = progress.easedFor { _ = reasons.withLock { $0.insert(reason) } }
      })
    try await waiting.withLock({ $0 })?.value
    #expect(reasons.withLock { $0 }.contains("1 client waits for rows of the backfill"))
    #expect(try await table.disagreements() == 0)
    await client.close()
    try await table.dispose()
  }
}
