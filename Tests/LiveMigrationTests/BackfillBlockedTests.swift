import LiveMigration
import Postgres
import Synchronization
import TestSupport
import Testing

/// An outsider holds a row, or a lock, that the backfill comes to.
@Suite("Backfill: rows that somebody holds", .database)
struct BackfillBlockedTests {
  private static func table(workers: Int) async throws -> FilledTable {
    var settings = FilledTable.settings
    settings.workers = workers
    settings.lockRetries = 10_000
    return try await FilledTable(rows: 40_000, settings: settings)
  }

  @Test(arguments: [1, 3])
  func `Everything else is filled meanwhile, and the holder is named`(workers: Int) async throws {
    let table = try await Self.table(workers: workers)
    let client = try await table.rehearsal.database.connect()
    let outsider = try await table.rehearsal.database.connect(applicationName: "outsider")
    let arrival = Mutex<Task<Void, any Error>?>(nil)
    let reason = "process \(outsider.info.backendPID) (outsider), idle in transaction, which holds"
    try await table.whileHeld(
      by: reason,
      beforeEachChunk: { _ in
        // Any of the sessions may be the first: none fills a row before it is there.
        let arrival = arrival.withLock { arrival in
          let first =
            arrival
            ?? Task {
              try await outsider.script(
                """
                BEGIN;
                UPDATE t SET note = 'mine' WHERE id IN (17, 20000);
                UPDATE mirror SET note = 'mine' WHERE id IN (17, 20000)
                """)
            }
          arrival = first
          return first
        }
        try await arrival.value
      },
      {
        let left: Int = try await client.query(
          "SELECT count(*) FROM t WHERE amount_new IS NULL"
        ).only().decode(0)
        // At most the windows of the two rows.
        #expect(left > 0 && left < 20_000, "\(left)")
        try await outsider.script("COMMIT")
      })
    // Its rows were filled by the hook.
    #expect(try await table.rowsDone() == 40_000 - 2)
    #expect(try await table.disagreements() == 0)
    await client.close()
    await outsider.close()
    try await table.dispose()
  }

  @Test
  func `A pause is heard while only the holder's rows are left`() async throws {
    let table = try await Self.table(workers: 1)
    let outsider = try await table.rehearsal.database.connect(applicationName: "outsider")
    let other = table.rehearsal.engine()
    try await table.whileHeld(
      by: "process \(outsider.info.backendPID) (outsider)",
      beforeEachChunk: { number in
        guard number == 1 else { return }
        try await outsider.script("BEGIN; SELECT FROM t WHERE id = 17 FOR UPDATE")
      },
      {
        _ = try await other.pause(table.plan)
        while try await other.history(table.plan).allSatisfy({ $0.action != .paused }) {
          try await Task.sleep(for: .milliseconds(20))
        }
        try await outsider.script("COMMIT")
      })
    #expect(try await table.rowsDone() == 40_000)
    #expect(try await table.disagreements() == 0)
    await other.disconnect()
    await outsider.close()
    try await table.dispose()
  }
}
