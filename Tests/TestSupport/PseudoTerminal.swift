public import PrivateServer
internal import CTerminal
import Foundation
import Synchronization

/// A terminal without a window: a test types into it and looks at its screen.
public final class PseudoTerminal: Sendable {
  /// The terminal as a program sees it, opened once: for code of this process.
  public let slave: Int32
  /// The other end; `nil` once it is closed, when another file may have its number.
  private let master: Mutex<Int32?>
  /// The path by which a program opens it.
  public let path: String
  private let screen: Mutex<PseudoTerminalScreen>
  private let raw = Mutex(Data())
  private let child = Mutex<PseudoTerminalChild?>(nil)

  /// Makes a terminal.
  public init(columns: Int = 80, rows: Int = 24) throws {
    var name = [CChar](repeating: 0, count: 128)
    let master = ct_open_pty(&name, name.count, Int32(columns), Int32(rows))
    guard master >= 0 else { throw TestSupportError("no pseudo-terminal: errno \(errno)") }
    self.master = Mutex(master)
    slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard slave >= 0 else { throw TestSupportError("no slave: errno \(errno)") }
    path = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    screen = Mutex(PseudoTerminalScreen(columns: columns, rows: rows))
    startReading(master)
  }

  /// Starts a program whose controlling terminal is a new one.
  ///
  /// - Parameter environment: Variables to set, on top of this process's own without its `PG*`
  ///   variables.
  public static func run(
    _ executable: String, _ arguments: [String] = [], environment: [String: String] = [:],
    directory: String? = nil, columns: Int = 80, rows: Int = 24
  ) throws -> PseudoTerminal {
    let terminal = try PseudoTerminal(columns: columns, rows: rows)
    let own = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("PG") }
    let variables = own.merging(["TERM": "xterm"]) { $1 }.merging(environment) { $1 }
    let child = try PseudoTerminalChild(
      slave: terminal.path, executable, arguments, variables, directory: directory)
    terminal.child.withLock { $0 = child }
    return terminal
  }

  deinit {
    child.withLock { $0 }?.signal(SIGKILL)
    close(slave)
  }

  /// Types keys.
  public func send(_ keys: String) { send(bytes: Array(keys.utf8)) }

  /// Types bytes, which need not be text.
  public func send(bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = master.withLock { master in
        master.map { master in rest.withUnsafeBytes { write(master, $0.baseAddress, $0.count) } }
          ?? 0
      }
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { return }
      rest = rest.dropFirst(written)
    }
  }

  /// Gives the window another size; the programs at the terminal are told.
  public func resize(columns: Int, rows: Int) {
    // A window of no size is one that does not tell it.
    if columns > 0, rows > 0 { screen.withLock { $0.resize(columns: columns, rows: rows) } }
    master.withLock {
      if let master = $0 { _ = ct_resize_pty(master, Int32(columns), Int32(rows)) }
    }
  }

  /// All that was written to the terminal, escape sequences included.
  public var output: String { raw.withLock { String(decoding: $0, as: UTF8.self) } }

  /// What stands on the screen, each line without the blanks at its end.
  public var lines: [String] { screen.withLock { $0.lines } }

  /// The screen as one text, without the empty lines at its end.
  public var text: String {
    lines.reversed().drop(while: \.isEmpty).reversed().joined(separator: "\n")
  }

  /// Where the cursor is, both numbers counted from 0.
  public var cursor: (row: Int, column: Int) { screen.withLock { ($0.row, $0.column) } }

  /// Waits until the screen satisfies `condition`.
  ///
  /// - Throws: `TestSupportError` with the screen, when that does not happen in time.
  public func wait(
    _ what: String, within limit: Duration = .seconds(20),
    until condition: (PseudoTerminal) -> Bool
  ) async throws {
    let deadline = ContinuousClock.now + limit
    while !condition(self) {
      guard ContinuousClock.now < deadline else {
        throw TestSupportError("\(what) did not come; the screen:\n\(text)")
      }
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  /// Waits until the screen contains `text`.
  public func waitForOutput(
    containing text: String, within limit: Duration = .seconds(20)
  ) async throws {
    try await wait("'\(text)'", within: limit) { $0.text.contains(text) }
  }

  /// Waits until the screen is just this text.
  public func waitForScreen(_ text: String, within limit: Duration = .seconds(20)) async throws {
    try await wait("the screen\n\(text)\n", within: limit) { $0.text == text }
  }

  /// Sends a signal to the program.
  public func signal(_ number: Int32) {
    child.withLock { $0 }?.signal(number)
  }

  /// Waits until the program has ended.
  public func exitStatus(within limit: Duration = .seconds(20)) async throws -> ChildProcess.Status
  {
    guard let child = child.withLock({ $0 }) else {
      throw TestSupportError("no program was started at this terminal")
    }
    try await wait("the program's end", within: limit) { _ in child.status != nil }
    return child.status ?? .exited(-1)
  }

  /// Reads to the end on a thread of its own, which closes the master.
  private func startReading(_ master: Int32) {
    let take: @Sendable (Data) -> Bool = { [weak self] data in
      guard let self else { return false }
      raw.withLock { $0.append(data) }
      let answer = screen.withLock { $0.write(data) }
      if !answer.isEmpty { send(answer) }
      return true
    }
    Thread { [weak self] in
      var buffer = [UInt8](repeating: 0, count: 1 << 14)
      while true {
        let count = read(master, &buffer, buffer.count)
        if count < 0 && errno == EINTR { continue }
        guard count > 0, take(Data(buffer[..<count])) else { break }
      }
      self?.master.withLock { $0 = nil }
      close(master)
    }.start()
  }
}
