internal import Foundation
internal import LiveMigration
internal import Postgres
internal import PrivateServer
internal import Synchronization

/// The old and the new release of an application, as two pgbench scripts, through a whole plan, its swap, the way back
/// and the swap again; and what an UPDATE costs in each shape.
enum TwoShapesRun {
  private static let rows = 20_000
  /// How long both releases work beside each other between two commands.
  private static let pause = Duration.seconds(4)

  private static let setup = """
    CREATE TABLE orders (id integer PRIMARY KEY, total integer NOT NULL DEFAULT 0, buyer integer NOT NULL);
    INSERT INTO orders SELECT g, 0, g FROM generate_series(1, \(rows)) AS g;
    ANALYZE orders;
    """

  private static let migration = """
    ALTER TABLE orders ALTER COLUMN total TYPE bigint;
    ALTER TABLE orders RENAME COLUMN buyer TO customer;

    """

  /// Two increments and a read, as one release writes them; the sum of all totals then tells every write.
  private static func script(buyer: String) -> String {
    """
    \\set id random(1, \(rows))
    \\set other random(1, \(rows))
    UPDATE orders SET total = total + 1 WHERE id = :id;
    INSERT INTO orders (id, total, \(buyer)) VALUES (:other, 1, 1)
      ON CONFLICT (id) DO UPDATE SET total = orders.total + 1;
    SELECT total, \(buyer) FROM orders WHERE id = :id;

    """
  }

  static func measure() async throws {
    // The disk would hide what hook and view cost.
    let server = try await PrivateServer(settings: [
      "max_wal_size": "'4GB'", "autovacuum": "off", "synchronous_commit": "off",
    ])
    do {
      try await measure(on: server)
    } catch {
      await server.dispose()
      throw error
    }
    await server.dispose()
  }

  private static func measure(on server: PrivateServer) async throws {
    let admin = try await server.connect("postgres")
    try await admin.execute("CREATE DATABASE shapes")
    await admin.close()
    let connection = try await server.connect("shapes")
    try await connection.script(setup)
    let folder = try TemporaryFolder.make("djogi-two-shapes")
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let plan = try await ShapesPlan(folder: folder, migration: migration, server: server)
    let bench = ShapesBench(server: server, folder: folder)
    var costs: [(String, Double)] = []
    func cost(_ name: String, path: String = "public") async throws {
      costs.append((name, try await bench.cost(path: path, rows: rows)))
    }

    try await cost("the table before the plan")
    let old = bench.release("old", script(buyer: "buyer"), path: "public")
    try await plan.runToLastGate()
    let views = try await connection.query(
      "SELECT nspname::text FROM pg_namespace WHERE nspname LIKE 'public\\_v%'"
    ).only().decode(0, as: String.self)
    // Where the views are gone, after the swap, the table itself has the shape.
    let path = "\(views),public"
    let new = bench.release("new", script(buyer: "customer"), path: path)
    try await Task.sleep(for: pause)
    var counts = [try await old.stop()]
    try await plan.swap()
    try await Task.sleep(for: pause)
    try await plan.swapBack()
    let again = bench.release("old", script(buyer: "buyer"), path: "public")
    try await Task.sleep(for: pause)
    counts.append(try await again.stop())
    counts.append(try await new.stop())
    try await cost("the old shape, with the hook both ways")
    try await cost("the new shape, through view and hook", path: path)
    let last = bench.release("new", script(buyer: "customer"), path: path)
    try await plan.swap()
    try await Task.sleep(for: pause)
    counts.append(try await last.stop())
    try await cost("after the swap, with the old shape kept")
    try await plan.retire()
    try await cost("after retire")
    let sum: Int64 = try await connection.query("SELECT sum(total)::bigint FROM orders").only()
      .decode(0)
    await connection.close()
    await plan.close()
    report(counts, sum: sum - Int64(bench.costTransactions), costs)
  }

  private static func report(_ counts: [ReleaseCount], sum: Int64, _ costs: [(String, Double)]) {
    for name in ["old", "new"] {
      let of = counts.filter { $0.release == name }
      let (done, failed) = of.reduce((0, 0)) { ($0.0 + $1.done, $0.1 + $1.failed) }
      print("\(name) release: \(done) transactions, \(failed) failed")
    }
    let done = counts.reduce(0) { $0 + $1.done }
    print("sum of all increments: \(sum), expected \(2 * done)")
    for (name, milliseconds) in costs {
      let ratio = milliseconds / max(costs[0].1, 0.000_1)
      print(String(format: "UPDATE by key, %@: %.3f ms, %.2f times", name, milliseconds, ratio))
    }
  }
}

/// The plan of the two releases, driven command by command.
private struct ShapesPlan: Sendable {
  private let engine: LiveEngine
  private let id: PlanID

  init(folder: String, migration: String, server: PrivateServer) async throws {
    let bucket = folder + "/migrations/main/_global_"
    try FileManager.default.createDirectory(atPath: bucket, withIntermediateDirectories: true)
    try Data(migration.utf8).write(
      to: URL(fileURLWithPath: bucket + "/V20260428000000__shapes.sql"))
    var settings = LiveSettings()
    settings.newShape = true
    settings.validationThresholdRows = 1000
    engine = LiveEngine(
      workspace: Workspace(folder: folder), database: .main, settings: settings, node: 1,
      connect: { try await server.connect("shapes", "djogi-shell") })
    let results = try await engine.plan(version: nil, app: nil, dryRun: false)
    guard case .planned(let file, _, _, _) = results.first else {
      throw BenchmarkError("no plan was made: \(results)")
    }
    id = file.plan.header.planID
  }

  func runToLastGate() async throws {
    let options = RunOptions(
      approvals: Set(Gate.approvable), allowDestructive: true, justification: "benchmark")
    _ = try await engine.run(id, options: options) { _ in }
  }

  func swap() async throws {
    _ = try await engine.finalize(
      id, justification: "benchmark", keeping: KeepingTime(.seconds(3600))
    ) { _ in }
  }

  func swapBack() async throws {
    _ = try await engine.rollback(id, justification: "benchmark") { _ in }
  }

  func retire() async throws {
    _ = try await engine.retire(id, justification: "benchmark") { _ in }
  }

  func close() async { await engine.disconnect() }
}

/// What a release has done.
struct ReleaseCount: Sendable {
  var release: String
  var done = 0
  var failed = 0
}

/// Runs pgbench for a release, or for the cost of one statement.
private final class ShapesBench: Sendable {
  private static let costSeconds = 4

  private let server: PrivateServer
  private let folder: String
  private let spent = Count()

  init(server: PrivateServer, folder: String) {
    self.server = server
    self.folder = folder
  }

  /// A release at work, in one short run of pgbench after the other.
  struct Release: Sendable {
    fileprivate let stopped: Count
    fileprivate let work: Task<ReleaseCount, any Error>

    func stop() async throws -> ReleaseCount {
      stopped.add(1)
      return try await work.value
    }
  }

  func release(_ name: String, _ script: String, path: String) -> Release {
    let stopped = Count()
    let work = Task {
      let file = folder + "/\(name)-\(UUID().uuidString).sql"
      try Data(script.utf8).write(to: URL(fileURLWithPath: file))
      var count = ReleaseCount(release: name)
      while stopped.value == 0 {
        let output = try await run(file, path: path, clients: 2, seconds: 3)
        count.done += try number("number of transactions actually processed", in: output)
        count.failed += try number("number of failed transactions", in: output)
      }
      return count
    }
    return Release(stopped: stopped, work: work)
  }

  /// The milliseconds that one client waits for an UPDATE by key.
  func cost(path: String, rows: Int) async throws -> Double {
    let file = folder + "/cost-\(UUID().uuidString).sql"
    let script =
      "\\set id random(1, \(rows))\nUPDATE orders SET total = total + 1 WHERE id = :id;\n"
    try Data(script.utf8).write(to: URL(fileURLWithPath: file))
    let output = try await run(file, path: path, clients: 1, seconds: Self.costSeconds)
    spent.add(try number("number of transactions actually processed", in: output))
    guard let line = line("latency average", in: output),
      let value = line.split(whereSeparator: { " =".contains($0) }).compactMap({ Double($0) }).first
    else { throw BenchmarkError("pgbench told no latency:\n\(output)") }
    return value
  }

  /// The increments that measuring the cost made.
  var costTransactions: Int { spent.value }

  private func run(
    _ file: String, path: String, clients: Int, seconds: Int
  ) async throws -> String {
    let variables = server.environment(database: "shapes")
      .merging(["PGOPTIONS": "-c search_path=\(path)", "PGAPPNAME": "release"]) { $1 }
    let outcome = try await ChildProcess.run(
      server.programs + "/pgbench",
      [
        "--no-vacuum", "--protocol=prepared", "--client=\(clients)", "--jobs=1",
        "--time=\(seconds)", "--file=\(file)",
      ], environment: variables)
    // A client that met an error ends the program with another status.
    guard outcome.status == .exited(0) else {
      throw BenchmarkError("pgbench: \(outcome.status)\n\(outcome.output)\(outcome.errors)")
    }
    return outcome.output
  }

  private func number(_ name: String, in output: String) throws -> Int {
    guard let line = line(name, in: output),
      let value = line.dropFirst(name.count + 2).split(whereSeparator: { " /".contains($0) }).first,
      let number = Int(value)
    else { throw BenchmarkError("pgbench told no \(name):\n\(output)") }
    return number
  }

  private func line(_ name: String, in output: String) -> Substring? {
    output.split(separator: "\n").first { $0.hasPrefix(name) }
  }
}

/// A number that tasks share.
private final class Count: Sendable {
  private let number = Mutex(0)

  var value: Int { number.withLock { $0 } }

  func add(_ more: Int) { number.withLock { $0 += more } }
}
