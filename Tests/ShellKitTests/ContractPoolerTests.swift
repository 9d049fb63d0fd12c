import Foundation
import Postgres
import PrivateServer
import TestSupport
import Testing

/// A pooler between the program and its server.
@Suite("Contract: a pooler", .database)
struct ContractPoolerTests {
  @Test
  func `PgBouncer in transaction mode is noticed and refused`() async throws {
    let bench = try await ContractBench()
    let id = try await bench.plan()
    let pooler = try await Pooler(bench.database, folder: bench.folder)
    for command in [["list"], ["run", id] + ContractBench.permission, ["plan"]] {
      let answer = try await bench.run(command, environment: ["DATABASE_URL": pooler.url])
      #expect(answer.code == 1, "\(answer)")
      #expect(
        answer.errors.contains("connected through a transaction-pooling proxy"))
      #expect(answer.next == "connect to the server itself, past the pooler")
    }
    #expect(try await bench.status(of: id) == "pending")
    await pooler.stop()
    try bench.dispose()
  }
}

/// A PgBouncer of a test's own.
private struct Pooler {
  private let program: ChildProcess
  let url: String

  init(_ database: TestDatabase, folder: String) async throws {
    let socket = folder + "/pooler"
    try FileManager.default.createDirectory(atPath: socket, withIntermediateDirectories: true)
    // It refuses to run as root, as the server does.
    try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: socket)
    let configuration = """
      [databases]
      * = host=\(database.cluster.server.socketFolder) port=5432 user=\(TestCluster.superuser)
      [pgbouncer]
      pool_mode = transaction
      auth_type = any
      unix_socket_dir = \(socket)
      unix_socket_mode = 0777
      listen_port = 6432
      logfile = \(socket)/log
      ignore_startup_parameters = extra_float_digits,options

      """
    let path = socket + "/pgbouncer.ini"
    try Data(configuration.utf8).write(to: URL(fileURLWithPath: path))
    program = try ChildProcess(
      "/usr/bin/env", ServerPrograms.asServerUser + ["pgbouncer", "--quiet", path],
      environment: ["PATH": "/usr/sbin:/usr/bin:/bin"])
    url = "postgresql://\(TestCluster.superuser)@/\(database.name)?host=\(socket)&port=6432"
    for _ in 0..<200 where !FileManager.default.fileExists(atPath: socket + "/.s.PGSQL.6432") {
      try await Task.sleep(for: .milliseconds(20))
    }
    #expect(program.isRunning, "\(program.output)\(program.errors)")
  }

  func stop() async {
    program.signal(SIGTERM)
    _ = await program.wait()
  }
}
