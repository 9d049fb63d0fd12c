import LiveMigration
import Postgres
import TestSupport
import Testing

/// Transactions that keep a snapshot from before the backfill's end.
@Suite("Old snapshots before the swap", .database)
struct OldSnapshotTests {
  private static func rehearsal() async throws -> Rehearsal {
    var settings = Rehearsal.quick
    settings.snapshotWait = .seconds(600)
    return try await Rehearsal(
      setup: """
        CREATE TABLE t (id int PRIMARY KEY, amount int NOT NULL);
        INSERT INTO t SELECT g, g FROM generate_series(1, 300) g;
        CREATE TABLE other (id int);
        ANALYZE;
        """,
      migration: "ALTER TABLE t ALTER COLUMN amount TYPE bigint;", settings: settings,
      comparing: false)
  }

  private static let reading = "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM other"

  @Test(arguments: [nil, KeepingTime(.seconds(3600))])
  func `A swap waits for them, says so, and goes on`(_ keeping: KeepingTime?) async throws {
    let rehearsal = try await Self.rehearsal()
    let id = try await rehearsal.plan()
    let reader = try await rehearsal.database.connect(applicationName: "report")
    try await reader.script(Self.reading)
    try await rehearsal.drive(id, until: .finalizing)
    let engine = rehearsal.engine()
    let (waits, told) = AsyncStream<String>.makeStream()
    let finalize = Task {
      try await engine.finalize(id, justification: "now", keeping: keeping) { event in
        if case .waiting(_, let reason) = event { told.yield(reason) }
      }
    }
    var first = waits.makeAsyncIterator()
    let reason = try #require(await first.next())
    #expect(reason.contains("report") && reason.contains("idle in transaction"), "\(reason)")
    // What it reads is what was there, and no lock is in its way.
    let seen: Int = try await reader.query("SELECT count(amount) FROM t").only().decode(0)
    #expect(seen == 300)
    try await reader.script("COMMIT")
    _ = try await finalize.value
    told.finish()
    let kind: String = try await reader.query("SELECT pg_typeof(amount)::text FROM t LIMIT 1")
      .only().decode(0)
    #expect(kind == "bigint")
    await reader.close()
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  @Test
  func `One that stays keeps the swap from its beginning, and finalize goes on later`()
    async throws
  {
    let rehearsal = try await Self.rehearsal()
    let id = try await rehearsal.plan()
    let reader = try await rehearsal.database.connect(applicationName: "report")
    try await reader.script(Self.reading)
    try await rehearsal.drive(id, until: .finalizing)
    var settings = rehearsal.settings
    settings.snapshotWait = .milliseconds(300)
    let engine = rehearsal.engine(settings: settings)
    let error = await #expect(throws: EngineError.self) {
      try await engine.finalize(id, justification: "now") { _ in }
    }
    guard case .oldSnapshots(_, let holders, _, let next) = error else {
      throw try #require(error)
    }
    #expect(holders.count == 1 && holders[0].contains("report"), "\(holders)")
    #expect(next?.action == .finalize(id))
    #expect(try await engine.show(id).row.status == .finalizing)
    // The operator's word is enough as well.
    settings.snapshotWait = .zero
    await engine.disconnect()
    let decided = rehearsal.engine(settings: settings)
    #expect(try await decided.finalize(id, justification: "now") { _ in }.status == .complete)
    await decided.disconnect()
    await reader.close()
    try await rehearsal.dispose()
  }

  @Test
  func `Later snapshots, and those of other databases, keep nothing up`() async throws {
    let rehearsal = try await Self.rehearsal()
    let id = try await rehearsal.plan()
    // A transaction that writes since before the backfill: every snapshot looks as old as it is.
    let writer = try await rehearsal.database.connect()
    try await writer.script("BEGIN; INSERT INTO other VALUES (1)")
    let elsewhere = try await rehearsal.database.cluster.connect(database: "postgres")
    try await elsewhere.script("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM pg_class")
    try await rehearsal.drive(id, until: .finalizing)
    // As if the backfill had ended a while ago.
    let late = try await rehearsal.database.connect()
    try await late.script(
      "UPDATE djogi_live_plan_events SET at = at - interval '1 minute'")
    try await late.script(Self.reading)
    var settings = rehearsal.settings
    settings.snapshotWait = .milliseconds(100)
    let engine = rehearsal.engine(settings: settings)
    #expect(try await engine.finalize(id, justification: "now") { _ in }.status == .complete)
    await engine.disconnect()
    for connection in [writer, elsewhere, late] { await connection.close() }
    try await rehearsal.dispose()
  }
}
