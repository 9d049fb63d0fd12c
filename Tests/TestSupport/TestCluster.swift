import Foundation
public import Postgres

/// A PostgreSQL server of the tests' own, gone when they are.
///
/// It listens on a socket in its own folder only. A shell script outlives the tests, however they end,
/// just long enough to stop the server and to remove the folder.
public final class TestCluster: Sendable {
  /// How a server is stopped, as `pg_ctl stop -m` names it.
  public enum StopMode: String, Sendable {
    /// Ends sessions, then writes everything to disk.
    case fast
    /// Ends everything at once, as a crash would.
    case immediate
  }

  /// The superuser that the cluster was made with.
  public static let superuser = "postgres"

  /// The cluster that tests share, started when the first one asks.
  public static var shared: TestCluster {
    get async throws { try await sharedTask.value }
  }

  private static let sharedTask = Task { try await TestCluster() }

  /// The folder that holds the socket.
  public let socketFolder: String
  /// The folder with the server's programs.
  public let programs: String
  private let supervisor: ChildProcess

  /// Makes and starts a cluster of the caller's own, for tests that stop the server.
  ///
  /// - Parameter settings: Lines for `postgresql.conf`, on top of those that make tests quick.
  public init(settings: [String: String] = [:]) async throws {
    programs = try await ServerPrograms.folder()
    socketFolder = try Self.makeFolder()
    supervisor = try Self.supervise(socketFolder, programs)
    try await ServerPrograms.run([
      programs + "/initdb", "--pgdata", data, "--username", Self.superuser, "--encoding", "UTF8",
      "--auth", "trust", "--no-locale", "--no-sync",
    ])
    try await configure(settings)
    try await start()
  }

  private var data: String { socketFolder + "/data" }

  private static func makeFolder() throws -> String {
    // Short, because a socket's path must fit into 107 bytes.
    var template = Array("/tmp/djogi-test-XXXXXX".utf8CString)
    guard let path = mkdtemp(&template) else { throw TestSupportError("mkdtemp: errno \(errno)") }
    let folder = String(cString: path)
    if geteuid() == 0, let user = getpwnam("postgres") {
      chown(folder, user.pointee.pw_uid, user.pointee.pw_gid)
    }
    // Tests running as somebody else must reach the socket, and nothing else.
    chmod(folder, 0o711)
    return folder
  }

  private static func supervise(_ folder: String, _ programs: String) throws -> ChildProcess {
    let script = """
      trap '' INT TERM HUP PIPE
      cat >/dev/null
      "$1/pg_ctl" stop --pgdata "$2/data" --mode immediate >/dev/null 2>&1
      rm -rf "$2"
      """
    // Its working directory must not be one that the server's user may not enter.
    return try ChildProcess(
      "/usr/bin/env",
      ServerPrograms.asServerUser + ["/bin/sh", "-c", script, "sh", programs, folder],
      directory: "/")
  }

  private func configure(_ settings: [String: String]) async throws {
    var all = [
      "listen_addresses": "''", "unix_socket_directories": "'\(socketFolder)'",
      "unix_socket_permissions": "0777", "max_connections": "300", "shared_buffers": "'64MB'",
      "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off",
      "wal_level": "replica", "max_prepared_transactions": "0", "timezone": "'UTC'",
      "log_timezone": "'UTC'", "logging_collector": "off",
    ]
    all.merge(settings) { $1 }
    let lines = all.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)\n" }.joined()
    let path = data + "/postgresql.conf"
    try await ServerPrograms.run(
      ["/bin/sh", "-c", "printf '%s' \"$1\" >>\"$2\"", "sh", lines, path])
  }

  /// Starts the server after it was stopped.
  public func start() async throws {
    try await control("start", "--log", socketFolder + "/log")
  }

  /// Stops the server.
  public func stop(_ mode: StopMode = .fast) async throws {
    try await control("stop", "--mode", mode.rawValue)
  }

  /// Stops the server and starts it again.
  public func restart(_ mode: StopMode = .fast) async throws {
    try await stop(mode)
    try await start()
  }

  private func control(_ command: String, _ options: String...) async throws {
    try await ServerPrograms.run(
      [programs + "/pg_ctl", command, "--wait", "--silent", "--pgdata", data] + options)
  }

  /// Stops the server for good and removes its folder; returns when both are done.
  public func dispose() async {
    supervisor.closeInput()
    _ = await supervisor.wait()
  }

  /// The variables that lead libpq to a database of this cluster.
  public func environment(
    database: String = "postgres", user: String = TestCluster.superuser
  ) -> [String: String] {
    ["PGHOST": socketFolder, "PGPORT": "5432", "PGDATABASE": database, "PGUSER": user]
  }

  /// A URI that leads to a database of this cluster.
  public func url(
    database: String = "postgres", user: String = TestCluster.superuser
  ) -> String {
    "postgresql://\(user)@/\(database)?host=\(socketFolder)&port=5432"
  }

  /// Opens a session with a database of this cluster.
  public func connect(
    database: String = "postgres", user: String = TestCluster.superuser,
    applicationName: String? = nil, onNotice: (@Sendable (ServerNotice) -> Void)? = nil
  ) async throws -> PostgresConnection {
    try await .connect(
      ConnectionConfiguration(
        url(database: database, user: user), applicationName: applicationName), onNotice: onNotice)
  }

  /// The server's log so far.
  public var log: String {
    (try? String(contentsOfFile: socketFolder + "/log", encoding: .utf8)) ?? ""
  }
}
