import LiveMigration
import Postgres
import PrivateServer
import Synchronization
import TestSupport
import Testing

/// Whatever dies, and whenever, the same commands end in the state that an undisturbed run reaches.
@Suite("Crashes", .database)
struct CrashTests {
  /// Two cores: the boundaries are divided among a few cases that run side by side.
  static let shards = 4

  @Test(arguments: 0..<shards, Fault.allCases)
  func `A plan survives a fault at every statement`(shard: Int, fault: Fault) async throws {
    let cluster = try TestDatabase.current.cluster
    let undisturbed = try await Self.undisturbed()
    #expect(undisturbed.statements > 50)
    for boundary in 0..<undisturbed.statements where boundary % Self.shards == shard {
      try await TestDatabase.scope(on: cluster) {
        let rehearsal = try await Self.rehearsal()
        let id = try await rehearsal.plan()
        try await fault.strike(rehearsal, id, at: boundary)
        if try await rehearsal.engine().show(id).row.status != .complete {
          try await rehearsal.drive(id)
        }
        let state = try await rehearsal.endState(tables: ["t"])
        #expect(state == undisturbed.state, "\(fault) at statement \(boundary)")
        try await rehearsal.dispose()
      }
    }
  }

  static func rehearsal() async throws -> Rehearsal {
    var settings = Rehearsal.quick
    settings.lockRetries = 5
    return try await Rehearsal(
      setup: """
        CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL DEFAULT 1, b text,
          CONSTRAINT a_positive CHECK (a > 0), CONSTRAINT a_key UNIQUE (a));
        CREATE INDEX t_b ON t (b, a);
        INSERT INTO t SELECT g, g, 'b' || g FROM generate_series(1, 200) g;
        ANALYZE t;
        """,
      migration: """
        ALTER TABLE t ADD COLUMN c int;
        ALTER TABLE t ALTER a TYPE bigint;
        CREATE INDEX t_c ON t (c);
        COMMENT ON COLUMN t.a IS 'wide';
        """, settings: settings, comparing: false)
  }

  /// How many statements a run takes, and what it ends in.
  static func undisturbed() async throws -> (statements: Int, state: String) {
    let rehearsal = try await rehearsal()
    let id = try await rehearsal.plan()
    let count = Mutex(0)
    let observer = StatementObserver(
      before: { _ in count.withLock { $0 += 1 } }, after: { _ in })
    try await StatementObserver.$current.withValue(observer) { try await rehearsal.drive(id) }
    let state = try await rehearsal.endState(tables: ["t"])
    try await rehearsal.dispose()
    return (count.withLock { $0 }, state)
  }
}

/// What strikes between two statements.
enum Fault: CaseIterable, Sendable {
  /// The program is gone: nothing more is sent, and the server ends its session.
  case process
  /// The session's server process is ended; the program goes on with a new session.
  case backend

  /// Drives the plan until the fault, and for as long after it as the engine itself goes on.
  ///
  /// - Parameter clients: Those who write between the plan's statements.
  func strike(
    _ rehearsal: Rehearsal, _ id: PlanID, at boundary: Int, with clients: BusyClients? = nil
  ) async throws {
    let count = Mutex(0)
    let fault = self
    let observer = StatementObserver(
      before: { _ in
        await clients?.breathe()
        let number = count.withLock { count in
          defer { count += 1 }
          return count
        }
        switch fault {
        case .process where number >= boundary: throw SimulatedCrash()
        case .backend where number == boundary: try await Self.endSessions(of: rehearsal)
        default: break
        }
      }, after: { _ in })
    let engine = rehearsal.engine()
    do {
      try await StatementObserver.$current.withValue(observer) {
        _ = try await rehearsal.drive(id, with: engine)
      }
    } catch is SimulatedCrash {
    } catch let error as PostgresError {
      // A look at a plan, unlike a drive, does not try again.
      guard fault == .backend, error.isTransient else { throw error }
    }
    await engine.disconnect()
    try await Self.waitForLock(of: rehearsal, id)
  }

  private static func endSessions(of rehearsal: Rehearsal) async throws {
    try await StatementObserver.$current.withValue(nil) {
      let admin = try await rehearsal.database.cluster.connect()
      try await admin.execute(
        """
        SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
        WHERE datname = \(rehearsal.database.name) AND application_name = 'rehearsal'
        """)
      await admin.close()
    }
  }

  /// The server may need a moment to see that a session has gone.
  private static func waitForLock(of rehearsal: Rehearsal, _ id: PlanID) async throws {
    let engine = rehearsal.engine()
    for _ in 0..<100 {
      if try await engine.show(id).holder == nil { break }
      try await Task.sleep(for: .milliseconds(20))
    }
    await engine.disconnect()
  }
}

struct SimulatedCrash: Error {}
