import LiveMigration
import Postgres
import Rehearsals
import Synchronization
import TestSupport
import Testing

/// More sessions than one, and what becomes of their windows.
@Suite("Backfill: workers", .database)
struct BackfillWorkerTests {
  @Test
  func `Workers share the windows, and every row is changed once`() async throws {
    var settings = FilledTable.settings
    settings.workers = 3
    let table = try await FilledTable(rows: 40_000, settings: settings)
    let most = Mutex(0)
    try await table.drive(onProgress: { progress in
      most.withLock { $0 = max($0, progress.workers ?? 1) }
    })
    #expect(most.withLock { $0 } == 3)
    #expect(try await table.rowsDone() == 40_000)
    #expect(try await table.disagreements() == 0)
    try await table.dispose()
  }

  @Test(arguments: [3, 20, 41])
  func `Workers that die one by one lose nothing`(rhythm: Int) async throws {
    var settings = FilledTable.settings
    settings.workers = 3
    let table = try await FilledTable(rows: 40_000, settings: settings)
    let (client, name) = (
      try await table.rehearsal.database.connect(), table.rehearsal.database.name
    )
    let deaths = Mutex(0)
    try await table.drive(beforeEachChunk: { number in
      guard number % rhythm == 0 else { return }
      // The session with the plan's lock is the first one; any other is a worker's.
      let ended = try await client.query(
        """
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity AS a
        WHERE datname = \(name) AND application_name = 'rehearsal' AND pid NOT IN
          (SELECT l.pid FROM pg_locks AS l WHERE l.locktype = 'advisory')
        LIMIT 1
        """
      ).count
      deaths.withLock { $0 += ended }
    })
    #expect(deaths.withLock { $0 } > 0)
    #expect(try await table.rowsDone() == 40_000)
    #expect(try await table.disagreements() == 0)
    await client.close()
    try await table.dispose()
  }

  @Test(arguments: [7, 50])
  func `A program that dies with its workers goes on exactly`(boundary: Int) async throws {
    var settings = FilledTable.settings
    settings.workers = 3
    let table = try await FilledTable(rows: 40_000, settings: settings)
    await #expect(throws: (any Error).self) {
      try await table.drive(beforeEachChunk: { number in
        if number >= boundary { throw SimulatedCrash() }
      })
    }
    try await table.drive()
    #expect(try await table.rowsDone() == 40_000)
    #expect(try await table.disagreements() == 0)
    try await table.dispose()
  }

  @Test
  func `The number that run is given is kept as tune keeps it`() async throws {
    let table = try await FilledTable(rows: 40_000)
    var options = Rehearsal.everything
    options.workers = 2
    let engine = table.rehearsal.engine()
    let most = Mutex(0)
    _ = try await engine.run(table.plan, options: options) { event in
      if case .backfill(_, let progress) = event {
        most.withLock { $0 = max($0, progress.workers ?? 1) }
      }
    }
    #expect(most.withLock { $0 } == 2)
    #expect(try await engine.tune(table.plan, []).tuning.values == [.workers: "2"])
    let tuned = try await engine.history(table.plan).filter { $0.action == .tuned }
    #expect(tuned.map(\.detail) == ["workers: 1 → 2"])
    await engine.disconnect()
    try await table.rehearsal.waitForLock(table.plan)
    try await table.drive()
    #expect(try await table.disagreements() == 0)
    try await table.dispose()
  }
}
