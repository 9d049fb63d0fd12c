internal import Foundation
internal import Glibc

/// A PostgreSQL server in a temporary folder, gone when this program is.
///
/// It listens on a socket in its own folder only, which only this program's user can enter (and the server's, where
/// this one is root): its superuser needs no password. A shell script outlives this program, however it ends, just long
/// enough to stop the server and to remove the folder.
public final class PrivateServer: Sendable {
  /// How a server is stopped, as `pg_ctl stop -m` names it.
  public enum StopMode: String, Sendable {
    /// Ends sessions, then writes everything to disk.
    case fast
    /// Ends everything at once, as a crash would.
    case immediate
  }

  /// The superuser that the server was made with.
  public static let superuser = "postgres"

  /// The folder that holds the socket.
  public let socketFolder: String
  /// The folder with the server's programs.
  public let programs: String
  private let supervisor: ChildProcess

  /// Makes and starts a server.
  ///
  /// - Parameters:
  ///   - settings: Lines for `postgresql.conf`, values as they are written there.
  ///   - folder: The folder with the server's programs; the usual one when it is not given.
  /// - Throws: `PrivateServerError` with all that the failing program said.
  public init(settings: [String: String] = [:], programs folder: String? = nil) async throws {
    if let folder { programs = folder } else { programs = try await ServerPrograms.folder() }
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
    // A socket's path must fit into 107 bytes, and its name in the folder takes a few.
    let folder = try TemporaryFolder.make("djogi", longest: 85)
    if geteuid() == 0, let user = unsafe getpwnam("postgres") {
      unsafe chown(folder, user.pointee.pw_uid, user.pointee.pw_gid)
    }
    return folder
  }

  private static func supervise(_ folder: String, _ programs: String) throws -> ChildProcess {
    let script = """
      trap '' INT TERM HUP PIPE
      cat >/dev/null
      "$1/pg_ctl" stop --pgdata "$2/data" --mode immediate >/dev/null 2>&1
      rm -rf "$2"
      """
    // A folder that the server's user may enter, and a session that the terminal's Ctrl-C does not reach.
    return try ChildProcess(
      "/usr/bin/env",
      ["-C", "/", "setsid"] + ServerPrograms.asServerUser
        + ["/bin/sh", "-c", script, "sh", programs, folder])
  }

  private func configure(_ settings: [String: String]) async throws {
    var all = [
      "listen_addresses": "''", "unix_socket_directories": "'\(socketFolder)'",
      "unix_socket_permissions": "0700", "timezone": "'UTC'", "log_timezone": "'UTC'",
      "logging_collector": "off",
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

  /// Stops the server for good and removes its folder; returns when both are done, also in a cancelled task.
  public func dispose() async {
    supervisor.closeInput()
    let supervisor = supervisor
    // A wait that is cancelled, as by a signal, kills the supervisor: the server would stay.
    await Task { _ = await supervisor.wait() }.value
  }

  /// The variables that lead libpq to a database of this server.
  public func environment(
    database: String = "postgres", user: String = PrivateServer.superuser
  ) -> [String: String] {
    ["PGHOST": socketFolder, "PGPORT": "5432", "PGDATABASE": database, "PGUSER": user]
  }

  /// A URI that leads to a database of this server.
  public func url(
    database: String = "postgres", user: String = PrivateServer.superuser
  ) -> String {
    "postgresql://\(user)@/\(database)?host=\(socketFolder)&port=5432"
  }

  /// The server's log so far.
  public var log: String {
    (try? String(contentsOfFile: socketFolder + "/log", encoding: .utf8)) ?? ""
  }
}
