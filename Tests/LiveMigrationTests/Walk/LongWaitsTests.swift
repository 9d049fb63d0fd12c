import Postgres
import TestSupport
import Testing

/// What the walk expects never to happen is found when it happens.
@Suite("Long waits", .database, .timeLimit(.minutes(15)))
struct LongWaitsTests {
  @Test
  func `A request of the engine's that waits long for a lock is found, one of a client is not`()
    async throws
  {
    let rehearsal = try await Rehearsal(
      setup: "CREATE TABLE t (id int)", migration: "SELECT 1;", comparing: false)
    try await rehearsal.noteLongWaits()
    let database = rehearsal.database
    let holder = try await database.connect(applicationName: "holder")
    try await holder.script("BEGIN; LOCK TABLE t")
    let waiting = ["client", "rehearsal"].map { name in
      Task {
        let connection = try await database.connect(applicationName: name)
        try await connection.script("BEGIN; LOCK TABLE t; COMMIT")
        await connection.close()
      }
    }
    // The server writes it down when the wait has lasted as long as the setting says.
    while rehearsal.longWaits().isEmpty { try await Task.sleep(for: .milliseconds(200)) }
    try await holder.script("ROLLBACK")
    for task in waiting { try await task.value }
    let waits = rehearsal.longWaits()
    #expect(waits.filter { $0.contains("still waiting for") }.count == 1)
    #expect(waits.contains { $0.contains("LOCK TABLE t") }, "\(waits)")
    await holder.close()
    try await rehearsal.dispose()
  }
}
