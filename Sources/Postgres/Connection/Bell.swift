import CLibPQ
import Glibc

/// Wakes a session's thread out of `poll`, from any other thread: an eventfd of one statement's own,
/// so that a ring that comes late cannot be taken for the next statement's.
final class Bell: Sendable {
  let descriptor: Int32

  init() throws(PostgresError) {
    descriptor = djogi_eventfd()
    guard descriptor >= 0 else { throw .system(call: "eventfd", errno: errno) }
  }

  deinit {
    Glibc.close(descriptor)
  }

  func ring() {
    var one: UInt64 = 1
    // Cannot fail: the counter overflows only after 2⁶⁴ - 2 rings.
    _ = unsafe write(descriptor, &one, MemoryLayout<UInt64>.size)
  }
}

/// What woke a thread that waited on a socket and a bell.
struct Wakeup: OptionSet {
  let rawValue: Int
  static let socket = Wakeup(rawValue: 1)
  static let bell = Wakeup(rawValue: 2)

  /// Waits until the socket is ready for one of `events` or the bell rings; empty after `timeout`.
  ///
  /// - Parameters:
  ///   - bell: The bell to listen to as well; `nil` listens to none.
  ///   - timeout: Milliseconds; -1 waits for ever.
  static func wait(_ socket: Int32, for events: Int32, bell: Bell?, timeout: Int32) -> Wakeup {
    // A negative descriptor is left out by poll(2).
    var polled = [
      pollfd(fd: socket, events: Int16(events), revents: 0),
      pollfd(fd: bell?.descriptor ?? -1, events: Int16(POLLIN), revents: 0),
    ]
    // An interrupted poll reports nothing; every caller waits again in a loop of its own.
    guard unsafe poll(&polled, nfds_t(polled.count), timeout) > 0 else { return [] }
    var woken: Wakeup = []
    if polled[0].revents != 0 { woken.insert(.socket) }
    if polled[1].revents != 0 { woken.insert(.bell) }
    return woken
  }
}
