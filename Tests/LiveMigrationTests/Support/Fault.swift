import LiveMigration
import Postgres
import TestSupport

/// What strikes between two statements.
enum Fault: String, CaseIterable, Sendable {
  /// The program is gone: nothing more is sent, and the server ends its session.
  case process
  /// The session's server process is ended; the program goes on with a new session.
  case backend
  /// The whole server stops at once and is started again; for a cluster of the test's own.
  case server
  /// Somebody holds a lock on the tables, longer than the engine tries.
  case outsider
  /// Somebody comes before every transaction of the engine's, and leaves when the engine has given way once.
  case outsiders
  /// The session's server process is ended in the middle of a statement that waits for somebody.
  case halfway
}

extension Rehearsal {
  /// Ends the server processes of the plan's sessions.
  func endSessions() async throws {
    let admin = try await database.cluster.connect()
    try await admin.execute(
      """
      SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
      WHERE datname = \(database.name) AND application_name = 'rehearsal'
      """)
    await admin.close()
  }

  /// Waits until no session holds the plan: the server may need a moment to see that a session has gone.
  func waitForLock(_ id: PlanID) async throws {
    let engine = engine()
    for _ in 0..<1000 {
      if try await engine.show(id).holder == nil { break }
      try await Task.sleep(for: .milliseconds(20))
    }
    await engine.disconnect()
  }
}
