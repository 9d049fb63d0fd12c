import Foundation
import LiveMigration
import Postgres
import Rehearsals
import TestSupport
import Testing

/// An outsider holds a lock that the plan needs: the plan gives way, again and again, and no client queues behind it.
@Suite("Lock courtesy", .database)
struct LockTests {
  /// A place where a plan needs a lock that an outsider can hold.
  enum Place: String, Sendable, CaseIterable {
    case window, backfill, swap

    /// What the outsider does, and what of it the plan's message repeats.
    var outsider: String {
      switch self {
      case .window, .backfill: "UPDATE t SET note = 'mine' WHERE id = 17"
      case .swap: "SELECT count(*) FROM t"
      }
    }

    var step: StepKind {
      switch self {
      case .window: .beginCompatibilityWindow
      case .backfill: .backfillChunked
      case .swap: .cleanupLegacyState
      }
    }

    var status: PlanStatus { self == .swap ? .finalizing : .running }
  }

  private func rehearsal() async throws -> Rehearsal {
    var settings = Rehearsal.quick
    settings.lockTimeout = .milliseconds(150)
    settings.lockRetries = 3
    return try await Rehearsal(
      setup: """
        CREATE TABLE t (id int PRIMARY KEY, a int, note text);
        INSERT INTO t SELECT g, g, 'n' FROM generate_series(1, 300) g;
        ANALYZE t;
        """,
      migration: "ALTER TABLE t ALTER a TYPE bigint;", settings: settings)
  }

  @Test(arguments: Place.allCases)
  func `A plan gives way to an outsider, names it, and goes on when it has left`(
    place: Place
  ) async throws {
    let rehearsal = try await rehearsal()
    let id = try await rehearsal.plan()
    let (engine, witness) = (rehearsal.engine(), Witness())
    try await bring(rehearsal, id, to: place, engine)
    let outsider = try await rehearsal.database.connect(applicationName: "outsider")
    try await outsider.script("BEGIN")
    try await outsider.script(place.outsider)
    let sampler = LockSampler(rehearsal.database)
    let client = MirrorWriters(2, connect: { try await impatientClient(of: rehearsal) }) { _ in
      "UPDATE t SET note = 'client' WHERE id = 99"
    }
    let command: @Sendable () async throws -> PlanOutcome = {
      if place == .swap {
        return try await engine.finalize(id, justification: "now") { witness.take($0) }
      }
      return try await engine.run(id, options: Rehearsal.everything) { witness.take($0) }
    }
    do {
      _ = try await command()
      Issue.record("the plan got through")
    } catch EngineError.retriesSpent(
      let plan, let command, let step, let attempts, let error, let blockers, let next)
    {
      #expect(plan == id && step == place.step && attempts == 3)
      #expect(error.sqlState == .lockNotAvailable)
      let blocker = try #require(blockers.first { $0.applicationName == "outsider" })
      #expect(blocker.pid == Int(outsider.info.backendPID))
      #expect(blocker.state == "idle in transaction")
      #expect(place.outsider.hasPrefix(blocker.statement))
      let refusal = EngineError.retriesSpent(
        plan, command, step, attempts: attempts, error, blockers: blockers, next: next)
      let text = refusal.description
      #expect(text.contains("blocked by process \(blocker.pid) (outsider), idle in transaction"))
      #expect(text.contains(place.outsider))
      #expect(refusal.next?.action == (place == .swap ? .finalize(id) : .resume(id)))
    }
    #expect(witness.retries.count >= 3)
    // Clients got through between the attempts although the outsider never moved.
    let before = client.statements
    while client.statements < before + 3 { try await Task.sleep(for: .milliseconds(5)) }
    await client.stop()
    #expect(client.errors == [])
    let seen = try await sampler.stop()
    #expect(Set(seen.map(\.since)).count > 1)
    #expect(seen.allSatisfy { $0.waited < 2 }, "\(seen)")
    let row = try await engine.show(id).row
    #expect(row.status == place.status)
    #expect(row.lastError?.contains("lock timeout") == true)
    #expect(row.claim == nil)
    try await outsider.script("COMMIT")
    await outsider.close()
    let outcome = try await command()
    #expect(outcome.status == (place == .swap ? .complete : .finalizing))
    if place != .swap { try await rehearsal.drive(id, with: engine) }
    #expect(try await engine.show(id).row.lastError == nil)
    try await rehearsal.runDirectly()
    let schemas = try await rehearsal.schemas()
    #expect(schemas.live == schemas.direct)
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  /// A session that the server lets fail once it has waited for a lock for much longer than the plan may.
  private func impatientClient(of rehearsal: Rehearsal) async throws -> PostgresConnection {
    let client = try await rehearsal.database.connect(applicationName: "client")
    try await client.execute("SET lock_timeout = '2s'")
    return client
  }

  private func bring(
    _ rehearsal: Rehearsal, _ id: PlanID, to place: Place, _ engine: LiveEngine
  ) async throws {
    switch place {
    case .window: break
    case .backfill:
      // Stopped between the window and the first chunk.
      let witness = Witness()
      let run = Task {
        try await engine.run(id, options: Rehearsal.everything) { event in
          if case .stepStarted(_, .backfillChunked, _, _) = event {
            withUnsafeCurrentTask { $0?.cancel() }
          }
          witness.take(event)
        }
      }
      await #expect(throws: EngineError.self) { try await run.value }
      #expect(try await engine.show(id).row.status == .paused)
      let connection = try await rehearsal.database.connect()
      try await connection.execute("UPDATE djogi_live_plans SET status = 'running'")
      await connection.close()
    case .swap:
      let outcome = try await engine.run(id, options: Rehearsal.everything) { _ in }
      #expect(outcome.status == .finalizing)
    }
  }

  @Test
  func `An index built concurrently waits for an outsider, and no client waits for it`()
    async throws
  {
    let rehearsal = try await Rehearsal(
      setup: """
        CREATE TABLE t (id int PRIMARY KEY, a int);
        INSERT INTO t SELECT g, g FROM generate_series(1, 300) g;
        ANALYZE t;
        """, migration: "CREATE INDEX t_a ON t (a);")
    let id = try await rehearsal.plan()
    let outsider = try await rehearsal.database.connect(applicationName: "outsider")
    try await outsider.script("BEGIN; UPDATE t SET a = 0 WHERE id = 1")
    let witness = Witness()
    let run = Task {
      try await rehearsal.engine().run(id, options: Rehearsal.everything) { witness.take($0) }
    }
    let observer = try await rehearsal.database.connect()
    var isWaiting = false
    while !isWaiting {
      isWaiting = try await observer.query(
        """
        SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database()
          AND query LIKE 'CREATE INDEX CONCURRENTLY%' AND wait_event_type = 'Lock'
        """
      ).only().decode(0)
    }
    await witness.wait { events in
      events.contains { event in
        guard case .waiting(id, let who) = event else { return false }
        return who.contains("(outsider), idle in transaction") && who.contains("UPDATE t SET a = 0")
      }
    }
    for number in 2..<20 {
      try await observer.execute("UPDATE t SET a = -a WHERE id = \(number)")
    }
    try await outsider.script("COMMIT")
    _ = try await run.value
    if try await rehearsal.engine().show(id).row.status != .complete {
      try await rehearsal.drive(id)
    }
    #expect(
      try await observer.query("SELECT indisvalid FROM pg_index WHERE indexrelid = 't_a'::regclass")
        .only().decode(0, as: Bool.self))
    await outsider.close()
    await observer.close()
    try await rehearsal.dispose()
  }
}
