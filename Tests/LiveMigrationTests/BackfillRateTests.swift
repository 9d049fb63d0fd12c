import LiveMigration
import Postgres
import TestSupport
import Testing

/// A ceiling of rows a second: it holds, and who rests under it still hears.
@Suite("Backfill: the ceiling of rows", .database)
struct BackfillRateTests {
  private static func table(rate: Int, workers: Int = 1) async throws -> FilledTable {
    var settings = FilledTable.settings
    settings.maxRowsPerSecond = rate
    settings.workers = workers
    return try await FilledTable(rows: 4000, settings: settings)
  }

  @Test(arguments: [1, 3])
  func `No more rows are changed than the ceiling allows, and the reason is shown`(
    workers: Int
  ) async throws {
    let table = try await Self.table(rate: 2000, workers: workers)
    let client = try await table.rehearsal.database.connect()
    let witness = Witness()
    let engine = table.rehearsal.engine()
    let begin: Double = try await Self.now(client)
    _ = try await engine.run(table.plan, options: Rehearsal.everything) { witness.take($0) }
    let took = try await Self.now(client) - begin
    // The last chunk of each session need not be rested for in time.
    #expect(took > (4000 - 2000) / 2000)
    let reasons = witness.events.compactMap { event in
      if case .backfill(_, let progress) = event { progress.easedFor } else { nil }
    }
    #expect(reasons.contains("held to 2000 rows a second"))
    await engine.disconnect()
    try await table.drive()
    #expect(try await table.disagreements() == 0)
    await client.close()
    try await table.dispose()
  }

  private static func now(_ client: PostgresConnection) async throws -> Double {
    try await client.query("SELECT extract(epoch FROM clock_timestamp())::float8").only().decode(0)
  }

  @Test(arguments: [1, 3])
  func `A pause is heard in the middle of a rest`(workers: Int) async throws {
    let table = try await Self.table(rate: 1, workers: workers)
    let (engine, other, witness) = (table.rehearsal.engine(), table.rehearsal.engine(), Witness())
    let run = Task {
      try await engine.run(table.plan, options: Rehearsal.everything) { witness.take($0) }
    }
    await witness.waitForChunks(1)
    _ = try await other.pause(table.plan)
    #expect(try await run.value.status == .paused)
    #expect(try await table.rowsDone() < 4000)
    _ = try await other.tune(table.plan, [TuningChange(key: .maxRate, value: "none")])
    await engine.disconnect()
    await other.disconnect()
    try await table.drive()
    #expect(try await table.disagreements() == 0)
    try await table.dispose()
  }

  @Test
  func `A ceiling that is lifted ends the rest`() async throws {
    let table = try await Self.table(rate: 1)
    let (engine, other, witness) = (table.rehearsal.engine(), table.rehearsal.engine(), Witness())
    let run = Task {
      try await engine.run(table.plan, options: Rehearsal.everything) { witness.take($0) }
    }
    await witness.waitForChunks(1)
    _ = try await other.tune(table.plan, [TuningChange(key: .maxRate, value: "none")])
    #expect(try await run.value.status == .finalizing)
    #expect(try await table.rowsDone() == 4000)
    await engine.disconnect()
    await other.disconnect()
    try await table.drive()
    #expect(try await table.disagreements() == 0)
    try await table.dispose()
  }
}
