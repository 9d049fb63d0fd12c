import CLibPQ

/// What a session knows of itself and its server; fixed for its life.
public struct ServerInfo: Hashable, Sendable {
  /// The server's version as `server_version_num` gives it: 150020 is 15.20.
  public let serverVersion: Int
  /// The host's name, or the directory of its socket.
  public let host: String
  /// The host's address; `nil` on a socket of this machine.
  public let hostAddress: String?
  /// The server's port.
  public let port: Int
  /// The database.
  public let database: String
  /// The role that logged in.
  public let user: String
  /// The process that serves the session, as `pg_stat_activity.pid` gives it.
  public let backendPID: Int32
  /// What `pg_stat_activity.application_name` was at login.
  public let applicationName: String

  /// A Boolean value telling whether the session uses a socket of this machine.
  public var isUnixSocket: Bool { host.hasPrefix("/") || host.hasPrefix("@") }

  /// The server's version as people write it: `15.20`, and `9.6.24` for the old style.
  public var versionText: String {
    let (major, minor) = (serverVersion / 10_000, serverVersion % 10_000)
    return major >= 10 ? "\(major).\(minor)" : "\(major).\(minor / 100).\(minor % 100)"
  }

  init(of connection: OpaquePointer) {
    func text(_ pointer: UnsafePointer<CChar>?) -> String {
      pointer.map { String(cString: $0) } ?? ""
    }
    serverVersion = Int(PQserverVersion(connection))
    host = text(PQhost(connection))
    let address = text(PQhostaddr(connection))
    hostAddress = address.isEmpty ? nil : address
    port = Int(text(PQport(connection))) ?? 0
    database = text(PQdb(connection))
    user = text(PQuser(connection))
    backendPID = PQbackendPID(connection)
    applicationName = text(PQparameterStatus(connection, "application_name"))
  }
}
