import LiveMigration
import Postgres
import Synchronization
import TestSupport
import Testing

/// Partitions that come and go while others are filled.
@Suite("Backfill: partitions in motion", .database)
struct BackfillPartitionTests {
  private static func rehearsal(workers: Int) async throws -> Rehearsal {
    var settings = FilledTable.settings
    settings.workers = workers
    // Outsiders who change partitions hold locks for a moment.
    settings.lockRetries = 1000
    return try await Rehearsal(
      setup: """
        CREATE TABLE t (k int, amount int) PARTITION BY LIST (k);
        CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
        CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
        CREATE TABLE t_3 PARTITION OF t FOR VALUES IN (3);
        INSERT INTO t SELECT 1 + g % 3, g % 11 FROM generate_series(1, 12000) g;
        ANALYZE;
        """,
      migration: "ALTER TABLE t ALTER COLUMN amount TYPE bigint;", settings: settings,
      comparing: false)
  }

  struct Motion: Sendable, CustomTestStringConvertible {
    var statements: String
    /// The rows of `t` at the end, and the sum of their amounts as before.
    var rows: Int
    var testDescription: String { statements }
  }

  private static let motions = [
    Motion(statements: "DROP TABLE t_1", rows: 8000),
    Motion(statements: "DROP TABLE t_2", rows: 8000),
    Motion(statements: "ALTER TABLE t_1 RENAME TO t_one", rows: 12_000),
    Motion(statements: "CREATE SCHEMA s; ALTER TABLE t_1 SET SCHEMA s", rows: 12_000),
    Motion(statements: "ALTER TABLE t DETACH PARTITION t_1", rows: 8000),
    Motion(statements: "ALTER TABLE t DETACH PARTITION t_3", rows: 8000),
    Motion(
      statements: """
        CREATE TABLE t_4 (LIKE t);
        INSERT INTO t_4 (k, amount) SELECT 4, g % 11 FROM generate_series(1, 500) g;
        ALTER TABLE t ATTACH PARTITION t_4 FOR VALUES IN (4)
        """, rows: 12_500),
    Motion(
      statements: """
        ALTER TABLE t_1 RENAME TO t_one;
        ALTER TABLE t_2 RENAME TO t_1;
        ALTER TABLE t_one RENAME TO t_2
        """, rows: 12_000),
  ]

  @Test(arguments: motions, [1, 3])
  func `What moves meanwhile ends exact`(motion: Motion, workers: Int) async throws {
    let rehearsal = try await Self.rehearsal(workers: workers)
    let id = try await rehearsal.plan()
    let client = try await rehearsal.database.connect()
    let (engine, witness) = (rehearsal.engine(), Witness())
    let run = Task {
      try await engine.run(id, options: Rehearsal.everything) { witness.take($0) }
    }
    await witness.waitForChunks(5)
    try await client.script(motion.statements)
    let outcome = try await run.value
    #expect(outcome.status == .finalizing)
    let row = try await client.query(
      """
      SELECT count(*) AS rows, count(*) FILTER (WHERE amount_new IS DISTINCT FROM amount) AS wrong
      FROM t
      """
    ).only()
    #expect(try row.decode("rows") == motion.rows)
    #expect(try row.decode("wrong") == 0)
    await engine.disconnect()
    #expect(try await rehearsal.drive(id).status == .complete)
    await client.close()
    try await rehearsal.dispose()
  }

  @Test
  func `What was attached while no session drove the plan is filled too`() async throws {
    let rehearsal = try await Self.rehearsal(workers: 1)
    let client = try await rehearsal.database.connect()
    // Older than every partition that is filled.
    try await client.script(
      """
      CREATE TABLE t_0 (k int, amount int);
      ALTER TABLE t DETACH PARTITION t_1; ALTER TABLE t DETACH PARTITION t_2;
      CREATE TABLE n_1 PARTITION OF t FOR VALUES IN (1);
      CREATE TABLE n_2 PARTITION OF t FOR VALUES IN (2);
      INSERT INTO t SELECT k, amount FROM t_1 UNION ALL SELECT k, amount FROM t_2;
      ANALYZE
      """)
    let id = try await rehearsal.plan()
    let engine = rehearsal.engine()
    let run = Task {
      try await engine.run(id, options: Rehearsal.everything) { event in
        if case .backfill(_, let progress) = event, progress.table.contains("n_2") {
          withUnsafeCurrentTask { $0?.cancel() }
        }
      }
    }
    await #expect(throws: EngineError.self) { try await run.value }
    await engine.disconnect()
    try await client.script(
      """
      ALTER TABLE t_0 ADD COLUMN amount_new bigint;
      INSERT INTO t_0 (k, amount) SELECT 0, g % 11 FROM generate_series(1, 500) g;
      ALTER TABLE t ATTACH PARTITION t_0 FOR VALUES IN (0)
      """)
    #expect(try await rehearsal.drive(id).status == .complete)
    #expect(try await client.query("SELECT FROM t").count == 12_500)
    await client.close()
    try await rehearsal.dispose()
  }

  @Test
  func `Helpers keep their sessions from leaf to leaf`() async throws {
    let rehearsal = try await Self.rehearsal(workers: 2)
    let id = try await rehearsal.plan()
    var settings = rehearsal.settings
    // Without a session that measures what clients feel.
    settings.yieldsToClients = false
    let sessions = Counter()
    let engine = LiveEngine(
      workspace: Workspace(folder: rehearsal.folder), database: .main, settings: settings, node: 1
    ) {
      sessions.increase()
      return try await rehearsal.database.connect(applicationName: "rehearsal")
    }
    // The gates behind the backfill have sessions of their own, where they take long.
    let seen = Mutex((workers: 0, sessions: 0))
    _ = try await engine.run(id, options: Rehearsal.everything) { event in
      guard case .backfill(_, let progress) = event else { return }
      seen.withLock { seen in
        seen.workers = max(seen.workers, progress.workers ?? 1)
        seen.sessions = sessions.value
      }
    }
    #expect(seen.withLock { $0.workers } == 2)
    #expect(seen.withLock { $0.sessions } == 2)
    await engine.disconnect()
    try await rehearsal.drive(id)
    try await rehearsal.dispose()
  }
}
