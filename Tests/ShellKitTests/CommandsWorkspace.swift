import Foundation
import Postgres
import PrivateServer
import TestSupport
import Testing

/// A workspace for the database of the running test, and the program run in it.
struct CommandsWorkspace {
  let folder: String
  let database: TestDatabase

  /// Makes a table of `rows` rows, and a migration that widens one of its columns.
  init(rows: Int = 500) async throws {
    database = try TestDatabase.current
    folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    let migrations = folder + "/migrations/main/_global_"
    try FileManager.default.createDirectory(
      atPath: migrations, withIntermediateDirectories: true)
    try "[live]\nvalidation_threshold_rows = 0\nproof = false\n".write(
      toFile: folder + "/Djogi.toml", atomically: true, encoding: .utf8)
    try Self.migration.write(
      toFile: migrations + "/V20260428000000__widen_amount.sql", atomically: true, encoding: .utf8)
    _ = try await database.connect().script(
      """
      CREATE TABLE entry (id bigint PRIMARY KEY, amount integer NOT NULL);
      INSERT INTO entry SELECT g, g FROM generate_series(1, \(rows)) AS g;
      ANALYZE entry;
      """)
  }

  static let migration = "ALTER TABLE entry ALTER COLUMN amount TYPE bigint;\n"

  /// Starts the program with the workspace and the database.
  func start(_ arguments: [String], environment: [String: String] = [:]) throws -> ChildProcess {
    try ChildProcess(
      ChildProcess.shell, ["--workspace", folder] + arguments,
      environment: ["DATABASE_URL": database.url].merging(environment) { $1 })
  }

  /// Runs the program to its end.
  func run(
    _ arguments: String..., environment: [String: String] = [:]
  ) async throws -> ChildProcess.Outcome {
    let child = try start(arguments, environment: environment)
    child.closeInput()
    return await child.wait()
  }

  /// Plans the migration; returns the plan's number.
  func plan() async throws -> String {
    let outcome = try await run("plan", "--output", "json")
    let planned = try #require(try Self.objects(outcome.output).first, "\(outcome.errors)")
    return try #require(planned["plan_id"] as? String)
  }

  /// Adds rows of plans: number, slug, status and step.
  func addPlans(_ rows: String...) async throws {
    _ = try await database.connect().script(
      """
      INSERT INTO djogi_live_plans (plan_id, slug, status, current_step, plan_file_checksum,
        classification, originating_migration, target_database, app_label)
      SELECT id, slug, status, step, 'V1:' || repeat('0', 64), 'expand_contract',
        'V20260428000000__widen_amount', 'main', 'shop'
      FROM (VALUES \(rows.joined(separator: ", "))) AS row (id, slug, status, step)
      """)
  }

  /// The objects of JSON lines.
  static func objects(_ text: String) throws -> [[String: Any]] {
    try text.split(separator: "\n").map { line in
      try #require(
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
    }
  }
}
