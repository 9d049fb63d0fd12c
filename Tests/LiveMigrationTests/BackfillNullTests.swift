import LiveMigration
import Postgres
import TestSupport
import Testing

/// New values that are NULL leave their rows in need of work for ever.
@Suite("Backfill: values that are NULL", .database)
struct BackfillNullTests {
  @Test
  func `Rows that nothing can fill are tried once more, and named at the gate`() async throws {
    let rehearsal = try await Rehearsal(
      setup: """
        CREATE TABLE t (id int PRIMARY KEY);
        INSERT INTO t SELECT g FROM generate_series(1, 3000) g;
        ANALYZE;
        """,
      migration: """
        ALTER TABLE t ADD COLUMN token text DEFAULT CASE WHEN random() > 2 THEN 'x' END;
        """, settings: FilledTable.settings, comparing: false)
    let id = try await rehearsal.plan()
    let (engine, witness) = (rehearsal.engine(), Witness())
    let failure = await #expect(throws: EngineError.self) {
      _ = try await engine.run(id, options: Rehearsal.everything) { witness.take($0) }
    }
    guard case .gateDisagreed(_, _, let outcomes, _) = failure else {
      Issue.record("\(String(describing: failure))")
      return
    }
    #expect(outcomes.first?.found == 3000)
    let sweeps = witness.events.compactMap { event in
      if case .backfill(_, let progress) = event { progress.sweep } else { nil }
    }
    #expect(sweeps.max() == 1)
    // Once in its stride, once in the last one of its window, which takes what is left.
    #expect(try await engine.show(id).row.rowsDone <= 2 * 3000)
    await engine.disconnect()
    try await rehearsal.dispose()
  }
}
