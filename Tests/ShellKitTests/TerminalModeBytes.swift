import Glibc

@testable import ShellKit

/// A terminal's modes, to be compared.
struct TerminalModeBytes: Hashable {
  private let bytes: [UInt8]

  init(_ modes: termios) {
    bytes = withUnsafeBytes(of: modes) { Array($0) }
  }
}

/// The signal that a window's change sends to the programs at its terminal.
enum WindowSignal {
  static func raise() {
    kill(getpid(), SIGWINCH)
  }
}
