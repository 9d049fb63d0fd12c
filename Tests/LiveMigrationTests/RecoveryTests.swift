import Postgres
import PrivateServer
import Synchronization
import TestSupport
import Testing

@testable import LiveMigration

/// The server goes away in the middle of a backfill.
@Suite("Recovery")
struct RecoveryTests {
  /// What the server keeps of a crash is what it promised to keep.
  static let durable = ["synchronous_commit": "on", "fsync": "off"]

  @Test
  func `A run outlasts a server that crashes, stops and comes back`() async throws {
    let cluster = try await TestCluster(settings: Self.durable)
    try await TestDatabase.scope(on: cluster) {
      let rehearsal = try await ConcurrencyTests.slow(comparing: true)
      let id = try await rehearsal.plan()
      let (engine, witness) = (rehearsal.engine(settings: Self.patient), Witness())
      let run = Task {
        try await engine.run(id, options: Rehearsal.everything) { witness.take($0) }
      }
      await witness.waitForChunks(5)
      try await cluster.server.restart(.immediate)
      await witness.waitForReconnections(1)
      let chunks = witness.chunks
      await witness.waitForChunks(chunks + 5)
      try await cluster.server.restart(.fast)
      let outcome = try await run.value
      #expect(outcome.status == .finalizing)
      #expect(witness.reconnections >= 2)
      // Not one row twice, although transactions were cut off.
      #expect(outcome.rowsDone == 10_000)
      try await Self.finish(rehearsal, id)
      await engine.disconnect()
    }
    await cluster.server.dispose()
  }

  @Test
  func `A run that gives up says how to go on, and goes on exactly`() async throws {
    let cluster = try await TestCluster(settings: Self.durable)
    try await TestDatabase.scope(on: cluster) {
      let rehearsal = try await ConcurrencyTests.slow(comparing: true)
      let id = try await rehearsal.plan()
      var impatient = rehearsal.settings
      impatient.lockRetries = 2
      let (engine, witness) = (rehearsal.engine(settings: impatient), Witness())
      let run = Task {
        try await engine.run(id, options: Rehearsal.everything) { witness.take($0) }
      }
      await witness.waitForChunks(5)
      try await cluster.server.stop(.immediate)
      do {
        _ = try await run.value
        Issue.record("the run ended without a server")
      } catch let error as EngineError {
        guard case .retriesSpent(let plan, _, let step, _, let cause, _, _) = error
        else { throw error }
        #expect(plan == id && step == .backfillChunked)
        #expect(cause.isTransient)
        #expect(error.next?.action == .resume(id))
      }
      await engine.disconnect()
      try await cluster.server.start()
      let again = rehearsal.engine(settings: Rehearsal.quick)
      #expect(try await again.show(id).row.status == .running)
      let outcome = try await again.resume(id, options: Rehearsal.everything) { _ in }
      #expect(outcome.rowsDone == 10_000)
      await again.disconnect()
      try await Self.finish(rehearsal, id)
    }
    await cluster.server.dispose()
  }

  @Test
  func `A session that another took the plan from while it was away gives up`() async throws {
    let cluster = try await TestCluster.shared
    try await TestDatabase.scope(on: cluster) {
      let rehearsal = try await ConcurrencyTests.slow()
      let id = try await rehearsal.plan()
      let usurper = Mutex<PostgresConnection?>(nil)
      let notices = Mutex<[ServerNotice]>([])
      let database = rehearsal.database
      let opened = Mutex(0)
      let connect: @Sendable () async throws -> PostgresConnection = {
        let number = opened.withLock { count in
          count += 1
          return count
        }
        if number > 1 {
          let other = try await database.connect(applicationName: "usurper")
          // The first after the session's end has the lock. The plan opens more than one session, as for its canary, and
          // none of the others gets it any more.
          var hasLock = false
          while !hasLock, usurper.withLock({ $0 == nil }) {
            hasLock = try await other.tryAdvisoryLock(PlanLock.key(of: id))
            if !hasLock { try await Task.sleep(for: .milliseconds(5)) }
          }
          if hasLock { usurper.withLock { $0 = other } } else { await other.close() }
        }
        return try await database.connect(applicationName: "rehearsal") { notice in
          notices.withLock { $0.append(notice) }
        }
      }
      let engine = LiveEngine(
        workspace: Workspace(folder: rehearsal.folder), database: .main,
        settings: rehearsal.settings, node: 1, connect: connect)
      let witness = Witness()
      let run = Task {
        try await engine.run(id, options: Rehearsal.everything) { witness.take($0) }
      }
      await witness.waitForChunks(3)
      let admin = try await cluster.connect()
      try await admin.execute(
        """
        SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
        WHERE datname = \(database.name) AND application_name = 'rehearsal'
        """)
      do {
        _ = try await run.value
        Issue.record("two sessions drove one plan")
      } catch EngineError.heldElsewhere(_, let holder) {
        #expect(holder?.applicationName == "usurper")
      }
      #expect(witness.reconnections == 0)
      // It gives back no lock that it does not have.
      let told = notices.withLock { $0.map(\.description) }
      #expect(told == [])
      await usurper.withLock { $0 }?.close()
      await engine.disconnect()
      await admin.close()
      try await rehearsal.dispose()
    }
  }

  static var patient: LiveSettings {
    var settings = Rehearsal.quick
    settings.backfillChunkSize = 50
    settings.maxRowsPerSecond = 5_000
    settings.lockRetries = 100
    settings.retryCap = .milliseconds(200)
    return settings
  }

  private static func finish(_ rehearsal: Rehearsal, _ id: PlanID) async throws {
    try await rehearsal.drive(id, with: rehearsal.engine(settings: Rehearsal.quick))
    try await rehearsal.runDirectly()
    let rows = try await rehearsal.rows(of: "t")
    #expect(rows.live == rows.direct)
    #expect(rows.live.count == 10_000)
    let schemas = try await rehearsal.schemas()
    #expect(schemas.live == schemas.direct)
    #expect(try await rehearsal.leftOvers() == [])
    try await rehearsal.dispose()
  }
}
