import LiveMigration
import Postgres
import Synchronization
import TestSupport

extension Promise {
  /// The setup, and a mirror of each table that is compared or written to.
  var mirroredSetup: String {
    let names = Set(tables + clients.map(\.table)).sorted()
    let mirrors = names.map { "CREATE TABLE \(ClientWork.mirror(of: $0)) AS TABLE \($0);" }
    return ([setup, "CREATE SCHEMA mirror;"] + mirrors).joined(separator: "\n")
  }
}

extension Rehearsal {
  /// Sets a promise up, with mirrors.
  init(_ promise: Promise, comparing: Bool = false) async throws {
    var settings = Self.quick
    settings.lockRetries = 200
    // Clients write between the chunks.
    settings.backfillChunkSize = 50
    try await self.init(
      setup: promise.mirroredSetup, migration: promise.migration, settings: settings,
      comparing: comparing)
  }

  /// What a plan of the promise ends in.
  func endState(of promise: Promise) async throws -> String {
    try await endState(tables: promise.tables, without: promise.ownValues)
  }

  /// Puts the rows that the clients left into the copy for the direct run.
  func carryRows(of promise: Promise) async throws {
    let live = try await database.connect()
    let direct = try await database.cluster.connect(database: directName)
    try await direct.execute("SET session_replication_role = replica")
    for work in promise.clients {
      let mirror = work.mirror
      let rows = try await live.query("SELECT whole::text FROM \(raw: mirror) AS whole")
        .map { try $0.decode(0, as: String.self) }
      let columns: String = try await live.query(
        """
        SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
        WHERE attrelid = \(mirror)::regclass AND attnum > 0
        """
      ).only().decode(0)
      try await direct.script("TRUNCATE \(mirror); DELETE FROM \(work.table)")
      try await direct.execute(
        "INSERT INTO \(raw: mirror) SELECT (r::\(raw: mirror)).* FROM unnest(\(rows)) AS r")
      try await direct.execute(
        """
        INSERT INTO \(raw: work.table) (\(raw: columns)) OVERRIDING SYSTEM VALUE
        SELECT \(raw: columns) FROM \(raw: mirror)
        """)
    }
    await live.close()
    await direct.close()
  }

  /// Expects each table to have the rows that its mirror has.
  func differences(from promise: Promise) async throws -> [String] {
    var found: [String] = []
    for table in Set(promise.tables + promise.clients.map(\.table)).sorted() {
      let rows = try await liveRows(of: table, without: promise.touchedByTriggers)
      let mirror = try await liveRows(
        of: ClientWork.mirror(of: table), without: promise.touchedByTriggers)
      found += Set(rows).symmetricDifference(mirror).sorted().map { "\(table): \($0)" }
      if rows.count != mirror.count { found.append("\(table): \(rows.count), \(mirror.count)") }
    }
    return found
  }
}

/// What an undisturbed plan of a promise takes and ends in, found out once.
actor Undisturbed {
  static let shared = Undisturbed()

  struct Run: Sendable {
    /// The schema before the plan.
    var before: String
    /// How many statements the plan takes.
    var statements: Int
    /// What it ends in.
    var end: String
  }

  private var runs: [String: Task<Run, any Error>] = [:]

  func run(of promise: Promise) async throws -> Run {
    let cluster = try TestDatabase.current.cluster
    let task =
      runs[promise.name]
      ?? Task {
        let result = Mutex<Run?>(nil)
        try await TestDatabase.scope(on: cluster) {
          let run = try await Self.drive(promise)
          result.withLock { $0 = run }
        }
        guard let run = result.withLock({ $0 }) else { throw RehearsalError("no run") }
        return run
      }
    runs[promise.name] = task
    return try await task.value
  }

  private static func drive(_ promise: Promise) async throws -> Run {
    let rehearsal = try await Rehearsal(promise)
    let before = try await rehearsal.schema()
    let id = try await rehearsal.plan()
    let count = Mutex(0)
    let observer = StatementObserver(
      before: { _ in count.withLock { $0 += 1 } }, after: { _ in })
    try await StatementObserver.$current.withValue(observer) { try await rehearsal.drive(id) }
    let end = try await rehearsal.endState(of: promise)
    try await rehearsal.dispose()
    return Run(before: before, statements: count.withLock { $0 }, end: end)
  }
}
