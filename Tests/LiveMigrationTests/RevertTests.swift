import LiveMigration
import Postgres
import TestSupport
import Testing

/// A reverted plan leaves no trace: the database is as it was before.
@Suite("Reverting", .database)
struct RevertTests {
  @Test func `A plan that was reverted can be reverted again`() async throws {
    let rehearsal = try await Rehearsal(setup: promises[1].setup, migration: promises[1].migration)
    let id = try await rehearsal.plan()
    let engine = rehearsal.engine()
    _ = try await engine.run(id, options: Rehearsal.everything) { _ in }
    for _ in 0..<2 {
      let outcome = try await engine.revert(id, justification: "no more") { _ in }
      #expect(outcome.status == .abandoned)
      let schemas = try await rehearsal.schemas()
      #expect(schemas.live == schemas.direct)
      let rows = try await rehearsal.rows(of: promises[1].table)
      #expect(rows.live == rows.direct)
      #expect(try await rehearsal.leftOvers() == [])
    }
    await engine.disconnect()
    try await rehearsal.dispose()
  }
}
