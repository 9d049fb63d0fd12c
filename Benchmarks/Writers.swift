internal import Foundation
internal import Postgres
internal import PrivateServer

/// Clients that change single rows all the while, by pgbench, and how long each of their statements took.
///
/// They come at a steady rate, whatever the ones before them had to wait for: a wait that holds up others counts for
/// each of them.
struct Writers: Sendable {
  private static let name = "writers"
  private static let clients = 4
  private static let statementsPerSecond = 800

  private let server: PrivateServer
  private let database: String
  private let folder: URL
  private let program: ChildProcess

  init(server: PrivateServer, database: String, rows: Int) throws {
    self.server = server
    self.database = database
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("djogi-writers-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let script = folder.appendingPathComponent("write.sql")
    let text = """
      \\set number random(1, \(rows))
      UPDATE entry SET note = 'changed' WHERE id = (SELECT id FROM keys WHERE number = :number);

      """
    try Data(text.utf8).write(to: script)
    program = try ChildProcess(
      server.programs + "/pgbench",
      [
        "--no-vacuum", "--protocol=prepared", "--client=\(Self.clients)", "--jobs=2",
        "--time=36000",
        "--rate=\(Self.statementsPerSecond)", "--file=\(script.path)", "--log",
        "--log-prefix=\(folder.path)/log",
      ],
      environment: server.environment(database: database).merging(["PGAPPNAME": Self.name]) { $1 })
  }

  /// What 99 of 100 clients stayed below, in milliseconds.
  struct Latency: Sendable {
    /// The statement alone.
    var statement: Double
    /// From the moment it was due: a client that waits in line behind a slow one waits too.
    var response: Double
  }

  /// Stops them; returns how they fared.
  func stop() async throws -> Latency {
    defer { try? FileManager.default.removeItem(at: folder) }
    // It writes its log to the end when its sessions are gone, not when it is killed.
    let admin = try await server.connect("postgres")
    try await admin.execute(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = \(Self.name)"
    )
    await admin.close()
    let outcome = await program.wait()
    let logs = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasPrefix("log") }
    // Client, number, microseconds since it was due, script, time in two columns, microseconds it was late.
    let rows = try logs.flatMap { name in
      try String(contentsOfFile: folder.appendingPathComponent(name).path, encoding: .utf8)
        .split(separator: "\n").map { $0.split(separator: " ").compactMap { Double($0) } }
        .filter { $0.count == 7 }
    }
    guard !rows.isEmpty else { throw BenchmarkError("the writers wrote nothing: \(outcome)") }
    return Latency(
      statement: Self.percentile99(rows.map { $0[2] - $0[6] }) / 1000,
      response: Self.percentile99(rows.map { $0[2] }) / 1000)
  }

  private static func percentile99(_ values: [Double]) -> Double {
    values.sorted()[min(values.count - 1, values.count * 99 / 100)]
  }
}
