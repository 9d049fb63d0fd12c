import CLibPQ
import Glibc

/// What a session knows of itself and its server; fixed for its life.
public struct ServerInfo: Hashable, Sendable {
  /// The server's version as `server_version_num` gives it: 150020 is 15.20.
  public let serverVersion: Int
  /// The host's name, or the directory of its socket.
  public let host: String
  /// The host's address; `nil` on a socket of this machine.
  public let hostAddress: String?
  /// The port of this program's end; `nil` on a Unix socket.
  public let clientPort: Int?
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
      unsafe pointer.map { unsafe String(cString: $0) } ?? ""
    }
    serverVersion = unsafe Int(PQserverVersion(connection))
    host = unsafe text(PQhost(connection))
    let address = unsafe text(PQhostaddr(connection))
    hostAddress = address.isEmpty ? nil : address
    clientPort = unsafe Self.port(of: PQsocket(connection))
    port = unsafe Int(text(PQport(connection))) ?? 0
    database = unsafe text(PQdb(connection))
    user = unsafe text(PQuser(connection))
    backendPID = unsafe PQbackendPID(connection)
    applicationName = unsafe text(PQparameterStatus(connection, "application_name"))
  }

  private static func port(of socket: Int32) -> Int? {
    var address = sockaddr_storage()
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let result = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe getsockname(socket, $0, &size)
      }
    }
    guard result == 0 else { return nil }
    let family = Int32(address.ss_family)
    return unsafe withUnsafeBytes(of: &address) { bytes in
      switch family {
      case AF_INET: unsafe Int(UInt16(bigEndian: bytes.load(as: sockaddr_in.self).sin_port))
      case AF_INET6: unsafe Int(UInt16(bigEndian: bytes.load(as: sockaddr_in6.self).sin6_port))
      default: nil
      }
    }
  }
}
