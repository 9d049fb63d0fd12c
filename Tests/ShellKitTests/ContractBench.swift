import Foundation
import Postgres
import PrivateServer
import TestSupport
import Testing

@testable import LiveMigration

/// A workspace of one test's own, and the built program that works on it.
struct ContractBench: Sendable {
  static let version = "V20260428000000__widen"
  static let widening = "ALTER TABLE t ALTER COLUMN amount TYPE bigint;\n"

  let folder: String
  let environment: [String: String]
  let database: TestDatabase

  /// Makes a workspace, and a table of 100 rows where none is given.
  init(
    setup: String = ContractBench.table, migration: String? = ContractBench.widening,
    settings: String = ContractBench.quick, cluster: TestDatabase? = nil
  ) async throws {
    database = try cluster ?? TestDatabase.current
    folder = FileManager.default.temporaryDirectory.path + "/djogi-\(UUID().uuidString)"
    // An empty text counts as none, whatever the surroundings of the tests say.
    environment = database.environment.merging([
      "DATABASE_URL": "", "CRUD_LOG_URL": "", "EVENT_LOG_URL": "", "DJOGI_ENV": "", "NODE_ID": "1",
    ]) { $1 }
    try FileManager.default.createDirectory(
      atPath: folder + "/migrations/main/_global_", withIntermediateDirectories: true)
    try write(Self.withoutProof(settings), to: "Djogi.toml")
    if let migration { try write(migration, to: Self.path(Self.version)) }
    if !setup.isEmpty {
      let connection = try await database.connect()
      try await connection.script(setup)
      await connection.close()
    }
  }

  static let table = """
    CREATE TABLE t (id int PRIMARY KEY, amount int NOT NULL, note text);
    INSERT INTO t SELECT g, g, 'n' || g FROM generate_series(1, 100) g;
    ANALYZE t;
    """

  /// Small tables count as large ones, and nothing is waited for long.
  static let quick = """
    [live]
    validation_threshold_rows = 1
    lock_retries = 3
    retry_base_ms = 10
    retry_cap_ms = 50

    """

  /// Settings with which plans are not proved on a copy, unless they say something about it themselves.
  static func withoutProof(_ settings: String) -> String {
    if settings.contains("proof =") { return settings }
    guard settings.contains("[live]\n") else { return settings + "[live]\nproof = false\n" }
    return settings.replacing("[live]\n", with: "[live]\nproof = false\n")
  }

  /// A migration's path below the workspace.
  static func path(_ version: String, app: String = "_global_") -> String {
    "migrations/main/\(app)/\(version).sql"
  }

  /// Writes a file of the workspace.
  func write(_ text: String, to name: String) throws {
    let path = folder + "/" + name
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
  }

  func remove(_ name: String) throws {
    try FileManager.default.removeItem(atPath: folder + "/" + name)
  }

  /// The files of plans.
  func planFiles() -> [String] {
    let path = folder + "/migrations/main/live"
    return ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
  }

  /// Removes the workspace.
  func dispose() throws { try FileManager.default.removeItem(atPath: folder) }

  // MARK: - Running

  /// Starts the program in the workspace.
  func start(
    _ arguments: [String], environment more: [String: String] = [:]
  ) throws -> ChildProcess {
    try ChildProcess(
      ChildProcess.shell, ["--workspace", folder] + arguments,
      environment: environment.merging(more) { $1 })
  }

  /// Runs the program to its end.
  @discardableResult
  func run(
    _ arguments: String..., input: String = "", environment more: [String: String] = [:]
  ) async throws -> Answer {
    try await run(arguments, input: input, environment: more)
  }

  /// The same with the words in a list.
  @discardableResult
  func run(
    _ arguments: [String], input: String = "", environment more: [String: String] = [:]
  ) async throws -> Answer {
    let child = try start(arguments, environment: more)
    if !input.isEmpty { child.write(input) }
    child.closeInput()
    return Answer(await child.wait())
  }

  /// Runs the program on a plan with everything that an operator may allow.
  @discardableResult
  func allowing(_ words: String...) async throws -> Answer {
    try await run(words + Self.permission)
  }

  static let permission = ["--allow-destructive", "--justify", "because"]

  /// Plans the migration; returns the plan's number.
  func plan() async throws -> String {
    let answer = try await run("--output", "json", "plan")
    #expect(answer.code == 0, "\(answer)")
    return try #require(answer.object("planned")?["plan_id"] as? String)
  }

  /// Drives a plan to where it waits for `status`.
  func drive(_ id: String, to status: String) async throws {
    let approvals: [String: [String]] = [
      "validating": [], "cutover": ["validate"],
      "finalizing": ["validate", "cutover-reads", "cutover-writes"],
    ]
    let words = approvals[status, default: []].flatMap { ["--approve", $0] }
    let answer = try await run(["run", id] + words + Self.permission)
    #expect(answer.code == 0, "\(answer)")
    #expect(try await self.status(of: id) == status)
  }

  // MARK: - Looking

  /// A value of the database, as text.
  func value(_ sql: String) async throws -> String? {
    let connection = try await database.connect()
    let value = try await connection.script(sql).last?.rows.first?.texts.first
    await connection.close()
    return value ?? nil
  }

  func execute(_ sql: String) async throws {
    let connection = try await database.connect()
    try await connection.script(sql)
    await connection.close()
  }

  /// Takes a plan's lock as another session.
  func holdLock(of id: String, on connection: PostgresConnection) async throws {
    #expect(try await connection.tryAdvisoryLock(PlanLock.key(of: #require(PlanID(id)))))
  }

  func status(of id: String) async throws -> String? {
    try await value("SELECT status FROM djogi_live_plans WHERE plan_id = \(id)")
  }
}
