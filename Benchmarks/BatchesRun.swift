internal import Foundation
internal import LiveMigration
internal import Postgres
internal import PrivateServer

/// What statements made in batches take, beside the same statement run at once.
enum BatchesRun {
  /// A statement of a migration, by the way in which a plan makes it.
  private struct Form {
    var name: String
    var sql: String
  }

  private static let forms = [
    Form(
      name: "UPDATE by its condition",
      sql: "UPDATE entry SET note = upper(note) WHERE note <> upper(note)"),
    Form(name: "UPDATE by a list", sql: "UPDATE entry SET amount = amount + 1"),
    Form(name: "DELETE by its condition", sql: "DELETE FROM entry WHERE account_id > 500"),
    Form(
      name: "DELETE by a list",
      sql: "DELETE FROM entry USING account WHERE account.id = account_id AND account.closed"),
    Form(
      name: "INSERT … SELECT",
      sql: "INSERT INTO archive SELECT * FROM entry ON CONFLICT (id) DO NOTHING"),
  ]

  private static let more = """
    CREATE TABLE account (id int PRIMARY KEY, closed boolean NOT NULL);
    INSERT INTO account SELECT g, g % 2 = 0 FROM generate_series(1, 1000) g;
    CREATE TABLE archive (LIKE entry INCLUDING ALL);
    ANALYZE;
    """

  static func measure(rows: Int, repeats: Int) async throws {
    let server = try await PrivateServer(settings: ["max_wal_size": "'4GB'", "autovacuum": "off"])
    do {
      try await measure(rows: rows, repeats: repeats, on: server)
    } catch {
      await server.dispose()
      throw error
    }
    await server.dispose()
  }

  private static func measure(
    rows: Int, repeats: Int, on server: PrivateServer
  ) async throws {
    let data = Dataset(key: .bigint, width: .narrow, rows: rows)
    let admin = try await server.connect("postgres")
    try await admin.execute("CREATE DATABASE batches")
    let connection = try await server.connect("batches")
    for statement in (data.setup + "\n" + more).split(separator: ";\n") {
      try await connection.execute(SQL(raw: String(statement)))
    }
    await connection.close()
    print("| statement | at once | in batches | rows a second | wall | WAL |")
    print("| --- | --- | --- | --- | --- | --- |")
    for form in forms {
      var best: (direct: Cost, batched: Cost)?
      for _ in 0..<max(repeats, 1) {
        let direct = try await cost(of: form, server, admin, direct)
        let batched = try await cost(of: form, server, admin, batched)
        if best.map({ batched.seconds < $0.batched.seconds }) ?? true { best = (direct, batched) }
      }
      if let best { print(row(form, best.direct, best.batched)) }
    }
    await admin.close()
  }

  /// What one run took.
  private struct Cost {
    var rows = 0
    var seconds = 0.0
    var wal: Int64 = 0
  }

  private static func row(_ form: Form, _ direct: Cost, _ batched: Cost) -> String {
    String(
      format: "| %@ | %.1f s, %lld MB | %.1f s, %lld MB | %.0f | %.2f | %.2f |", form.name,
      direct.seconds, direct.wal >> 20, batched.seconds, batched.wal >> 20,
      Double(direct.rows) / max(batched.seconds, 0.001),
      batched.seconds / max(direct.seconds, 0.001), Double(batched.wal) / Double(max(direct.wal, 1))
    )
  }

  private static func cost(
    of form: Form, _ server: PrivateServer, _ admin: PostgresConnection,
    _ run: (Form, String, PrivateServer) async throws -> (rows: Int, seconds: Double)
  ) async throws -> Cost {
    try await admin.execute("CREATE DATABASE batches_run TEMPLATE batches")
    try await admin.execute("CHECKPOINT")
    let before = try await wal(admin)
    let (rows, seconds) = try await run(form, "batches_run", server)
    let cost = Cost(rows: rows, seconds: seconds, wal: try await wal(admin) - before)
    try await admin.execute("DROP DATABASE batches_run WITH (FORCE)")
    return cost
  }

  private static func wal(_ connection: PostgresConnection) async throws -> Int64 {
    try await connection.query(
      "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint"
    ).only().decode(0)
  }

  private static func direct(
    _ form: Form, _ database: String, _ server: PrivateServer
  ) async throws -> (rows: Int, seconds: Double) {
    let connection = try await server.connect(database)
    let begin = ContinuousClock.now
    let result = try await connection.execute(SQL(raw: form.sql))
    let took = ContinuousClock.now - begin
    await connection.close()
    return (result.affectedRows, took / .seconds(1))
  }

  private static func batched(
    _ form: Form, _ database: String, _ server: PrivateServer
  ) async throws -> (rows: Int, seconds: Double) {
    let folder = try TemporaryFolder.make("djogi-batches")
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let bucket = folder + "/migrations/main/_global_"
    try FileManager.default.createDirectory(atPath: bucket, withIntermediateDirectories: true)
    try Data((form.sql + ";\n").utf8).write(
      to: URL(fileURLWithPath: bucket + "/V20260428000000__batches.sql"))
    var settings = LiveSettings()
    settings.validationThresholdRows = 1000
    settings.proof = false
    let engine = LiveEngine(
      workspace: Workspace(folder: folder), database: .main, settings: settings, node: 1,
      connect: { try await server.connect(database, "djogi-shell") })
    let results = try await engine.plan(version: nil, app: nil, dryRun: false)
    guard case .planned(let file, _, _, _) = results.first else {
      throw BenchmarkError("no plan was made: \(results)")
    }
    let options = RunOptions(
      approvals: Set(Gate.approvable), allowDestructive: true, justification: "benchmark")
    let begin = ContinuousClock.now
    let outcome = try await engine.run(file.plan.header.planID, options: options) { _ in }
    let took = ContinuousClock.now - begin
    await engine.disconnect()
    guard outcome.status == .complete else {
      throw BenchmarkError("the plan is \(outcome.status)")
    }
    return (0, took / .seconds(1))
  }
}
