internal import Foundation

/// Who this program is to the ledger.
public struct ProcessIdentity: Sendable, Hashable {
  /// The host's name.
  public var host: String
  /// The process's number.
  public var pid: Int
  /// The user of the host that runs it; `nil` where the host has no name for the user.
  public var user: String?

  /// Names a process.
  public init(host: String, pid: Int, user: String? = nil) {
    self.host = host
    self.pid = pid
    self.user = user
  }

  /// This process.
  public static let current: ProcessIdentity = {
    let process = ProcessInfo.processInfo
    let user = process.userName
    return ProcessIdentity(
      host: process.hostName, pid: Int(process.processIdentifier), user: user.isEmpty ? nil : user)
  }()

  /// The user at the host, as `ada@build-3`; the host alone where the user has no name.
  public var place: String { (user.map { $0 + "@" } ?? "") + host }
}
