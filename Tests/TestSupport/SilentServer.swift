import Foundation
import Synchronization

/// A server that accepts every call, and never says a word.
public final class SilentServer: Sendable {
  /// The port that it listens on, at 127.0.0.1.
  public let port: Int
  private let listener: Int32
  private let accepted: Mutex<[Int32]>

  /// Starts it.
  public init() throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isOpen = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(listener, address, size) == 0 && listen(listener, 8) == 0
          && getsockname(listener, address, &size) == 0
      }
    }
    guard isOpen else { throw TestSupportError("no server: \(errno)") }
    self.listener = listener
    port = Int(UInt16(bigEndian: address.sin_port))
    accepted = Mutex([])
    Thread.detachNewThread { [weak self] in
      while case let client = accept(listener, nil, nil), client >= 0 {
        self?.accepted.withLock { $0.append(client) }
      }
    }
  }

  /// How many have called.
  public var calls: Int { accepted.withLock { $0.count } }

  /// Takes no more calls, and hangs up.
  public func stop() {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
    accepted.withLock { clients in
      for client in clients { close(client) }
      clients = []
    }
  }
}
