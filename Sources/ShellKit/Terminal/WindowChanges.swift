internal import CTerminal

/// Rings when the terminal's window changed or the process was continued after a stop.
final class WindowChanges: Sendable {
  struct Event: OptionSet, Sendable {
    let rawValue: Int
    static let resized = Event(rawValue: 1)
    static let continued = Event(rawValue: 2)
  }

  private let bell: Bell

  /// What to wait for.
  var descriptor: Int32 { bell.descriptor }

  init() throws(TerminalError) {
    bell = try Bell()
    guard ct_watch_window(bell.descriptor) else {
      throw TerminalError(call: "watching the window", errno: 0)
    }
  }

  deinit {
    ct_unwatch_window(bell.descriptor)
  }

  /// What happened since the last call.
  func take() -> Event {
    let sum = bell.silence()
    var event: Event = []
    if sum & 0xFFFF_FFFF != 0 { event.insert(.resized) }
    if sum >> 32 != 0 { event.insert(.continued) }
    return event
  }
}
