import LiveMigration
import Postgres
import PrivateServer
import Rehearsals
import TestSupport

/// What strikes between two statements.
enum Fault: CaseIterable, Sendable {
  /// The program is gone: nothing more is sent, and the server ends its session.
  case process
  /// The session's server process is ended; the program goes on with a new session.
  case backend
  /// The whole server stops at once and is started again; for a cluster of the test's own.
  case server

  /// Drives the plan until the fault, and for as long after it as the engine itself goes on.
  func strike(_ rehearsal: Rehearsal, _ id: PlanID, at boundary: Int) async throws {
    try await strike(rehearsal, at: boundary) { try await rehearsal.drive(id, with: $0) }
    try await rehearsal.waitForLock(id)
  }

  /// Gives an engine a command, which the fault may cut off; returns whether it struck.
  @discardableResult
  func strike<Result: Sendable>(
    _ rehearsal: Rehearsal, at boundary: Int, _ side: StatementTrap.Side = .before,
    _ command: (LiveEngine) async throws -> Result
  ) async throws -> Bool {
    let trap = StatementTrap(at: boundary, side) { _ in
      switch self {
      case .process: throw SimulatedCrash()
      case .backend: try await rehearsal.endSessions()
      case .server: try await rehearsal.database.cluster.server.restart(.immediate)
      }
    }
    let engine = rehearsal.engine()
    do {
      _ = try await trap.watch { try await command(engine) }
    } catch is SimulatedCrash {
    } catch let error as PostgresError {
      // A look at a plan, unlike a drive, does not try again.
      guard self != .process, error.isTransient else { throw error }
    }
    await engine.disconnect()
    return trap.hasSprung
  }
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

  /// Waits until nobody holds the plan: the server may need a moment to see that a session has gone.
  func waitForLock(_ id: PlanID) async throws {
    let engine = engine()
    for _ in 0..<1000 {
      if try await engine.show(id).holder == nil { break }
      try await Task.sleep(for: .milliseconds(20))
    }
    await engine.disconnect()
  }
}
