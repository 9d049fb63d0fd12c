import LiveMigration
import Postgres
import Synchronization
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

  @Test
  func `A revert that dies at any statement is finished by the same command`() async throws {
    let cluster = try TestDatabase.current.cluster
    var boundary = 0
    var survived = false
    while !survived {
      let at = boundary
      survived = try await Self.dies(at: at, on: cluster)
      boundary += 7
    }
    #expect(boundary > 20)
  }

  /// Reverts with a crash at a statement; `true` when the revert was over before.
  private static func dies(at boundary: Int, on cluster: TestCluster) async throws -> Bool {
    let isOver = Mutex(true)
    try await TestDatabase.scope(on: cluster) {
      let rehearsal = try await Rehearsal(
        setup: promises[1].setup, migration: promises[1].migration)
      let id = try await rehearsal.plan()
      _ = try await rehearsal.engine().run(id, options: Rehearsal.everything) { _ in }
      let struck = try await Fault.process.strike(rehearsal, at: boundary) {
        try await $0.revert(id, justification: "rehearsal") { _ in }
      }
      if struck { isOver.withLock { $0 = false } }
      let next = rehearsal.engine()
      for _ in 0..<100 where try await next.show(id).holder != nil {
        try await Task.sleep(for: .milliseconds(20))
      }
      _ = try await next.revert(id, justification: "rehearsal") { _ in }
      await next.disconnect()
      let schemas = try await rehearsal.schemas()
      #expect(schemas.live == schemas.direct, "crash at statement \(boundary)")
      #expect(try await rehearsal.leftOvers() == [])
      try await rehearsal.dispose()
    }
    return isOver.withLock { $0 }
  }
}
