import Foundation
import Synchronization

/// A relay of bytes, as `ssh -L` is one: it listens on this machine and talks to a server for each caller.
public final class Relay: Sendable {
  /// The port that it listens on, at 127.0.0.1.
  public let port: Int
  private let listener: Int32
  private let calls = Calls()

  /// The sockets of the calls that go on, and of those of which the server has yet to hear the end.
  private final class Calls: Sendable {
    private let state = Mutex((clients: Set<Int32>(), abandoned: Set<Int32>(), servers: [Int32]()))

    func begin(_ client: Int32) { state.withLock { _ = $0.clients.insert(client) } }

    func abandon() {
      state.withLock { state in
        state.abandoned.formUnion(state.clients)
        for client in state.clients { shutdown(client, Int32(SHUT_RDWR)) }
      }
    }

    func end(_ client: Int32, _ server: Int32) {
      state.withLock { state in
        state.clients.remove(client)
        close(client)
        if state.abandoned.remove(client) != nil {
          state.servers.append(server)
        } else {
          close(server)
        }
      }
    }

    func endServers() {
      state.withLock { state in
        for server in state.servers { close(server) }
        state.servers = []
      }
    }
  }

  /// Starts a relay to a server's address and port.
  public init(to host: String, port target: Int) throws {
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = Self.address("127.0.0.1", 0)
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = listener
    let isOpen = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(listener, address, size) == 0 && listen(listener, 8) == 0
          && getsockname(listener, address, &size) == 0
      }
    }
    guard isOpen else { throw TestSupportError("no relay: \(errno)") }
    port = Int(UInt16(bigEndian: address.sin_port))
    Thread.detachNewThread { [calls] in
      while case let client = accept(listener, nil, nil), client >= 0 {
        Self.serve(client, Self.address(host, target), calls)
      }
    }
  }

  /// Ends every call for its caller, while the server goes on to believe in it, as behind a router that forgets.
  public func abandonCalls() { calls.abandon() }

  /// Takes no more calls.
  public func stop() {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
    calls.endServers()
  }

  private static func serve(_ client: Int32, _ address: sockaddr_in, _ calls: Calls) {
    let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = address
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else {
      close(client)
      close(server)
      return
    }
    calls.begin(client)
    Thread.detachNewThread {
      pump(client, server)
      calls.end(client, server)
    }
  }

  /// Carries bytes both ways until either side ends.
  private static func pump(_ client: Int32, _ server: Int32) {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      var polled = [client, server].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      guard poll(&polled, 2, -1) > 0 else { continue }
      for (from, to) in [(0, server), (1, client)] where polled[from].revents != 0 {
        let count = recv(polled[from].fd, &buffer, buffer.count, 0)
        guard count > 0, send(to, buffer, count, Int32(MSG_NOSIGNAL)) == count else { return }
      }
    }
  }

  private static func address(_ host: String, _ port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    inet_pton(AF_INET, host, &address.sin_addr)
    return address
  }
}
