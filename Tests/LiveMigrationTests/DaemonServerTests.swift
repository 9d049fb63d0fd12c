import LiveMigration
import Postgres
import PrivateServer
import Synchronization
import TestSupport
import Testing

/// A daemon whose server goes away.
@Suite("The daemon and its server")
struct DaemonServerTests {
  @Test
  func `It outlives its server, and works with the next one`() async throws {
    let cluster = try await TestCluster(settings: RecoveryTests.durable)
    try await TestDatabase.scope(on: cluster) {
      let rehearsal = try await Rehearsal.backfill()
      let id = try await rehearsal.plan()
      let daemon = RunningDaemon(rehearsal.engine())
      try await daemon.waitForLog("ready")
      try await cluster.server.stop(.immediate)
      try await daemon.waitForLog("look failed")
      try await cluster.server.start()
      try await rehearsal.dieInBackfill(id)
      try await daemon.waitForLog("status=validating")
      try await daemon.end()
      try await rehearsal.dispose()
    }
    await cluster.server.dispose()
  }

  @Test
  func `It waits while its server is a standby`() async throws {
    let cluster = try await TestCluster()
    try await TestDatabase.scope(on: cluster) {
      let rehearsal = try await Rehearsal.backfill()
      let id = try await rehearsal.plan()
      let standby = try await Standby(of: cluster)
      let database = rehearsal.database
      let isStandby = Mutex(false)
      let engine = LiveEngine(
        workspace: Workspace(folder: rehearsal.folder), database: .main,
        settings: rehearsal.settings, node: 2
      ) {
        isStandby.withLock { $0 }
          ? try await standby.connect(database: database.name, applicationName: "rehearsal")
          : try await database.connect(applicationName: "rehearsal")
      }
      let daemon = RunningDaemon(engine)
      try await daemon.waitForLog("ready")
      isStandby.withLock { $0 = true }
      try await rehearsal.endSessions()
      try await daemon.waitForLog("standby")
      isStandby.withLock { $0 = false }
      try await rehearsal.dieInBackfill(id)
      try await daemon.waitForLog("status=validating")
      try await daemon.end()
      try await standby.stop()
      try await rehearsal.dispose()
    }
    await cluster.server.dispose()
  }
}
