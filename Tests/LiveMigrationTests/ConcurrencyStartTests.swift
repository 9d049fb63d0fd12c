import Foundation
import LiveMigration
import TestSupport
import Testing

/// Several sessions that begin the same thing at once.
@Suite("Many starters", .database)
struct ConcurrencyStartTests {
  @Test
  func `Only one of many starters drives`() async throws {
    let rehearsal = try await ConcurrencyTests.slow()
    let id = try await rehearsal.plan()
    let outcomes = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<6 {
        group.addTask {
          let engine = rehearsal.engine()
          defer { Task { await engine.disconnect() } }
          do {
            _ = try await engine.run(id, options: Rehearsal.everything) { _ in }
            return true
          } catch EngineError.heldElsewhere {
            return false
          } catch EngineError.statusConflict {
            return false
          } catch {
            Issue.record(error)
            return false
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(outcomes.count { $0 } == 1)
    let engine = rehearsal.engine()
    #expect(try await engine.show(id).row.rowsDone == 10_000)
    let started = try await engine.history(id).count { $0.action == .started }
    #expect(started == 1)
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  @Test
  func `Two planners of one bucket make one plan`() async throws {
    let rehearsal = try await ConcurrencyTests.slow()
    let results = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<4 {
        group.addTask {
          let engine = rehearsal.engine()
          defer { Task { await engine.disconnect() } }
          do {
            _ = try await engine.plan(version: nil, app: nil, dryRun: false)
            return true
          } catch EngineError.unfinishedPlan {
            return false
          } catch {
            Issue.record(error)
            return false
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(results.count { $0 } == 1)
    let live = rehearsal.folder + "/migrations/main/live"
    #expect(try FileManager.default.contentsOfDirectory(atPath: live).count == 1)
    try await rehearsal.dispose()
  }
}
