import LiveMigration
import Postgres
import TestSupport
import Testing

/// What makes a backfill wait, and what lets it go on.
@Suite("Backfill: throttles and tune", .database)
struct BackfillThrottleTests {
  @Test
  func `A throttle query holds the backfill until it answers otherwise`() async throws {
    var settings = FilledTable.settings
    settings.throttleQuery = "SELECT busy FROM busy"
    let table = try await FilledTable(rows: 2000, settings: settings)
    let client = try await table.rehearsal.database.connect()
    try await table.whileHeld(by: "throttle_query answers true") {
      try await client.execute("UPDATE busy SET busy = false")
    }
    #expect(try await table.disagreements() == 0)
    await client.close()
    try await table.dispose()
  }

  @Test(arguments: [
    ("SELECT nothing_like_it", "column \"nothing_like_it\" does not exist"),
    ("SELECT 1 / 0 > 0", "division by zero"), ("SELECT 'perhaps'", "perhaps"),
    ("UPDATE busy SET busy = false RETURNING false", "cannot execute UPDATE in a read-only"),
    ("SELECT pg_sleep(60) IS NULL", "canceling statement due to statement timeout"),
  ])
  func `A throttle query that fails holds the backfill, and ends no plan`(
    query: String, message: String
  ) async throws {
    var settings = FilledTable.settings
    settings.throttleQuery = query
    let table = try await FilledTable(rows: 2000, settings: settings)
    let other = table.rehearsal.engine()
    try await table.whileHeld(by: "throttle_query failed: ") {
      let reason = try await table.progress()?.waitingFor
      #expect(reason?.contains(message) == true, "\(reason ?? "")")
      _ = try await other.tune(table.plan, [TuningChange(key: .throttleQuery, value: "none")])
    }
    #expect(try await table.disagreements() == 0)
    await other.disconnect()
    try await table.dispose()
  }

  @Test
  func `A replication slot that holds back too much holds the backfill too`() async throws {
    let client = try await TestDatabase.current.connect()
    let slot = TestNames.next("slot")
    try await client.execute("SELECT pg_create_physical_replication_slot(\(slot), true)")
    var settings = FilledTable.settings
    settings.maxSlotLagMB = 1
    let table = try await FilledTable(rows: 40_000, settings: settings)
    try await table.whileHeld(by: "replication slot \(slot) holds back ") {
      try await client.execute("SELECT pg_drop_replication_slot(\(slot))")
    }
    #expect(try await table.disagreements() == 0)
    await client.close()
    try await table.dispose()
  }

  @Test
  func `Another session sees the settings and changes them while the plan runs`() async throws {
    var settings = FilledTable.settings
    settings.throttleQuery = "SELECT busy FROM busy"
    let table = try await FilledTable(rows: 2000, settings: settings)
    let other = table.rehearsal.engine()
    try await table.whileHeld(by: "throttle_query answers true") {
      let before = try await other.tune(table.plan, [])
      #expect(before.isDriven)
      #expect(before.settings.throttleQuery == "SELECT busy FROM busy")
      let after = try await other.tune(
        table.plan,
        [
          TuningChange(key: .throttleQuery, value: "none"),
          TuningChange(key: .chunkTarget, value: "70ms"),
        ], justification: "INFRA-7")
      #expect(after.settings.throttleQuery == nil)
      #expect(after.settings.chunkTarget == .milliseconds(70))
    }
    let event = try #require(try await other.history(table.plan).first { $0.action == .tuned })
    #expect(event.justification == "INFRA-7")
    let target = FilledTable.settings.chunkTarget / .milliseconds(1)
    #expect(
      event.detail
        == "chunk-target: \(Int(target))ms → 70ms, throttle-query: SELECT busy FROM busy → none")
    #expect(try await table.disagreements() == 0)
    await other.disconnect()
    try await table.dispose()
  }

  @Test
  func `Outside its hours a backfill waits, until it is told otherwise`() async throws {
    let table = try await FilledTable(rows: 2000)
    let client = try await table.rehearsal.database.connect()
    let other = table.rehearsal.engine()
    // An hour that is never now, by the server's own clock.
    let later: String = try await client.query(
      """
      SELECT to_char(localtime + interval '2 h', 'HH24:MI') || '-'
        || to_char(localtime + interval '3 h', 'HH24:MI')
      """
    ).only().decode(0)
    _ = try await other.tune(table.plan, [TuningChange(key: .windows, value: later)])
    try await table.whileHeld(by: "it is ") {
      let waiting = try await table.progress()?.waitingFor
      #expect(waiting?.hasSuffix("outside the windows \(later)") == true, "\(waiting ?? "")")
      _ = try await other.tune(table.plan, [TuningChange(key: .windows, value: "none")])
    }
    #expect(try await table.rowsDone() == 2000)
    #expect(try await table.disagreements() == 0)
    await other.disconnect()
    await client.close()
    try await table.dispose()
  }

  @Test
  func `What is refused changes nothing`() async throws {
    let table = try await FilledTable(rows: 10)
    let engine = table.rehearsal.engine()
    await #expect(throws: TuningError.self) {
      try await engine.tune(
        table.plan,
        [
          TuningChange(key: .workers, value: "2"), TuningChange(key: .strides, value: "65"),
        ])
    }
    await #expect(throws: PostgresError.self) {
      try await engine.tune(
        table.plan, [TuningChange(key: .throttleQuery, value: "SELECT nothing_like_it")])
    }
    #expect(try await engine.tune(table.plan, []).tuning == Tuning())
    #expect(try await engine.history(table.plan).allSatisfy { $0.action != .tuned })
    await engine.disconnect()
    try await table.drive()
    await #expect(throws: Never.self) { try await engine.tune(table.plan, []) }
    await #expect(throws: TuningError.ended(table.plan, .complete)) {
      try await engine.tune(table.plan, [TuningChange(key: .workers, value: "2")])
    }
    await engine.disconnect()
    try await table.dispose()
  }
}
