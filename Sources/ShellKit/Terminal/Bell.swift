internal import CTerminal
internal import Glibc

/// Wakes a thread out of `poll`, from any thread or signal handler.
final class Bell: Sendable {
  let descriptor: Int32

  init() throws(TerminalError) {
    descriptor = ct_eventfd()
    guard descriptor >= 0 else { throw TerminalError(call: "eventfd", errno: errno) }
  }

  deinit {
    close(descriptor)
  }

  func ring() {
    var one: UInt64 = 1
    // Cannot fail: the counter overflows only after 2⁶⁴ - 2 rings.
    _ = unsafe write(descriptor, &one, MemoryLayout<UInt64>.size)
  }

  /// Takes back all rings; returns the sum of what was rung, 0 for nothing.
  @discardableResult
  func silence() -> UInt64 {
    var count: UInt64 = 0
    let length = unsafe read(descriptor, &count, MemoryLayout<UInt64>.size)
    return length == MemoryLayout<UInt64>.size ? count : 0
  }
}

/// A system call about a terminal or a descriptor that failed.
struct TerminalError: Error, Hashable, Sendable, CustomStringConvertible {
  let call: String
  let errno: Int32

  var description: String { unsafe "\(call): \(String(cString: strerror(errno)))" }
}

/// Descriptors to wait for.
enum Poll {
  /// Waits until a descriptor can be read or has failed; a negative descriptor is left out.
  ///
  /// - Parameter timeout: Milliseconds; -1 waits for ever.
  /// - Returns: For each descriptor whether it is ready; none after `timeout`.
  static func readable(_ descriptors: [Int32], timeout: Int32 = -1) -> [Bool] {
    var polled = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    let count = unsafe poll(&polled, nfds_t(polled.count), timeout)
    // An interrupted poll reports nothing; every caller waits again in a loop of its own.
    return polled.map { count > 0 && $0.revents != 0 }
  }
}
