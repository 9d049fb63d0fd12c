internal import Foundation
internal import LiveMigration
internal import Postgres
internal import PrivateServer

/// The old and the new release of an application, as two pgbench scripts, through a whole plan, its swap, the way back
/// and the swap again; and what an UPDATE costs in each shape.
enum TwoShapesRun {
  private static let rows = 20_000
  /// How long both releases work beside each other between two commands.
  private static let pause = Duration.seconds(4)

  private static let setup = """
    CREATE TABLE orders (id integer PRIMARY KEY, total text NOT NULL DEFAULT '0', buyer integer NOT NULL);
    INSERT INTO orders SELECT g, '0', g FROM generate_series(1, \(rows)) AS g;
    ANALYZE orders;
    """

  private static let migration = """
    ALTER TABLE orders ALTER COLUMN total DROP DEFAULT;
    ALTER TABLE orders ALTER COLUMN total TYPE bigint USING total::bigint;
    ALTER TABLE orders ALTER COLUMN total SET DEFAULT 0;
    ALTER TABLE orders RENAME COLUMN buyer TO customer;

    """

  /// A release, as it writes the table.
  enum Shape: Sendable {
    case old, new

    var buyer: String { self == .old ? "buyer" : "customer" }
    /// One more than a row's total.
    var more: String {
      self == .old ? "(orders.total::bigint + 1)::text" : "orders.total + 1"
    }
  }

  /// Two increments and a read, as one release writes them; the sum of all totals then tells every write.
  private static func script(_ shape: Shape) -> String {
    """
    \\set id random(1, \(rows))
    \\set other random(1, \(rows))
    UPDATE orders SET total = \(shape.more) WHERE id = :id;
    INSERT INTO orders (id, total, \(shape.buyer)) VALUES (:other, '1', 1)
      ON CONFLICT (id) DO UPDATE SET total = \(shape.more);
    SELECT total, \(shape.buyer) FROM orders WHERE id = :id;

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
    func cost(_ name: String, _ shape: Shape, path: String = "public") async throws {
      costs.append((name, try await bench.cost(shape, path: path, rows: rows)))
    }

    try await cost("the table before the plan", .old)
    let old = bench.release("old", script(.old), path: "public")
    try await plan.runToLastGate()
    let views = try await connection.query(
      "SELECT nspname::text FROM pg_namespace WHERE nspname LIKE 'public\\_v%'"
    ).only().decode(0, as: String.self)
    // Where the views are gone, after the swap, the table itself has the shape.
    let path = "\(views),public"
    let new = bench.release("new", script(.new), path: path)
    try await Task.sleep(for: pause)
    var counts = [try await old.stop()]
    try await plan.swap()
    try await Task.sleep(for: pause)
    try await plan.swapBack()
    let again = bench.release("old", script(.old), path: "public")
    try await Task.sleep(for: pause)
    counts.append(try await again.stop())
    counts.append(try await new.stop())
    let (differing, sums) = try await disagreement(connection)
    try await cost("the old shape, with the hook both ways", .old)
    try await cost("the new shape, through view and hook", .new, path: path)
    let last = bench.release("new", script(.new), path: path)
    try await plan.swap()
    try await Task.sleep(for: pause)
    counts.append(try await last.stop())
    try await cost("after the swap, with the old shape kept", .new)
    try await plan.retire()
    try await cost("after retire", .new)
    let sum: Int64 = try await connection.query("SELECT sum(total)::bigint FROM orders").only()
      .decode(0)
    await connection.close()
    await plan.close()
    print(
      "both releases on one table: \(differing) rows differ in the two shapes, whose sums are \(sums)"
    )
    report(counts, sum: sum - Int64(bench.costTransactions), costs)
  }

  /// The rows in which one shape does not have what the other has, and the sum of the totals in each.
  private static func disagreement(
    _ connection: PostgresConnection
  ) async throws -> (rows: Int64, sums: String) {
    let row = try await connection.query(
      """
      SELECT count(*) FILTER (WHERE total_new::text IS DISTINCT FROM total),
        format('%s and %s', sum(total::bigint), sum(total_new)) FROM orders
      """
    ).only()
    return (try row.decode(0), try row.decode(1))
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
