internal import Postgres
internal import SchemaChange

/// Does one chunk: a stride of a window in a transaction, with the plan's new cursor.
struct ChunkWriter: Sendable {
  let runner: PlanRunner
  let backfill: TableBackfill
  let leaf: BackfillCursor.Leaf
  let position: PlanRow.Position
  let abilities: BackfillAbilities
  let board: BackfillBoard

  /// Changes the rows of the window's current stride that still need work.
  ///
  /// - Parameters:
  ///   - nap: After how many blocks the server's process sleeps for a moment; `nil` for never.
  ///   - looksAround: Whether to see who waits on the chunk's locks.
  func write(
    _ window: BackfillCursor.Window, nap: Int?, looksAround: Bool, on connection: PostgresConnection
  ) async throws -> ChunkResult {
    let begin = ContinuousClock.now
    let (lockTimeout, progress) = board.with { ($0.settings.lockTimeout, $0.progress) }
    let state = try progress.json()
    var result = try await connection.transaction { connection in
      let before = try await prepare(min(lockTimeout, Self.longestWait), connection)
      if abilities.isPowerful { try await keepOut(connection) }
      let rows = try await change(window, nap, connection)
      var result = ChunkResult(rows: rows)
      if looksAround { result.waiters = try await waiters(connection) }
      if rows > 0 { result.counts = try await counts(connection) - before }
      // The plan's row comes last: sessions that share it wait for no more than a commit.
      result.pauses = try await runner.ledger.recordChunk(
        runner.id, at: position, cursor: try board.cursor(after: window, rows: rows), rows: rows,
        state: state, on: connection)
      return result
    }
    result.duration = ContinuousClock.now - begin
    return result
  }

  /// A chunk that waits for a client, for which that client waits, is over before the server looks for deadlocks.
  ///
  /// The server ends the session that looks first (manual, section 19.12, `deadlock_timeout`): it must never be the client.
  private static let longestWait = Duration.milliseconds(100)

  /// The chunk's own settings, which end with its transaction.
  ///
  /// - Returns: What the server had counted before. It reports its counts to all, and begins anew, about once a second,
  ///   but never within a transaction.
  private func prepare(
    _ lockTimeout: Duration, _ connection: PostgresConnection
  ) async throws -> UpdateCounts {
    // A role that may not change the setting may not even set it to what it is.
    let silence: SQL =
      abilities.silencesTriggers && !backfill.isStatement
      ? ", pg_catalog.set_config('session_replication_role', 'replica', true)" : ""
    let compression: SQL =
      abilities.compression.map { ", pg_catalog.set_config('wal_compression', \($0), true)" } ?? ""
    // As the hook computes: rows that it suppresses itself for must get the values that it would give.
    let meant = runner.plan.session.local.map { ", " + $0 }.joined(separator: "")
    let row = try await connection.query(
      """
      SELECT \(sql: counted), pg_catalog.set_config('lock_timeout', \("\(lockTimeout.milliseconds)ms"), true),
        pg_catalog.set_config('statement_timeout', '0', true),
        pg_catalog.set_config('synchronous_commit', 'off', true),
        pg_catalog.set_config('djogi.live_migrate.suppress_events', '1', true)
        \(sql: silence)\(sql: compression)\(sql: meant)
      """, prepare: true
    ).only()
    return try UpdateCounts(row)
  }

  /// Sees that no code of other roles came to the table since the plan was made, and keeps more from coming meanwhile.
  ///
  /// The lock is the one that the chunk takes anyway. A definition is judged once: that takes the server longer than a
  /// short chunk.
  private func keepOut(_ connection: PostgresConnection) async throws {
    try await connection.execute(
      "LOCK TABLE ONLY \(raw: leaf.name) IN ROW EXCLUSIVE MODE", prepare: false)
    let definition = try await ForeignCode.definition(of: leaf.oid, on: connection)
    guard board.with({ $0.judged[leaf.oid] }) != definition else { return }
    try await ForeignCode.refuse(.leaf(leaf.oid), on: connection)
    board.with { $0.judged[leaf.oid] = definition }
  }

  /// Changes rows; returns how many of them need no more work.
  ///
  /// The first pass counts all. A row that needs work as much as before, because its new value is NULL, would keep
  /// later ones going for ever.
  private func change(
    _ window: BackfillCursor.Window, _ nap: Int?, _ connection: isolated PostgresConnection
  ) async throws -> Int {
    let update = backfill.update(
      of: leaf.name, window, rowsPerBlock: leaf.rowsPerBlock, nap: nap)
    guard backfill.work == .set, board.with({ ($0.cursor?.sweep ?? 0) > 0 }) else {
      return try await connection.execute(update, prepare: true).affectedRows
    }
    let changed: SQL = "\(sql: update) RETURNING (\(raw: backfill.condition)) IS NOT TRUE"
    return try await connection.query(changed, prepare: true).count { try $0.decode(0) }
  }

  /// What the server has counted of this session's updates since it last reported them.
  private var counted: SQL {
    """
    pg_stat_get_xact_tuples_updated(\(leaf.oid)) AS updated,
      pg_stat_get_xact_tuples_hot_updated(\(leaf.oid)) AS hot
    """
  }

  private func counts(_ connection: PostgresConnection) async throws -> UpdateCounts {
    try UpdateCounts(try await connection.query("SELECT \(sql: counted)", prepare: true).only())
  }

  /// Clients that wait for this transaction; every role may see who waits for a lock, if not for what.
  private func waiters(_ connection: PostgresConnection) async throws -> Int {
    try await connection.query(
      """
      SELECT pg_catalog.count(DISTINCT pid) FROM pg_locks WHERE NOT granted
        AND pg_catalog.pg_backend_pid() = ANY (pg_catalog.pg_blocking_pids(pid))
      """, prepare: true
    ).only().decode(0)
  }
}
