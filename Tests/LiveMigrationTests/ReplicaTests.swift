import LiveMigration
import Postgres
import PrivateServer
import TestSupport
import Testing

/// A server with a streaming replica.
@Suite("Replicas")
struct ReplicaTests {
  @Test
  func `A replica that falls behind holds the backfill until it has caught up`() async throws {
    let cluster = try await TestCluster()
    let standby = try await Standby(of: cluster)
    try await TestDatabase.scope(on: cluster) {
      var settings = FilledTable.settings
      settings.maxReplicationLag = .milliseconds(300)
      let table = try await FilledTable(rows: 20_000, settings: settings)
      try await standby.setPaused(true)
      try await table.whileHeld(by: "a replica is ") {
        try await standby.setPaused(false)
      }
      #expect(try await table.rowsDone() == 20_000)
      #expect(try await table.disagreements() == 0)
      try await table.dispose()
    }
    try await standby.stop()
    await cluster.server.dispose()
  }

  @Test
  func `A plan is looked at on a replica, and driven on its primary only`() async throws {
    let cluster = try await TestCluster()
    try await TestDatabase.scope(on: cluster) {
      let rehearsal = try await Rehearsal(
        setup: """
          CREATE TABLE t (id int PRIMARY KEY, amount int);
          INSERT INTO t SELECT g, g FROM generate_series(1, 300) g;
          ANALYZE;
          """,
        migration: "ALTER TABLE t ALTER COLUMN amount TYPE bigint;", comparing: false)
      let id = try await rehearsal.plan()
      let standby = try await Standby(of: cluster)
      let name = rehearsal.database.name
      let engine = LiveEngine(
        workspace: Workspace(folder: rehearsal.folder), database: .main,
        settings: rehearsal.settings, node: 2
      ) { try await standby.connect(database: name, applicationName: "rehearsal") }
      #expect(try await engine.show(id).row.status == .pending)
      #expect(try await engine.list(statuses: nil, all: false).map(\.planID) == [id])
      try await Self.expectRefusal {
        try await engine.run(id, options: Rehearsal.everything) { _ in }
      }
      try await Self.expectRefusal {
        try await engine.plan(version: nil, app: nil, dryRun: false)
      }
      try await Self.expectRefusal {
        try await engine.abandon(id, justification: "no")
      }
      await engine.disconnect()
      try await standby.stop()
      let outcome = try await rehearsal.drive(id)
      #expect(outcome.status == .complete)
      try await rehearsal.dispose()
    }
    await cluster.server.dispose()
  }

  @Test
  func `A standby that a failover leads to is named and waited out`() async throws {
    let cluster = try await TestCluster()
    try await TestDatabase.scope(on: cluster) {
      let table = try await FilledTable(rows: 4000)
      let standby = try await Standby(of: cluster)
      let (rehearsal, isAway) = (table.rehearsal, Counter())
      let witness = Witness()
      let engine = LiveEngine(
        workspace: Workspace(folder: rehearsal.folder), database: .main,
        settings: rehearsal.settings, node: 1
      ) {
        let isBack = witness.retries.contains { "\($0.0)".contains("is a standby") }
        return isAway.value > 0 && !isBack
          ? try await standby.connect(
            database: rehearsal.database.name, applicationName: "rehearsal")
          : try await rehearsal.database.connect(applicationName: "rehearsal")
      }
      let run = Task {
        try await engine.run(table.plan, options: Rehearsal.everything) { witness.take($0) }
      }
      await witness.waitForChunks(2)
      isAway.increase()
      try await rehearsal.endSessions()
      #expect(try await run.value.status == .finalizing)
      let said = witness.retries.map { "\($0.0)" }
      #expect(said.contains { $0.contains(":5433 is a standby") }, "\(said)")
      await engine.disconnect()
      try await table.drive()
      #expect(try await table.disagreements() == 0)
      try await standby.stop()
      try await table.dispose()
    }
    await cluster.server.dispose()
  }

  private static func expectRefusal(
    sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> some Any
  ) async throws {
    do {
      _ = try await body()
      Issue.record("a standby took a change", sourceLocation: sourceLocation)
    } catch EngineError.standby {
      #expect(EngineError.standby.next == NextStep(.connectToPrimary))
    }
  }
}
