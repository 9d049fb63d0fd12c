import Foundation
import LiveMigration
import Postgres
import Rehearsals
import Synchronization
import TestSupport
import Testing

/// The backfill against a real server, with what can come between two of its chunks.
@Suite("Backfill: on a server", .database)
struct BackfillServerTests {
  @Test
  func `Rows that clients change during every stride end exact`() async throws {
    let table = try await FilledTable(rows: 4000)
    let client = try await table.rehearsal.database.connect()
    let strides = Mutex(0)
    try await table.drive(beforeEachChunk: { number in
      strides.withLock { $0 += 1 }
      try await client.script(FilledTable.changes(number))
    })
    #expect(strides.withLock { $0 } > 8)
    #expect(try await table.disagreements() == 0)
    #expect(try await client.query("SELECT 1 FROM t WHERE id > 4000").count > 8)
    await client.close()
    try await table.dispose()
  }

  @Test(arguments: [2, 5, 11])
  func `A table that is rewritten is filled from its beginning`(chunk: Int) async throws {
    let table = try await FilledTable(rows: 4000)
    let client = try await table.rehearsal.database.connect()
    let notices = try await table.drive(beforeEachChunk: { number in
      if number == chunk { try await client.execute("VACUUM FULL t") }
    })
    #expect(notices.contains { $0.contains("was rewritten") })
    #expect(try await table.disagreements() == 0)
    #expect(try await table.rowsDone() == 4000)
    await client.close()
    try await table.dispose()
  }

  @Test
  func `A table that is rewritten is seen long before the pass ends`() async throws {
    let table = try await FilledTable(rows: 40_000)
    let client = try await table.rehearsal.database.connect()
    let (engine, witness) = (table.rehearsal.engine(), Witness())
    let said: @Sendable (RunEvent) -> Bool = { event in
      if case .notice(_, let text) = event { text.contains("was rewritten") } else { false }
    }
    let observer = StatementObserver(
      before: { text in
        // Slow enough for many looks in one pass.
        guard text.hasPrefix("UPDATE ONLY"), !witness.events.contains(where: said) else { return }
        try await Task.sleep(for: .milliseconds(50))
      }, after: { _ in })
    let run = Task {
      try await StatementObserver.$current.withValue(observer) {
        try await engine.run(table.plan, options: Rehearsal.everything) { witness.take($0) }
      }
    }
    await witness.waitForChunks(2)
    try await client.execute("VACUUM FULL t")
    _ = try await run.value
    let before = witness.events.prefix { !said($0) }
    #expect(before.count < witness.events.count)
    #expect(
      before.allSatisfy { event in
        if case .backfill(_, let progress) = event { progress.rowsDone < 40_000 } else { true }
      })
    await engine.disconnect()
    try await table.drive()
    #expect(try await table.rowsDone() == 40_000)
    #expect(try await table.disagreements() == 0)
    await client.close()
    try await table.dispose()
  }

  @Test(arguments: 0..<24)
  func `A program that dies between two statements of a chunk goes on exactly`(
    boundary: Int
  ) async throws {
    let table = try await FilledTable(rows: 3000)
    let count = Mutex(-1)
    let observer = StatementObserver(
      before: { text in
        let number = count.withLock { count in
          if count >= 0 || text.hasPrefix("UPDATE ONLY") { count += 1 }
          return count
        }
        if number >= boundary * 3 { throw SimulatedCrash() }
      }, after: { _ in })
    let engine = table.rehearsal.engine()
    await #expect(throws: (any Error).self) {
      try await StatementObserver.$current.withValue(observer) {
        _ = try await engine.run(table.plan, options: Rehearsal.everything) { _ in }
      }
    }
    await engine.disconnect()
    try await table.rehearsal.waitForLock(table.plan)
    try await table.drive()
    #expect(try await table.rowsDone() == 3000)
    #expect(try await table.disagreements() == 0)
    try await table.dispose()
  }

  @Test
  func `An old snapshot is named, and each window is done in one pass`() async throws {
    var settings = FilledTable.settings
    // The swap does not wait for it.
    settings.snapshotWait = .zero
    let table = try await FilledTable(rows: 4000, settings: settings)
    let reader = try await table.rehearsal.database.connect(applicationName: "report")
    try await reader.script("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1")
    // The server's own clock decides what is old.
    try await reader.script("SELECT pg_sleep(5.1)")
    let strides = Mutex<Set<Int>>([])
    let pins = Mutex<[String?]>([])
    let notices = try await table.drive(onProgress: { progress in
      _ = strides.withLock { $0.insert(progress.strides) }
      pins.withLock { $0.append(progress.pinnedBy) }
    })
    #expect(strides.withLock { $0 } == [1])
    let pid = reader.info.backendPID
    let said = try #require(notices.first { $0.contains("one pass over each window") })
    #expect(said.contains("process \(pid) (report) keeps a snapshot open for"))
    #expect(pins.withLock { $0.allSatisfy { $0?.contains("process \(pid)") == true } })
    // Nothing is pinned any more once no session fills the table.
    #expect(try await table.progress()?.pinnedBy == nil)
    await reader.close()
    try await table.dispose()
  }

  @Test
  func `Strides keep most updates on their page`() async throws {
    // Alone on its server: long transactions of other tests, even in other databases, keep dead rows alive.
    try await TestDatabase.scope(on: try await TestCluster()) {
      let table = try await FilledTable(rows: 30_000, indexed: true)
      try await table.drive()
      let progress = try #require(try await table.progress())
      let share = try #require(progress.hotShare)
      #expect(share > 0.4, "\(progress)")
      #expect(progress.pinnedBy == nil)
      try await table.dispose()
    }
  }

  @Test
  func `Every leaf of a partitioned table without a key is filled`() async throws {
    let rehearsal = try await Rehearsal(
      setup: """
        CREATE TABLE t (k int, amount int) PARTITION BY RANGE (k);
        CREATE TABLE t_a PARTITION OF t FOR VALUES FROM (0) TO (1000);
        CREATE TABLE t_b PARTITION OF t FOR VALUES FROM (1000) TO (3000) PARTITION BY HASH (k);
        CREATE TABLE t_b0 PARTITION OF t_b FOR VALUES WITH (MODULUS 2, REMAINDER 0);
        CREATE TABLE t_b1 PARTITION OF t_b FOR VALUES WITH (MODULUS 2, REMAINDER 1);
        CREATE TABLE t_none PARTITION OF t DEFAULT;
        INSERT INTO t SELECT g, g % 11 FROM generate_series(1, 2999) g;
        ANALYZE;
        """,
      migration: "ALTER TABLE t ALTER COLUMN amount TYPE bigint;",
      settings: FilledTable.settings)
    let id = try await rehearsal.plan()
    try await rehearsal.drive(id)
    try await rehearsal.runDirectly()
    let rows = try await rehearsal.rows(of: "t")
    #expect(rows.live == rows.direct)
    #expect(try await rehearsal.engine().show(id).row.rowsDone == 2999)
    try await rehearsal.dispose()
  }
}
