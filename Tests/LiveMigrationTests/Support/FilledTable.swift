import LiveMigration
import Postgres
import Synchronization
import TestSupport

/// A table that a plan fills in many small chunks, and a mirror that says what its rows must be.
struct FilledTable: Sendable {
  let rehearsal: Rehearsal
  let plan: PlanID

  /// Chunks as small as they can be.
  static var settings: LiveSettings {
    var settings = Rehearsal.quick
    settings.backfillChunkSize = 100
    return settings
  }

  /// - Parameter owner: A role that owns the tables and drives the plan, instead of the superuser.
  init(
    rows: Int, indexed: Bool = false, settings: LiveSettings = Self.settings, owner: String? = nil
  ) async throws {
    let rights = owner.map { owner in
      """
      ALTER TABLE t OWNER TO \(owner); ALTER TABLE busy OWNER TO \(owner);
      GRANT CREATE ON SCHEMA public TO \(owner);
      """
    }
    rehearsal = try await Rehearsal(
      setup: """
        CREATE TABLE t (id int PRIMARY KEY, amount int, note text);
        CREATE TABLE mirror (id int PRIMARY KEY, amount int, note text);
        CREATE TABLE busy AS SELECT true AS busy;
        INSERT INTO t SELECT g, g % 1000, 'n' || g FROM generate_series(1, \(rows)) g;
        INSERT INTO mirror TABLE t;
        \(indexed ? "CREATE INDEX ON t (note)" : "");
        \(rights ?? "")
        ANALYZE;
        """,
      migration: "ALTER TABLE t ALTER COLUMN amount TYPE bigint;",
      user: owner ?? TestCluster.superuser, settings: settings,
      comparing: false)
    plan = try await rehearsal.plan()
  }

  /// Statements of clients: rows move, come and go, on both tables alike.
  static func changes(_ number: Int) -> String {
    ["t", "mirror"].map { table in
      """
      UPDATE \(table) SET amount = amount + 1, note = repeat('x', 90) WHERE id % 97 = \(number % 97);
      UPDATE \(table) SET note = 'y' WHERE id % 89 = \(number % 89);
      DELETE FROM \(table) WHERE id % 83 = \(number % 83) AND id <= 4000;
      INSERT INTO \(table) VALUES (\(100_000 + number), \(number), NULL);
      """
    }.joined()
  }

  /// Drives the plan to its end; returns the notices.
  ///
  /// - Parameters:
  ///   - beforeEachChunk: Called before each chunk takes its table's lock, with the chunk's number from 1 on.
  ///   - beforeEachStatement: Called before each statement is sent, with its text.
  @discardableResult
  func drive(
    beforeEachChunk: (@Sendable (Int) async throws -> Void)? = nil,
    beforeEachStatement: (@Sendable (String) async throws -> Void)? = nil,
    onProgress: (@Sendable (BackfillProgress) -> Void)? = nil
  ) async throws -> [String] {
    let count = Mutex(0)
    let notices = Mutex<[String]>([])
    let observer = StatementObserver(
      before: { text in
        if let beforeEachStatement {
          try await StatementObserver.$current.withValue(nil) {
            try await beforeEachStatement(text)
          }
        }
        guard let beforeEachChunk, text.hasPrefix("LOCK TABLE ONLY"),
          text.hasSuffix("ROW EXCLUSIVE MODE")
        else { return }
        let number = count.withLock { count in
          count += 1
          return count
        }
        try await StatementObserver.$current.withValue(nil) { try await beforeEachChunk(number) }
      }, after: { _ in })
    let engine = rehearsal.engine()
    do {
      try await StatementObserver.$current.withValue(observer) {
        for _ in 0..<10 {
          let row = try await engine.show(plan).row
          if row.status == .complete { break }
          let take: RunObserver = { event in
            if case .notice(_, let text) = event { notices.withLock { $0.append(text) } }
            if case .backfill(_, let progress) = event { onProgress?(progress) }
          }
          switch row.status {
          case .paused:
            _ = try await engine.resume(plan, options: Rehearsal.everything, onEvent: take)
          case .finalizing:
            _ = try await engine.finalize(plan, justification: "test", onEvent: take)
          default: _ = try await engine.run(plan, options: Rehearsal.everything, onEvent: take)
          }
        }
      }
    } catch {
      await engine.disconnect()
      throw error
    }
    await engine.disconnect()
    return notices.withLock { $0 }
  }

  /// Drives the plan until it waits for `reason`, visible to another session, then does what releases it.
  func whileHeld(
    by reason: String, beforeEachChunk: (@Sendable (Int) async throws -> Void)? = nil,
    _ release: @Sendable () async throws -> Void
  ) async throws {
    let run = Task { try await drive(beforeEachChunk: beforeEachChunk) }
    let other = rehearsal.engine()
    do {
      while true {
        let snapshot = try await other.snapshot([plan]).first
        if snapshot?.progress?.waitingFor?.hasPrefix(reason) == true { break }
        guard snapshot?.row.status.isTerminal != true else {
          throw RehearsalError("the backfill did not wait: \(String(describing: snapshot))")
        }
        try await Task.sleep(for: .milliseconds(20))
      }
      try await release()
    } catch {
      run.cancel()
      throw error
    }
    await other.disconnect()
    _ = try await run.value
  }

  /// How many rows differ from what clients wrote.
  func disagreements() async throws -> Int {
    let connection = try await rehearsal.database.connect()
    let count: Int = try await connection.query(
      """
      SELECT count(*) FROM t FULL JOIN mirror AS m USING (id)
      WHERE (t.amount, t.note) IS DISTINCT FROM (m.amount::bigint, m.note)
        OR t IS NULL OR m IS NULL
      """
    ).only().decode(0)
    let type: String = try await connection.query(
      """
      SELECT format_type(atttypid, atttypmod) FROM pg_attribute
      WHERE attrelid = 't'::regclass AND attname = 'amount'
      """
    ).only().decode(0)
    await connection.close()
    guard type == "bigint" else { throw RehearsalError("the column is still \(type)") }
    return count
  }

  func rowsDone() async throws -> Int64 { try await rehearsal.engine().show(plan).row.rowsDone }

  func progress() async throws -> BackfillProgress? {
    try await rehearsal.engine().snapshot([plan]).first?.progress
  }

  func dispose() async throws { try await rehearsal.dispose() }
}
