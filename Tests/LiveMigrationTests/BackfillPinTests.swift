import LiveMigration
import Postgres
import PrivateServer
import Synchronization
import TestSupport
import Testing

/// What a backfill reported last.
private final class Looks: Sendable {
  private let state = Mutex<BackfillProgress?>(nil)

  var last: BackfillProgress? {
    get { state.withLock { $0 } }
    set { state.withLock { $0 = newValue } }
  }

  func find(_ isWanted: (BackfillProgress) -> Bool) async throws -> BackfillProgress {
    while true {
      if let last, isWanted(last) { return last }
      try await Task.sleep(for: .milliseconds(50))
    }
  }
}

/// What keeps dead row versions alive, as far as the role may see it.
@Suite("Backfill: pins")
struct BackfillPinTests {
  @Test(arguments: [false, true])
  func `A writer that idles in its transaction is named, and so is what the role cannot see`(
    isUnprivileged: Bool
  ) async throws {
    // Alone on its server: long transactions of other tests count in every database.
    let cluster = try await TestCluster()
    try await TestDatabase.scope(on: cluster) {
      let database = try TestDatabase.current
      var settings = FilledTable.settings
      settings.maxRowsPerSecond = 500
      settings.maxReplicationLag = .seconds(1)
      let role = isUnprivileged ? try await database.makeRole() : nil
      let table = try await FilledTable(rows: 30_000, settings: settings, owner: role)
      let writer = try await database.connect(applicationName: "writer")
      try await writer.script("BEGIN; INSERT INTO mirror VALUES (-1)")
      let looks = Looks()
      let run = Task {
        try await table.drive(onProgress: { looks.last = $0 })
      }
      let pinned = try await looks.find { $0.pinnedBy != nil }
      let age = isUnprivileged ? "at least " : ""
      let text = "process \(writer.info.backendPID) (writer) keeps a transaction open for \(age)"
      #expect(pinned.pinnedBy?.hasPrefix(text) == true, "\(pinned)")
      #expect((pinned.unseen?.contains("pg_read_all_stats") == true) == isUnprivileged)
      try await writer.script("ROLLBACK")
      _ = try await looks.find { $0.pinnedBy == nil }
      let engine = table.rehearsal.engine()
      _ = try await engine.tune(table.plan, [TuningChange(key: .maxRate, value: "none")])
      await engine.disconnect()
      let notices = try await run.value
      #expect(notices.contains { $0.contains("pg_read_all_stats") } == isUnprivileged)
      #expect(notices.contains("nothing pins the horizon any more: strides again"))
      await writer.close()
      try await table.dispose()
    }
    await cluster.server.dispose()
  }
}
