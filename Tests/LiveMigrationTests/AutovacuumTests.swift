import Postgres
import PrivateServer
import Rehearsals
import TestSupport
import Testing

@testable import LiveMigration

/// A worker of autovacuum that is at work on a table for long.
@Suite("Autovacuum in the way")
struct AutovacuumTests {
  @Test
  func `A slow autovacuum gives way to a statement that wants its table`() async throws {
    let cluster = try await TestCluster(settings: [
      "autovacuum": "on", "autovacuum_naptime": "1s", "deadlock_timeout": "300ms",
    ])
    try await TestDatabase.scope(on: cluster) {
      let rehearsal = try await Rehearsal(
        setup: """
          CREATE TABLE t (id int PRIMARY KEY, a int)
            WITH (autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1,
              autovacuum_vacuum_threshold = 1, autovacuum_vacuum_scale_factor = 0);
          INSERT INTO t SELECT g, g FROM generate_series(1, 50000) g;
          DELETE FROM t WHERE id % 3 = 0;
          """,
        migration: "ALTER TABLE t ADD COLUMN b int;", comparing: false)
      let client = try await rehearsal.database.connect()
      func worker() async throws -> Int32? {
        try await client.query(
          """
          SELECT l.pid FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)
          WHERE l.relation = 't'::regclass AND a.backend_type = 'autovacuum worker'
            AND l.mode = 'ShareUpdateExclusiveLock' AND l.granted
          """
        ).first?.decode(0)
      }
      while try await worker() == nil { try await Task.sleep(for: .milliseconds(20)) }
      var settings = Rehearsal.quick
      // Shorter than the server waits before it cancels a worker.
      settings.lockTimeout = .milliseconds(100)
      settings.lockRetries = 1
      let engine = rehearsal.engine(settings: settings)
      let results = try await engine.apply(
        version: nil, app: nil, allowDestructive: false, justification: nil)
      #expect(results.map(\.statements) == [1])
      #expect(
        cluster.server.log.contains("canceling autovacuum task"), "the worker was not cancelled")
      await client.close()
      await engine.disconnect()
      try await rehearsal.dispose()
    }
  }
}
