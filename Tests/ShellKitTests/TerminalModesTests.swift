import Glibc
import Testing
import TestSupport

@testable import ShellKit

@Suite("The terminal after a process has ended", .serialized, .timeLimit(.minutes(2)))
struct TerminalModesTests {
  /// What a process does that edits a line when its end comes.
  private static func edit(at path: String) {
    let terminal = open(path, O_RDWR | O_NOCTTY)
    let modes = TerminalModes(keeping: terminal, farewell: "farewell")
    modes?.change { $0.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG) }
    var present = termios()
    // Without this, nothing would be put back and the test would prove nothing.
    precondition(tcgetattr(terminal, &present) == 0 && present.c_lflag & tcflag_t(ECHO) == 0)
  }

  private func modes(of terminal: PseudoTerminal) -> TerminalModeBytes {
    var modes = termios()
    tcgetattr(terminal.slave, &modes)
    return TerminalModeBytes(modes)
  }

  @Test
  func `It is whole after exit`() async throws {
    let terminal = try PseudoTerminal()
    let (before, path) = (modes(of: terminal), terminal.path)
    await #expect(processExitsWith: .exitCode(3)) { [path = path as String] in
      Self.edit(at: path)
      exit(3)
    }
    #expect(modes(of: terminal) == before)
    try await terminal.waitForOutput(containing: "farewell")
  }

  @Test
  func `It is whole after a signal without a handler`() async throws {
    let terminal = try PseudoTerminal()
    let (before, path) = (modes(of: terminal), terminal.path)
    await #expect(processExitsWith: .signal(SIGTERM)) { [path = path as String] in
      signal(SIGTERM, SIG_DFL)
      Self.edit(at: path)
      kill(getpid(), SIGTERM)
      sleep(20)
    }
    #expect(modes(of: terminal) == before)
    try await terminal.waitForOutput(containing: "farewell")
  }

  @Test
  func `It is whole after a crash`() async throws {
    let terminal = try PseudoTerminal()
    let (before, path) = (modes(of: terminal), terminal.path)
    await #expect(processExitsWith: .signal(SIGSEGV)) { [path = path as String] in
      signal(SIGSEGV, SIG_DFL)
      Self.edit(at: path)
      raise(SIGSEGV)
    }
    #expect(modes(of: terminal) == before)
    try await terminal.waitForOutput(containing: "farewell")
  }
}
