import Postgres
import TestSupport
import Testing

@testable import LiveMigration

/// What clients feel decides how the backfill works beside them.
@Suite("Backfill: what clients feel", .database)
struct ClientSlowdownTests {
  @Test func `While nothing is known, naps come as often as they did`() {
    var slowdown = ClientSlowdown()
    slowdown.works(0.010, limit: 2)
    #expect(slowdown.ratio == nil)
    #expect(slowdown.work == ClientSlowdown.first)
  }

  @Test func `Where clients feel nothing, the backfill works without naps in the end`() throws {
    var slowdown = ClientSlowdown()
    slowdown.rests(0.001)
    for _ in 0..<30 { slowdown.works(0.001, limit: 2) }
    #expect(slowdown.work == ClientSlowdown.most)
    var pace = ChunkPace(target: .milliseconds(100), rowLimit: 10_000, rowsPerBlock: 50)
    pace.took(.milliseconds(40), rows: 10_000, blocks: 1000)
    pace.yields = true
    #expect(pace.nap != nil)
    pace.workBetweenNaps = slowdown.work
    #expect(pace.nap == nil)
  }

  @Test func `Where clients feel much, naps come as soon as they can`() {
    var slowdown = ClientSlowdown()
    slowdown.rests(0.001)
    for _ in 0..<30 { slowdown.works(0.050, limit: 2) }
    #expect(slowdown.work == ClientSlowdown.least)
    slowdown.end()
    #expect(slowdown == ClientSlowdown())
  }

  @Test(arguments: [1.5, 2, 5])
  func `The work settles where clients feel what they may`(limit: Double) throws {
    var slowdown = ClientSlowdown()
    slowdown.rests(0.001)
    // Each millisecond of work between two naps costs a client as much again.
    for _ in 0..<60 { slowdown.works(0.001 + slowdown.work, limit: limit) }
    let ratio = try #require(slowdown.ratio)
    #expect(abs(ratio - limit) < limit / 10)
  }

  @Test func `Beside clients the canary measures, and says what it found`() async throws {
    var settings = FilledTable.settings
    // Long enough for a few measurements.
    settings.maxRowsPerSecond = 500
    let table = try await FilledTable(rows: 5000, settings: settings)
    let client = try await table.rehearsal.database.connect(applicationName: "client")
    let engine = table.rehearsal.engine()
    let witness = Witness()
    let loop = Task {
      while !Task.isCancelled {
        try await client.execute("SELECT 1")
        try await Task.sleep(for: .milliseconds(20))
      }
    }
    _ = try await engine.run(table.plan, options: Rehearsal.everything) { witness.take($0) }
    loop.cancel()
    _ = try? await loop.value
    let felt = witness.events.compactMap { event in
      if case .backfill(_, let progress) = event { progress.clientSlowdown } else { nil }
    }
    #expect(!felt.isEmpty)
    #expect(felt.allSatisfy { $0 > 0 })
    await client.close()
    await engine.disconnect()
    try await table.drive()
    #expect(try await table.disagreements() == 0)
    try await table.dispose()
  }
}
