internal import Postgres

/// Snapshots that cannot see all rows which a backfill has filled.
///
/// A transaction that keeps such a snapshot, as at REPEATABLE READ, and first reads the table after the swap would find
/// NULL where a value was (manual, section 13.2.2). `CREATE INDEX CONCURRENTLY` waits for others before its index
/// counts, and so does a swap.
enum OldSnapshots {
  /// A transaction with such a snapshot.
  struct Holder: Sendable, Hashable {
    /// The same at two looks is the same transaction.
    var key: String
    /// Which session it is, and what it does.
    var what: String
  }

  /// The transactions whose snapshots may be older than the end of the plan's last backfill.
  ///
  /// The audit trail's row of that end was written by a transaction after the last one that filled rows. An old
  /// transaction that writes makes every later snapshot look old as well; those tell by their beginning that they are
  /// not, where the role may see it, and by the second look, which asks for the same transactions only: the lock that
  /// each holds on its own number tells them apart for every role (manual, section 54.12).
  static func holders(
    of id: PlanID, _ ledger: PlanLedger, on connection: PostgresConnection
  ) async throws -> [Holder] {
    let rows = try await connection.query(
      """
      SELECT a.pid::text || ' '::text || coalesce(own.virtualtransaction, a.backend_xmin::text) AS key,
        'process '::text || a.pid::text || coalesce(' ('::text || nullif(a.application_name, '') || ')'::text, ''::text)
          || coalesce(', '::text || a.state, ''::text) AS what
      FROM (SELECT event.xmin AS filled, event.at FROM \(identifier: ledger.tables.events) AS event
          WHERE event.plan_id = \(id.rawValue) AND event.action = \(PlanEvent.Action.stepCompleted)
            AND event.step = \(StepKind.backfillChunked.rawValue) ORDER BY event.id DESC LIMIT 1) AS backfill,
        pg_catalog.pg_stat_activity AS a
        LEFT JOIN pg_catalog.pg_locks AS own
          ON own.pid = a.pid AND own.locktype = 'virtualxid' AND own.mode = 'ExclusiveLock'
      WHERE a.datname = pg_catalog.current_database() AND a.pid <> pg_catalog.pg_backend_pid()
        AND coalesce(a.backend_type, 'client backend') = 'client backend'
        AND pg_catalog.age(a.backend_xmin) >= pg_catalog.age(backfill.filled)
        AND coalesce(a.xact_start <= backfill.at + interval '10 seconds', true)
      ORDER BY a.pid
      """)
    return try rows.map { Holder(key: try $0.decode("key"), what: try $0.decode("what")) }
  }
}

extension PlanRunner {
  /// Between two looks at snapshots.
  private static let snapshotLook: Duration = .milliseconds(250)

  /// Waits until no snapshot is left that would read NULL after the swap; nothing is locked meanwhile.
  ///
  /// - Throws: `EngineError.oldSnapshots` after `LiveSettings.snapshotWait`.
  func waitForOldSnapshots(on connection: PostgresConnection) async throws {
    guard settings.snapshotWait > .zero else { return }
    let end = ContinuousClock.now + settings.snapshotWait
    var held = try await OldSnapshots.holders(of: id, ledger, on: connection)
    var told: [OldSnapshots.Holder] = []
    while !held.isEmpty {
      try await checkForStop(on: connection)
      guard ContinuousClock.now < end else {
        throw EngineError.oldSnapshots(
          id, held.map(\.what), waited: settings.snapshotWait, next: NextStep(.finalize(id)))
      }
      if held != told {
        let who = held.map(\.what).joined(separator: "; ")
        onEvent(.waiting(id, "snapshots from before the backfill's end: \(who)"))
        told = held
      }
      try await Task.sleep(for: Self.snapshotLook)
      let left = Set(try await OldSnapshots.holders(of: id, ledger, on: connection).map(\.key))
      held.removeAll { !left.contains($0.key) }
    }
  }
}
