internal import Glibc

/// Waits for everything that can happen while a line is edited.
final class TerminalInput {
  enum Event: Hashable {
    case byte(UInt8)
    /// The terminal is gone, or its input was ended.
    case end
    /// The mailbox has something.
    case mail
    case resized
    /// The process was stopped and goes on.
    case continued
  }

  let descriptor: Int32
  let mailbox: EditorMailbox
  private let window: WindowChanges
  private let onIdleReadable: (@Sendable () -> Void)?

  init(_ configuration: LineEditor.Configuration, mailbox: EditorMailbox) throws(TerminalError) {
    descriptor = configuration.input
    onIdleReadable = configuration.onIdleReadable
    self.mailbox = mailbox
    window = try WindowChanges()
  }

  /// Waits for the next event.
  func next() -> Event {
    while true {
      let watched = mailbox.watched ?? -1
      let ready = Poll.readable([mailbox.descriptor, window.descriptor, watched, descriptor])
      if ready[2], mailbox.unwatch(watched) { onIdleReadable?() }
      // Its bell may ring for a descriptor only; the caller takes what there is.
      if ready[0] { return .mail }
      if ready[1], let event = windowEvent() { return event }
      if ready[3], let event = readByte() { return event }
    }
  }

  /// Waits until `bell` rings; false after that many milliseconds.
  func wait(for bell: Bell, timeout: Int32) -> Bool {
    Poll.readable([bell.descriptor], timeout: timeout)[0]
  }

  /// Stops the whole job as the terminal does on Ctrl-Z; returns when it is continued.
  func stopJob() {
    _ = window.take()
    kill(0, SIGTSTP)
    // The stop may come a moment after kill returned; where no shell can continue us, none comes.
    _ = Poll.readable([window.descriptor], timeout: 200)
    _ = window.take()
  }

  private func windowEvent() -> Event? {
    let event = window.take()
    if event.contains(.continued) { return .continued }
    return event.contains(.resized) ? .resized : nil
  }

  /// One byte only: what is typed ahead belongs to whatever runs next.
  private func readByte() -> Event? {
    var byte: UInt8 = 0
    switch unsafe read(descriptor, &byte, 1) {
    case 1: return .byte(byte)
    case -1 where errno == EINTR || errno == EAGAIN: return nil
    default: return .end
    }
  }
}

/// Puts bytes together to scalars; bytes that are not UTF-8 are left out.
struct ScalarDecoder {
  private var bytes: [UInt8] = []

  /// The scalar that `byte` completes.
  mutating func decode(_ byte: UInt8) -> Unicode.Scalar? {
    if byte & 0xC0 != 0x80 { bytes = [] }
    bytes.append(byte)
    if let text = String(validating: bytes, as: UTF8.self) {
      bytes = []
      return text.unicodeScalars.first
    }
    if bytes.count >= 4 { bytes = [] }
    return nil
  }
}
