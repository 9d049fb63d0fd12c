import Foundation
import LiveMigration
import Postgres
import PrivateServer
import Rehearsals
import TestSupport

/// One migration, to be run directly on one copy of a database and as a live plan on another.
struct Rehearsal: Sendable {
  static let version = MigrationWorkspace.version

  let migration: String
  let database: TestDatabase
  let workspace: MigrationWorkspace
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
    workspace = try MigrationWorkspace(migration)
    let connection = try await database.connect()
    try await connection.script(setup)
    await connection.close()
    if comparing { try await copy() }
  }

  /// The same in the current database, which is a copy of another's; the workspace stays the other's.
  init(copying original: Rehearsal) throws {
    migration = original.migration
    user = original.user
    settings = original.settings
    workspace = original.workspace
    database = try TestDatabase.current
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

  var folder: String { workspace.folder }

  /// The copy for the direct run.
  var directName: String { database.name + "_direct" }

  /// A new engine, as a new process would have it.
  func engine(settings: LiveSettings? = nil) -> LiveEngine {
    let (database, user) = (database, user)
    var settings = settings ?? self.settings
    // A comparison with a direct run follows; the proof of a plan has tests of its own.
    settings.proof = false
    // Many tests share few processors: a swap's own time says nothing here.
    settings.swapBudget = settings.swapBudget ?? .seconds(30)
    let copies = ProofMeans(
      sameServer: { name in
        try await database.cluster.connect(database: name ?? database.name, user: user)
      }, startsServers: false)
    return LiveEngine(
      workspace: Workspace(folder: folder), database: .main, settings: settings, node: 1,
      proofMeans: copies,
      connect: { try await database.connect(user: user, applicationName: "rehearsal") })
  }

  /// Plans the migration, which must need a plan.
  func plan() async throws -> PlanID {
    let engine = engine()
    let results = try await engine.plan(version: nil, app: nil, dryRun: false)
    await engine.disconnect()
    guard case .planned(let file, _, _, _) = results.first else {
      throw RehearsalError("no plan was made: \(results)")
    }
    return file.plan.header.planID
  }

  /// Everything that an operator may approve, with a reason.
  static let everything = RunOptions(
    approvals: Set(Gate.approvable), allowDestructive: true, acceptsTriggers: true,
    justification: "rehearsal")

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
  func runDirectly(inOneTransaction: Bool = false) async throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(
      "djogi-\(UUID().uuidString).sql")
    try Data(migration.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    try await ServerPrograms.run(
      [
        database.cluster.programs + "/psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1",
        "--file=\(file.path)",
      ] + (inOneTransaction ? ["--single-transaction"] : []),
      environment: database.cluster.environment(database: directName))
  }

  // MARK: - Comparing

  private var live: DatabaseContents {
    DatabaseContents(of: database.name, on: database.cluster.server)
  }

  private var direct: DatabaseContents {
    DatabaseContents(of: directName, on: database.cluster.server)
  }

  /// The plan's copy as one text: schema, rows and left-overs.
  func endState(tables: [String] = ["t"], without columns: [String] = []) async throws -> String {
    var parts = [try await live.schema()]
    for table in tables { parts += try await live.rows(of: table, without: columns) }
    return try await (parts + live.leftOvers()).joined(separator: "\n")
  }

  /// Removes the workspace, and the copy that no test scope owns.
  func dispose() async throws {
    try workspace.remove()
    let admin = try await database.cluster.connect()
    try await admin.execute("DROP DATABASE IF EXISTS \(identifier: directName) WITH (FORCE)")
    await admin.close()
  }

  /// The schemas of both copies, which must be equal but for the order of columns.
  func schemas() async throws -> (live: String, direct: String) {
    (try await live.schema(), try await direct.schema())
  }

  /// The schema of the plan's copy.
  func schema() async throws -> String { try await live.schema() }

  /// The rows of a table in both copies, columns by name.
  func rows(
    of table: String, without columns: [String] = []
  ) async throws -> (live: [String], direct: [String]) {
    (
      try await live.rows(of: table, without: columns),
      try await direct.rows(of: table, without: columns)
    )
  }

  /// The rows of a table in the plan's copy.
  func liveRows(of table: String, without columns: [String] = []) async throws -> [String] {
    try await live.rows(of: table, without: columns)
  }

  /// Objects of the plan's own that are left over.
  func leftOvers() async throws -> [String] { try await live.leftOvers() }
}

/// Why a rehearsal could not be held.
struct RehearsalError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// Two dumps, line by line.
enum SchemaText {
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
}
