import Foundation
import Glibc
import PrivateServer
import TestSupport
import Testing

/// The built program at a terminal of its own.
struct PromptSession {
  let terminal: PseudoTerminal
  let home: String
  /// The terminal's modes before the program began.
  private let modes: termios

  /// - Parameter workspace: What to work in; without one there is no server either.
  init(
    _ workspace: CommandsWorkspace? = nil, environment: [String: String] = [:], home: String? = nil,
    columns: Int = 100, rows: Int = 30
  ) throws {
    let temporary = FileManager.default.temporaryDirectory
    self.home = home ?? temporary.appendingPathComponent(UUID().uuidString).path
    try FileManager.default.createDirectory(
      atPath: self.home, withIntermediateDirectories: true)
    var variables = [
      "HOME": self.home, "XDG_STATE_HOME": self.home + "/state", "LC_ALL": "C.UTF-8",
    ]
    variables["DJOGI_PAGER"] = ""
    // The tests' own terminal is none of this one's business.
    variables["NO_COLOR"] = ""
    if let workspace { variables["DATABASE_URL"] = workspace.database.url }
    let path = try ChildProcess.shell
    // An untouched terminal: the program may be quicker than a look at its own.
    modes = Self.modes(of: try PseudoTerminal(columns: columns, rows: rows))
    terminal = try PseudoTerminal.run(
      path, ["--workspace", workspace?.folder ?? self.home],
      environment: variables.merging(environment) { $1 }, directory: self.home, columns: columns,
      rows: rows)
  }

  /// Waits for the prompt, types a line, and waits for what it prints.
  func run(_ line: String, expecting text: String) async throws {
    try await type(line + "\r")
    try await terminal.waitForOutput(containing: text)
  }

  /// Waits for a prompt and types keys.
  func type(_ keys: String) async throws {
    try await ready()
    terminal.send(keys)
  }

  /// Waits until a line is being edited.
  func ready() async throws {
    try await terminal.wait("a prompt") { terminal in
      Self.isPrompt(terminal.lines[terminal.cursor.row]) && isEditing
    }
  }

  /// Whether keys are the editor's and not the kernel's.
  var isEditing: Bool { Self.modes(of: terminal).c_lflag & tcflag_t(ISIG) == 0 }

  private static func isPrompt(_ line: String) -> Bool {
    line.hasPrefix("djogi ") && (line.hasSuffix(">"))
  }

  private static func modes(of terminal: PseudoTerminal) -> termios {
    var modes = termios()
    tcgetattr(terminal.slave, &modes)
    return modes
  }

  /// Waits for the end, and checks that the terminal is as it was.
  func expectEnd(_ status: Int32) async throws {
    #expect(try await terminal.exitStatus() == .exited(status))
    let now = Self.modes(of: terminal)
    #expect(now.c_lflag == modes.c_lflag)
    #expect(now.c_iflag == modes.c_iflag)
    #expect(now.c_oflag == modes.c_oflag)
    // What the program wrote last may be on its way still.
    try await terminal.wait("the end of pasting") { terminal in
      let output = terminal.output
      let opened = output.ranges(of: "\u{1B}[?2004h").count
      return output.ranges(of: "\u{1B}[?2004l").count >= opened
    }
  }

  /// Leaves, and checks that the terminal is as it was.
  func quit() async throws {
    try await type("quit\r")
    try await expectEnd(0)
  }
}
