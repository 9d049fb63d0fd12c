internal import Glibc

/// Reads lines where the cursor cannot be moved: the kernel edits, and a message takes a line of
/// its own.
final class PlainLineReader: LineReader {
  private static let interruptKey: UInt8 = 0x03
  private static let suspendKey: UInt8 = 0x1A

  private let input: TerminalInput
  private let output: Int32
  private var history: CommandHistory
  private var prompt = ""

  init(_ configuration: LineEditor.Configuration, input: TerminalInput) {
    self.input = input
    output = configuration.output
    history = CommandHistory(path: configuration.historyFile)
  }

  func read(prompt: String) throws -> LineEvent {
    self.prompt = PromptText(prompt).visible
    let modes = TerminalModes(keeping: input.descriptor)
    defer { modes?.restore() }
    takeKeys(modes)
    if let mail = input.mailbox.take() { mail.messages.forEach { write($0 + "\n") } }
    write(self.prompt)
    return try readLine(modes)
  }

  /// Makes the two keys end a line instead of sending signals, which would hit the whole process.
  private func takeKeys(_ modes: TerminalModes?) {
    modes?.change { modes in
      modes.c_lflag &= ~tcflag_t(ISIG)
      modes.c_lflag |= tcflag_t(ICANON | ECHO | IEXTEN)
      unsafe withUnsafeMutableBytes(of: &modes.c_cc) { keys in
        unsafe keys[Int(VEOL)] = Self.interruptKey
        unsafe keys[Int(VEOL2)] = Self.suspendKey
      }
    }
  }

  private func readLine(_ modes: TerminalModes?) throws -> LineEvent {
    var bytes: [UInt8] = []
    while true {
      switch input.next() {
      case .byte(UInt8(ascii: "\n")):
        let line = String(decoding: bytes, as: UTF8.self)
        _ = history.add(line)
        return .line(line)
      case .byte(Self.interruptKey):
        write("\n")
        return .interrupted
      case .byte(Self.suspendKey):
        suspend(modes)
      case .byte(let byte): bytes.append(byte)
      case .end: return bytes.isEmpty ? end() : .line(String(decoding: bytes, as: UTF8.self))
      case .mail: if let event = try takeMail() { return event }
      case .continued: again(modes)
      case .resized: break
      }
    }
  }

  private func end() -> LineEvent {
    write("\n")
    return .endOfInput
  }

  private func suspend(_ modes: TerminalModes?) {
    modes?.restore()
    write("\n")
    input.stopJob()
    modes?.keep()
    again(modes)
  }

  private func again(_ modes: TerminalModes?) {
    takeKeys(modes)
    write(prompt)
  }

  private func takeMail() throws -> LineEvent? {
    guard let mail = input.mailbox.take() else { return nil }
    if mail.isCancelled { throw CancellationError() }
    if mail.isInterrupted {
      write("\n")
      return .interrupted
    }
    if let prompt = mail.prompt { self.prompt = PromptText(prompt).visible }
    write("\n" + mail.messages.map { $0 + "\n" }.joined() + prompt)
    return nil
  }

  private func write(_ text: String) {
    TerminalOutput.write(text, to: output)
  }
}

/// Writes to a terminal.
enum TerminalOutput {
  /// Writes all of the text; one that is gone swallows it, and its input tells so next.
  static func write(_ text: String, to descriptor: Int32) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let written = unsafe rest.withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if written < 0, errno == EINTR || errno == EAGAIN {
        var polled = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&polled, 1, 1000)
        continue
      }
      guard written > 0 else { return }
      rest = rest.dropFirst(written)
    }
  }
}
