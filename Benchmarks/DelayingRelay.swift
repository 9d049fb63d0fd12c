internal import Dispatch
internal import Foundation
internal import PrivateServer
internal import Synchronization

/// A relay to a server's socket that carries every byte half a round trip later, as a distant network does.
final class DelayingRelay: Sendable {
  /// The folder with its socket, which libpq takes for a host.
  let folder: String
  private let listener: Int32

  /// - Parameters:
  ///   - server: The folder with the server's socket.
  ///   - roundTrip: How much later an answer comes than from the server itself.
  init(to server: String, roundTrip: Duration) throws {
    folder = try TemporaryFolder.make("djogi-relay")
    listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    let isOpen = try Self.withAddress(folder + "/.s.PGSQL.5432") { [listener] address, size in
      bind(listener, address, size) == 0 && listen(listener, 16) == 0
    }
    guard isOpen else { throw BenchmarkError("no relay: \(errno)") }
    let delay = roundTrip / 2
    Thread.detachNewThread { [listener] in
      while case let client = accept(listener, nil, nil), client >= 0 {
        let upstream = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        let isConnected = try? Self.withAddress(server + "/.s.PGSQL.5432") { address, size in
          connect(upstream, address, size) == 0
        }
        guard isConnected == true else {
          close(client)
          close(upstream)
          continue
        }
        Self.carry(from: client, to: upstream, after: delay)
        Self.carry(from: upstream, to: client, after: delay)
      }
    }
  }

  /// Takes no more calls.
  func stop() {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// Carries one direction's bytes in order; the end of the bytes is late too.
  private static func carry(from source: Int32, to target: Int32, after delay: Duration) {
    let line = Line()
    Thread.detachNewThread {
      var buffer = [UInt8](repeating: 0, count: 65_536)
      while true {
        let count = recv(source, &buffer, buffer.count, 0)
        line.put(Array(buffer.prefix(max(count, 0))), at: ContinuousClock.now + delay)
        if count <= 0 { return }
      }
    }
    Thread.detachNewThread {
      while true {
        let (bytes, time) = line.take()
        let wait = (time - ContinuousClock.now) / .seconds(1)
        if wait > 0 { Thread.sleep(forTimeInterval: wait) }
        guard !bytes.isEmpty else {
          shutdown(target, Int32(SHUT_WR))
          return
        }
        _ = send(target, bytes, bytes.count, Int32(MSG_NOSIGNAL))
      }
    }
  }

  /// Bytes that are on their way, each part with the time of its arrival.
  private final class Line: Sendable {
    private let parts = Mutex<[(bytes: [UInt8], time: ContinuousClock.Instant)]>([])
    private let count = DispatchSemaphore(value: 0)

    func put(_ bytes: [UInt8], at time: ContinuousClock.Instant) {
      parts.withLock { $0.append((bytes, time)) }
      count.signal()
    }

    func take() -> (bytes: [UInt8], time: ContinuousClock.Instant) {
      count.wait()
      return parts.withLock { $0.removeFirst() }
    }
  }

  private static func withAddress<Result>(
    _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
  ) throws -> Result {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let isShort = withUnsafeMutableBytes(of: &address.sun_path) { place in
      guard path.utf8.count < place.count else { return false }
      place.copyBytes(from: path.utf8)
      return true
    }
    guard isShort else { throw BenchmarkError("the socket's path is too long: \(path)") }
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }
}
