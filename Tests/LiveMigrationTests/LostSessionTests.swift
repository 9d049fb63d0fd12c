import Foundation
import Postgres
import PrivateServer
import TestSupport
import Testing

@testable import LiveMigration

/// A driver whose session is gone, while the server or others go on.
@Suite("A lost session")
struct LostSessionTests {
  /// Waits for a plan's lock, as somebody else sees it.
  private static func holder(_ id: PlanID, _ engine: LiveEngine) async throws -> PlanHolder? {
    do {
      _ = try await engine.run(id, options: Rehearsal.everything) { _ in }
      return nil
    } catch EngineError.heldElsewhere(_, let holder) {
      return holder
    }
  }

  @Test
  func `A session that only the server believes in is ended, and its plan goes on`() async throws {
    let host = "127.\((1...63).randomElement() ?? 1).\(getpid() >> 8 & 255).\(getpid() & 255)"
    let cluster = try await TestCluster(settings: ["listen_addresses": "'\(host)'"])
    try await TestDatabase.scope(on: cluster) {
      let rehearsal = try await ConcurrencyTests.slow()
      let id = try await rehearsal.plan()
      let relay = try Relay(to: host, port: 5432)
      let url =
        "postgresql://\(TestCluster.superuser)@127.0.0.1:\(relay.port)/\(rehearsal.database.name)"
      let engine = LiveEngine(
        workspace: Workspace(folder: rehearsal.folder), database: .main,
        settings: rehearsal.settings, node: 1
      ) { try await .connect(ConnectionConfiguration(url, applicationName: "rehearsal")) }
      let witness = Witness()
      let run = Task {
        try await engine.run(id, options: Rehearsal.everything) { witness.take($0) }
      }
      await witness.waitForChunks(3)
      relay.abandonCalls()
      let outcome = try await run.value
      #expect(outcome.status == .finalizing && outcome.rowsDone == 10_000)
      #expect(witness.reconnections == 1)
      #expect(try await engine.show(id).holder == nil)
      await engine.disconnect()
      relay.stop()
      try await rehearsal.dispose()
    }
    await cluster.server.dispose()
  }

  @Test
  func `The driver is named, also in a new session and before it has claimed the plan`()
    async throws
  {
    try await TestDatabase.scope(on: TestCluster.shared) {
      let rehearsal = try await ConcurrencyTests.slow()
      let id = try await rehearsal.plan()
      let other = rehearsal.engine()
      // What a driver left that died before the session with the lock began.
      try await other.connection().execute(
        """
        UPDATE djogi_live_plans SET claimed_by_pid = 1, claimed_by_host = 'gone',
          claimed_at = now() - interval '1 hour'
        """)
      let early = try await rehearsal.database.connect(applicationName: "early")
      #expect(try await early.tryAdvisoryLock(PlanLock.key(of: id)))
      let unnamed = try #require(try await Self.holder(id, other))
      #expect(unnamed.applicationName == "early" && unnamed.claim == nil)
      #expect(try await other.show(id).holder == unnamed)
      try await early.execute("UPDATE djogi_live_plans SET claimed_at = now()")
      #expect(try await Self.holder(id, other)?.claim?.host == "gone")
      try await early.execute("SELECT pg_advisory_unlock(\(PlanLock.key(of: id)))")
      await early.close()

      let (driver, witness) = (rehearsal.engine(), Witness())
      let run = Task {
        try await driver.run(id, options: Rehearsal.everything) { witness.take($0) }
      }
      await witness.waitForChunks(2)
      try await rehearsal.endSession(of: driver)
      await witness.waitForReconnections(1)
      let holder = try #require(try await Self.holder(id, other))
      #expect(holder.claim?.pid == Int(ProcessInfo.processInfo.processIdentifier))
      #expect(try await other.show(id).holder == holder)
      run.cancel()
      _ = try? await run.value
      for engine in [driver, other] { await engine.disconnect() }
      try await rehearsal.dispose()
    }
  }

  @Test
  func `A new session waits no longer for the plan's row than it may, and claims it once`()
    async throws
  {
    try await TestDatabase.scope(on: TestCluster.shared) {
      let rehearsal = try await ConcurrencyTests.slow()
      let id = try await rehearsal.plan()
      var settings = RecoveryTests.patient
      settings.lockTimeout = .milliseconds(100)
      settings.lockRetries = 100_000
      let (driver, witness) = (rehearsal.engine(settings: settings), Witness())
      let run = Task {
        try await driver.run(id, options: Rehearsal.everything) { witness.take($0) }
      }
      await witness.waitForChunks(2)
      let outsider = try await rehearsal.database.connect(applicationName: "outsider")
      try await outsider.script("BEGIN; SELECT FROM djogi_live_plans FOR UPDATE")
      try await rehearsal.endSession(of: driver)
      let isLost: @Sendable ([RunEvent]) -> Int? = { events in
        events.firstIndex {
          if case .retrying(_, _, _, _, .connectionLost, _) = $0 { true } else { false }
        }
      }
      await witness.wait { events in
        guard let lost = isLost(events) else { return false }
        return events[(lost + 1)...].contains {
          if case .retrying = $0 { true } else { false }
        }
      }
      #expect(witness.reconnections == 0)
      try await outsider.script("COMMIT")
      await witness.waitForReconnections(1)
      run.cancel()
      _ = try? await run.value
      // Taken once, it is given back once.
      #expect(try await driver.show(id).holder == nil)
      let history = try await driver.history(id)
      #expect(Rehearsal.count(.reconnected, in: history) == 1)
      await outsider.close()
      await driver.disconnect()
      try await rehearsal.dispose()
    }
  }
}

extension Rehearsal {
  /// Ends an engine's session at the server.
  func endSession(of engine: LiveEngine) async throws {
    let process = try #require(await engine.connectionIfOpen).info.backendPID
    let admin = try await database.connect()
    try await admin.execute("SELECT pg_terminate_backend(\(process), 5000)")
    await admin.close()
  }
}
