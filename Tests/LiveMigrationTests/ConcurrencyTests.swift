import Foundation
import LiveMigration
import Postgres
import PrivateServer
import TestSupport
import Testing

/// Two sessions and one plan.
@Suite("Two sessions on one plan", .database)
struct ConcurrencyTests {
  /// A table whose backfill takes hundreds of chunks, far longer than a test needs to step in.
  static func slow(comparing: Bool = false) async throws -> Rehearsal {
    var settings = Rehearsal.quick
    settings.backfillChunkSize = 50
    settings.maxRowsPerSecond = 5_000
    return try await Rehearsal(
      setup: """
        CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, pad text DEFAULT repeat('x', 500));
        INSERT INTO t (id, a) SELECT g, g FROM generate_series(1, 10000) g;
        ANALYZE t;
        """,
      migration: "ALTER TABLE t ALTER a TYPE bigint;", settings: settings, comparing: comparing)
  }

  @Test
  func `One drives, the other is told who`() async throws {
    let rehearsal = try await Self.slow()
    let id = try await rehearsal.plan()
    let (driver, witness) = (rehearsal.engine(), Witness())
    let run = Task { try await driver.run(id, options: Rehearsal.everything) { witness.take($0) } }
    await witness.waitForChunks(2)
    let other = rehearsal.engine()
    for command in [PlanCommand.run, .resume, .finalize, .abandon] {
      do {
        _ = try await rehearsal.perform(command, id, other)
        Issue.record("\(command) was accepted")
      } catch EngineError.heldElsewhere(let held, let holder?) {
        #expect(held == id)
        #expect(holder.applicationName == "rehearsal")
        #expect(holder.claim?.pid == Int(ProcessInfo.processInfo.processIdentifier))
        #expect(holder.claim?.host == ProcessInfo.processInfo.hostName)
        let error = EngineError.heldElsewhere(held, holder)
        #expect(error.category == .conflict)
        #expect(error.description.contains("process \(holder.claim?.pid ?? 0) on "))
        #expect(error.next == NextStep(.watch(id)))
      }
    }
    #expect(try await other.show(id).holder != nil)
    let snapshot = try #require(try await other.snapshot([]).first)
    #expect(snapshot.isDriven && snapshot.progress != nil)
    run.cancel()
    await #expect(throws: EngineError.self) { try await run.value }
    #expect(try await other.show(id).row.status == .paused)
    #expect(try await other.show(id).holder == nil)
    await driver.disconnect()
    await other.disconnect()
    try await rehearsal.dispose()
  }

  @Test
  func `A pause stops the driver at a chunk's end, and resume goes on exactly`() async throws {
    let rehearsal = try await Self.slow(comparing: true)
    let id = try await rehearsal.plan()
    let (driver, witness) = (rehearsal.engine(), Witness())
    let run = Task { try await driver.run(id, options: Rehearsal.everything) { witness.take($0) } }
    await witness.waitForChunks(3)
    let other = rehearsal.engine()
    let asked = try await other.pause(id)
    #expect(asked.isPauseRequest)
    let outcome = try await run.value
    #expect(outcome.status == .paused)
    #expect(outcome.rowsDone > 0 && outcome.rowsDone < 10_000)
    let row = try await other.show(id).row
    #expect(row.status == .paused && !row.pauseRequested && row.claim == nil)
    // What is recorded is what was done: neither more nor less.
    let connection = try await rehearsal.database.connect()
    let filled: Int64 = try await connection.query("SELECT count(a_new) FROM t").only().decode(0)
    #expect(filled == row.rowsDone)
    do {
      _ = try await other.run(id, options: Rehearsal.everything) { _ in }
      Issue.record("a paused plan was run")
    } catch EngineError.statusConflict(_, let status, _, _, let next) {
      #expect(status == .paused && next?.action == .resume(id))
    }
    let quick = rehearsal.engine(settings: Rehearsal.quick)
    let resumed = try await quick.resume(id, options: Rehearsal.everything) { _ in }
    #expect(resumed.rowsDone == 10_000)
    try await rehearsal.drive(id, with: quick)
    try await rehearsal.runDirectly()
    let rows = try await rehearsal.rows(of: "t")
    #expect(rows.live == rows.direct)
    let schemas = try await rehearsal.schemas()
    #expect(schemas.live == schemas.direct)
    let actions = try await other.history(id).map(\.action)
    #expect(
      actions.filter { [.pauseRequested, .paused].contains($0) } == [.pauseRequested, .paused])
    for engine in [driver, other, quick] { await engine.disconnect() }
    await connection.close()
    try await rehearsal.dispose()
  }

  @Test
  func `A plan whose driver died is paused at once`() async throws {
    let rehearsal = try await Self.slow()
    let id = try await rehearsal.plan()
    let (driver, witness) = (rehearsal.engine(), Witness())
    let run = Task { try await driver.run(id, options: Rehearsal.everything) { witness.take($0) } }
    await witness.waitForChunks(2)
    run.cancel()
    _ = try? await run.value
    await driver.disconnect()
    let connection = try await rehearsal.database.connect()
    // As a killed process leaves it: running, claimed, and no process there.
    try await connection.execute(
      """
      UPDATE djogi_live_plans SET status = 'running', claimed_by_pid = 1, claimed_by_host = 'gone',
        claimed_at = now()
      """)
    let other = rehearsal.engine()
    let outcome = try await other.pause(id)
    #expect(outcome.status == .paused && !outcome.isPauseRequest)
    #expect(outcome.next?.action == .resume(id))
    await other.disconnect()
    await connection.close()
    try await rehearsal.dispose()
  }
}

extension Rehearsal {
  private func tune(_ id: PlanID, _ engine: LiveEngine) async throws -> PlanOutcome? {
    _ = try await engine.tune(id, [TuningChange(key: .workers, value: "2")])
    return nil
  }

  /// Gives an engine one command.
  func perform(
    _ command: PlanCommand, _ id: PlanID, _ engine: LiveEngine
  ) async throws -> PlanOutcome? {
    switch command {
    case .run: try await engine.run(id, options: Self.everything) { _ in }
    case .resume: try await engine.resume(id, options: Self.everything) { _ in }
    case .finalize: try await engine.finalize(id, justification: "now") { _ in }
    case .abandon: try await engine.abandon(id, justification: nil)
    case .pause: try await engine.pause(id)
    case .tune: try await tune(id, engine)
    case .rollback: try await engine.rollback(id, justification: "now") { _ in }
    case .retire: try await engine.retire(id, justification: "now") { _ in }
    case .revert: nil
    }
  }
}
