internal import Foundation
internal import Glibc

/// Tells systemd how the daemon fares, by the datagrams of sd_notify(3).
///
/// Without `NOTIFY_SOCKET` nothing is sent.
struct Supervisor: Sendable {
  private let path: String?

  init(environment: [String: String]) {
    path = environment["NOTIFY_SOCKET"].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Sends a state, `READY=1`; what cannot be sent is not worth a failure.
  func notify(_ state: String) {
    guard let path, var address = Self.address(path) else { return }
    let socket = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard socket >= 0 else { return }
    defer { close(socket) }
    let bytes = Array(state.utf8)
    // A supervisor that does not listen must not hold up the daemon, nor its end.
    let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
    let length = socklen_t(MemoryLayout<sa_family_t>.size + path.utf8.count)
    unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        _ = unsafe sendto(socket, bytes, bytes.count, flags, address, length)
      }
    }
  }

  /// A path, or, with `@` in front, a name without a file.
  private static func address(_ path: String) -> sockaddr_un? {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return nil }
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { target in
      for (index, byte) in bytes.enumerated() { unsafe target[index] = byte }
      if bytes.first == UInt8(ascii: "@") { unsafe target[0] = 0 }
    }
    return address
  }
}
