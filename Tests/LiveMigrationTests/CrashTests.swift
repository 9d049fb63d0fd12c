import LiveMigration
import Postgres
import PrivateServer
import Rehearsals
import TestSupport
import Testing

/// Whatever dies, and whenever, the same commands end in the state that an undisturbed run reaches.
@Suite("Crashes", .database)
struct CrashTests {
  /// Two cores: the boundaries are divided among a few cases that run side by side.
  static let shards = 4

  @Test(arguments: 0..<shards, [Fault.process, .backend])
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

  static func rehearsal(
    _ change: (inout LiveSettings) -> Void = { _ in }
  ) async throws -> Rehearsal {
    var settings = Rehearsal.quick
    settings.lockRetries = 5
    change(&settings)
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
    let trap = StatementTrap()
    _ = try await trap.watch { try await rehearsal.drive(id) }
    let state = try await rehearsal.endState(tables: ["t"])
    try await rehearsal.dispose()
    return (trap.count, state)
  }
}
