import Foundation
import LiveMigration
import Postgres
import PrivateServer
import TestSupport

/// One migration, to be run directly on one copy of a database and as a live plan on another.
struct Rehearsal: Sendable {
  static let version = "V20260428000000__change"

  let migration: String
  let database: TestDatabase
  let folder: String
  let settings: LiveSettings
  /// The role that runs the plan.
  let user: String

  /// Sets both copies up; only the one for the plan when `comparing` is `false`.
  init(
    setup: String, migration: String, user: String = TestCluster.superuser,
    settings: LiveSettings = Rehearsal.quick, comparing: Bool = true
  ) async throws {
    self.migration = migration
    self.user = user
    self.settings = settings
    database = try TestDatabase.current
    folder = try Self.makeWorkspace(migration)
    let connection = try await database.connect()
    try await connection.script(setup)
    await connection.close()
    if comparing { try await copy() }
  }

  private func copy() async throws {
    let admin = try await database.cluster.connect()
    // The server may need a moment to see that the session has gone.
    var attempts = 0
    while true {
      do {
        try await admin.execute(
          "CREATE DATABASE \(identifier: directName) TEMPLATE \(identifier: database.name)")
        break
      } catch let error as PostgresError where error.sqlState == .objectInUse && attempts < 50 {
        attempts += 1
        try await Task.sleep(for: .milliseconds(50))
      }
    }
    await admin.close()
  }

  /// Small tables are treated as large ones, and nothing waits for long.
  static var quick: LiveSettings {
    var settings = LiveSettings()
    settings.validationThresholdRows = 1
    settings.retryBase = .milliseconds(10)
    settings.retryCap = .milliseconds(50)
    return settings
  }

  private static func makeWorkspace(_ migration: String) throws -> String {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "djogi-\(UUID().uuidString)")
    let bucket = folder.appendingPathComponent("migrations/main/_global_")
    try FileManager.default.createDirectory(at: bucket, withIntermediateDirectories: true)
    try Data("".utf8).write(to: folder.appendingPathComponent("Djogi.toml"))
    try Data(migration.utf8).write(to: bucket.appendingPathComponent(version + ".sql"))
    return folder.path
  }

  /// The copy for the direct run.
  var directName: String { database.name + "_direct" }

  /// A new engine, as a new process would have it.
  func engine(settings: LiveSettings? = nil) -> LiveEngine {
    let (database, user) = (database, user)
    return LiveEngine(
      workspace: Workspace(folder: folder), database: .main, settings: settings ?? self.settings,
      node: 1, connect: { try await database.connect(user: user, applicationName: "rehearsal") })
  }

  /// Plans the migration, which must need a plan.
  func plan() async throws -> PlanID {
    let engine = engine()
    let results = try await engine.plan(version: nil, app: nil, dryRun: false)
    await engine.disconnect()
    guard case .planned(let file, _) = results.first else {
      throw RehearsalError("no plan was made: \(results)")
    }
    return file.plan.header.planID
  }

  /// Everything that an operator may approve, with a reason.
  static let everything = RunOptions(
    approvals: Set(Gate.approvable), allowDestructive: true, justification: "rehearsal")

  /// Drives a plan to its end by the commands that its status asks for.
  ///
  /// - Parameter end: A status in which to leave it instead.
  @discardableResult
  func drive(
    _ id: PlanID, with engine: LiveEngine? = nil, until end: PlanStatus? = nil
  ) async throws -> PlanOutcome {
    let engine = engine ?? self.engine()
    var outcome: PlanOutcome?
    for _ in 0..<10 {
      let row = try await engine.show(id).row
      if let outcome, row.status == end { return outcome }
      switch row.status {
      case .pending, .validating, .cutover, .running:
        outcome = try await engine.run(id, options: Self.everything) { _ in }
      case .paused: outcome = try await engine.resume(id, options: Self.everything) { _ in }
      case .finalizing:
        outcome = try await engine.finalize(id, justification: "rehearsal") { _ in }
      case .complete, .abandoned, .failed:
        await engine.disconnect()
        guard let outcome else { throw RehearsalError("the plan had ended: \(row.status)") }
        return outcome
      }
    }
    throw RehearsalError("the plan did not end: \(String(describing: outcome))")
  }

  /// Runs the migration file on the other copy, as `psql -f` would.
  func runDirectly() async throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(
      "djogi-\(UUID().uuidString).sql")
    try Data(migration.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    try await ServerPrograms.run(
      [
        database.cluster.programs + "/psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1",
        "--file=\(file.path)",
      ], environment: database.cluster.environment(database: directName))
  }

  // MARK: - Comparing

  /// The plan's copy as one text: schema, rows and left-overs.
  func endState(tables: [String], without columns: [String] = []) async throws -> String {
    var parts = [try await schema()]
    for table in tables { parts += try await rows(of: table, in: database.name, without: columns) }
    return try await (parts + leftOvers()).joined(separator: "\n")
  }

  /// Removes the workspace, and the copy that no test scope owns.
  func dispose() async throws {
    try FileManager.default.removeItem(atPath: folder)
    let admin = try await database.cluster.connect()
    try await admin.execute("DROP DATABASE IF EXISTS \(identifier: directName) WITH (FORCE)")
    await admin.close()
  }

  /// The schemas of both copies, which must be equal but for the order of columns.
  func schemas() async throws -> (live: String, direct: String) {
    (try await schema(of: database.name), try await schema(of: directName))
  }

  /// The schema of the plan's copy.
  func schema() async throws -> String { try await schema(of: database.name) }

  private func schema(of name: String) async throws -> String {
    let dump = try await ServerPrograms.run(
      [
        database.cluster.programs + "/pg_dump", "--schema-only", "--no-owner",
        "--exclude-table=djogi_*", name,
      ], environment: database.cluster.environment(database: name))
    return SchemaText.withoutColumnOrder(dump)
  }

  /// The rows of a table in both copies, columns by name.
  func rows(
    of table: String, without columns: [String] = []
  ) async throws -> (live: [String], direct: [String]) {
    (
      try await rows(of: table, in: database.name, without: columns),
      try await rows(of: table, in: directName, without: columns)
    )
  }

  /// The rows of a table in the plan's copy.
  func liveRows(of table: String, without columns: [String] = []) async throws -> [String] {
    try await rows(of: table, in: database.name, without: columns)
  }

  private func rows(
    of table: String, in name: String, without excluded: [String]
  ) async throws -> [String] {
    let connection = try await database.cluster.connect(database: name)
    let columns: [String] = try await connection.query(
      """
      SELECT array_agg(quote_ident(attname) ORDER BY attname) FROM pg_attribute
      WHERE attrelid = \(table)::regclass AND attnum > 0 AND NOT attisdropped
        AND quote_ident(attname) <> ALL (\(excluded))
      """
    ).only().decode(0)
    let sql = "SELECT ROW(\(columns.joined(separator: ", ")))::text FROM \(table) ORDER BY 1"
    let rows = try await connection.query(SQL(raw: sql)).map { try $0.decode(0, as: String.self) }
    await connection.close()
    return rows
  }

  /// Objects of the plan's own that are left over.
  func leftOvers() async throws -> [String] {
    let connection = try await database.connect()
    let rows = try await connection.query(
      """
      SELECT relname::text FROM pg_class WHERE relname LIKE 'djogi\\_%\\_%' AND relname ~ '^djogi_[0-9]'
      UNION ALL SELECT proname::text FROM pg_proc WHERE proname LIKE 'djogi\\_%'
      UNION ALL SELECT tgname::text FROM pg_trigger WHERE tgname LIKE 'zzzz\\_djogi%'
      UNION ALL SELECT conname::text FROM pg_constraint WHERE conname ~ '^djogi_[0-9]'
      """)
    let names = try rows.map { try $0.decode(0, as: String.self) }
    await connection.close()
    return names
  }
}

/// Why a rehearsal could not be held.
struct RehearsalError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// A schema dump with each table's columns in the order of their names.
///
/// Extended statistics list their columns in the table's order, so theirs is no more than that.
enum SchemaText {
  static func withoutColumnOrder(_ dump: String) -> String {
    var result: [String] = []
    var columns: [String]?
    for line in dump.split(separator: "\n", omittingEmptySubsequences: true).map(String.init) {
      if line.hasPrefix("--") || line.hasPrefix("\\") { continue }
      if columns != nil, line.hasPrefix(")") {
        result += (columns ?? []).sorted() + [line]
        columns = nil
      } else if columns != nil {
        columns?.append(line.hasSuffix(",") ? String(line.dropLast()) : line)
      } else {
        result.append(line.hasPrefix("CREATE STATISTICS ") ? sortedStatistics(line) : line)
        if line.hasPrefix("CREATE TABLE "), line.hasSuffix("(") { columns = [] }
      }
    }
    return result.joined(separator: "\n")
  }

  /// The lines that only one of two dumps has, for a message that can be read.
  static func differences(_ left: String, _ right: String) -> [String] {
    let change = right.split(separator: "\n").difference(from: left.split(separator: "\n"))
    let lines = change.map { step in
      switch step {
      case .insert(_, let line, _): "missing: \(line)"
      case .remove(_, let line, _): "extra: \(line)"
      }
    }
    return lines.isEmpty && left != right ? ["other order"] : lines
  }

  private static func sortedStatistics(_ line: String) -> String {
    let parts = line.components(separatedBy: " ON ")
    guard parts.count == 2 else { return line }
    let ends = parts[1].components(separatedBy: " FROM ")
    let columns = ends[0].components(separatedBy: ", ").sorted().joined(separator: ", ")
    return parts[0] + " ON " + columns + " FROM " + (ends.last ?? "")
  }
}
