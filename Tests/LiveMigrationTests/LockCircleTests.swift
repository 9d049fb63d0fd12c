import LiveMigration
import Postgres
import Synchronization
import TestSupport
import Testing

/// A client that goes through the tables of a swap in the other order.
@Suite("Lock circles", .database)
struct LockCircleTests {
  @Test
  func `The swap gives way to a client that it would be in a circle with`() async throws {
    let rehearsal = try await Rehearsal(
      setup: """
        CREATE TABLE org (id int PRIMARY KEY, name text);
        CREATE TABLE t (id int PRIMARY KEY, org int REFERENCES org, note text);
        INSERT INTO org SELECT g, 'org' FROM generate_series(1, 50) g;
        INSERT INTO t SELECT g, 1 + g % 50, 'n' FROM generate_series(1, 200) g;
        ANALYZE;
        """,
      migration: """
        ALTER TABLE org ALTER COLUMN id TYPE bigint;
        ALTER TABLE t ALTER COLUMN org TYPE bigint;
        """, comparing: false)
    let id = try await rehearsal.plan()
    let engine = rehearsal.engine()
    _ = try await engine.run(id, options: Rehearsal.everything) { _ in }
    let client = try await rehearsal.database.connect(applicationName: "client")
    let second = Mutex<Task<Void, any Error>?>(nil)
    let observer = StatementObserver(
      before: { text in
        guard text.contains("LOCK TABLE public.org IN ACCESS EXCLUSIVE MODE"),
          second.withLock({ $0 }) == nil
        else { return }
        try await StatementObserver.$current.withValue(nil) {
          _ = try await client.script("BEGIN; UPDATE t SET note = 'client' WHERE id = 7")
          // The swap holds one table and waits for the other, which the client took before it.
          let task = Task {
            try await rehearsal.database.waitUntilBlocked(holding: "org")
            _ = try await client.script("UPDATE org SET name = 'client' WHERE id = 7; COMMIT")
          }
          second.withLock { $0 = task }
        }
      },
      after: { _ in })
    let retries = Mutex(0)
    let outcome = try await StatementObserver.$current.withValue(observer) {
      try await engine.finalize(id, justification: "now") { event in
        if case .retrying = event { retries.withLock { $0 += 1 } }
      }
    }
    #expect(outcome.status == .complete)
    #expect(retries.withLock { $0 } > 0)
    let task = try #require(second.withLock { $0 })
    await #expect(throws: Never.self) { try await task.value }
    let written: [String] = try await client.query(
      "SELECT note FROM t WHERE id = 7 UNION ALL SELECT name FROM org WHERE id = 7"
    ).map { try $0.decode(0) }
    #expect(written == ["client", "client"])
    await client.close()
    await engine.disconnect()
    try await rehearsal.dispose()
  }
}
