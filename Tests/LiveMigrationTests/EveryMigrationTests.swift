import LiveMigration
import Postgres
import Rehearsals
import Synchronization
import TestSupport
import Testing

/// What holds for every migration, wherever its plan is cut off and whatever is written meanwhile.
@Suite("Every migration", .database)
struct EveryMigrationTests {
  @Test(arguments: chosenPromises.filter { !$0.clients.isEmpty })
  func `Clients lose no write and see no error while a plan runs`(
    _ promise: Promise
  ) async throws {
    let rehearsal = try await Rehearsal(promise, comparing: true)
    let id = try await rehearsal.plan()
    let clients = BusyClients(promise, of: rehearsal.database)
    let observer = StatementObserver(
      before: { _ in await clients.breathe() }, after: { _ in })
    do {
      try await StatementObserver.$current.withValue(observer) {
        if promise.clientsEnd {
          try await rehearsal.drive(id, until: .finalizing)
          await clients.stop()
        }
        try await rehearsal.drive(id)
      }
    } catch {
      await clients.stop()
      throw error
    }
    let errors = await clients.stop()
    #expect(errors == [])
    #expect(clients.statements > 20)
    try await rehearsal.carryRows(of: promise)
    try await rehearsal.runDirectly()
    let schemas = try await rehearsal.schemas()
    #expect(SchemaText.differences(schemas.live, schemas.direct) == [])
    for table in promise.tables {
      let rows = try await rehearsal.rows(
        of: table, without: promise.ownValues + promise.touchedByTriggers)
      #expect(rows.live == rows.direct, "\(table)")
      #expect(rows.live.isEmpty == promise.dropsRows, "\(table)")
    }
    #expect(try await rehearsal.leftOvers() == [])
    try await rehearsal.dispose()
  }

  @Test(arguments: chosenPromises)
  func `A plan that is reverted from anywhere leaves what was there, and what clients wrote`(
    _ promise: Promise
  ) async throws {
    let cluster = try TestDatabase.current.cluster
    let undisturbed = try await Undisturbed.shared.run(of: promise)
    var generator = SeededGenerator(promise.seed)
    let boundary = Int.random(in: 1..<undisturbed.statements, using: &generator)
    try await TestDatabase.scope(on: cluster) {
      try await Self.revert(promise, from: boundary, expecting: undisturbed.before)
    }
  }

  /// Cuts a plan off before a statement, and reverts it.
  private static func revert(
    _ promise: Promise, from boundary: Int, expecting schema: String
  ) async throws {
    let rehearsal = try await Rehearsal(promise)
    let id = try await rehearsal.plan()
    let clients = BusyClients(promise, of: rehearsal.database)
    let engine = rehearsal.engine()
    do {
      try await Self.cutOff(rehearsal, id, at: boundary, with: clients)
      guard try await engine.show(id).row.status != .complete else {
        await clients.stop()
        try await rehearsal.dispose()
        return
      }
      let outcome = try await engine.revert(id, justification: "no more") { _ in }
      #expect(outcome.status == .abandoned)
    } catch {
      await clients.stop()
      throw error
    }
    await engine.disconnect()
    let errors = await clients.stop()
    #expect(errors == [], "at statement \(boundary)")
    let after = try await rehearsal.schema()
    #expect(SchemaText.differences(after, schema) == [], "at statement \(boundary)")
    let rows = try await rehearsal.differences(from: promise)
    #expect(rows == [], "at statement \(boundary)")
    #expect(try await rehearsal.leftOvers() == [], "at statement \(boundary)")
    try await rehearsal.dispose()
  }

  /// Drives a plan until a statement, with clients at work before each.
  private static func cutOff(
    _ rehearsal: Rehearsal, _ id: PlanID, at boundary: Int, with clients: BusyClients
  ) async throws {
    let count = Mutex(0)
    let observer = StatementObserver(
      before: { _ in
        await clients.breathe()
        let number = count.withLock { count in
          defer { count += 1 }
          return count
        }
        if number >= boundary { throw SimulatedCrash() }
      }, after: { _ in })
    let engine = rehearsal.engine()
    do {
      try await StatementObserver.$current.withValue(observer) {
        _ = try await rehearsal.drive(id, with: engine)
      }
    } catch is SimulatedCrash {}
    await engine.disconnect()
    try await rehearsal.waitForLock(id)
  }
}
