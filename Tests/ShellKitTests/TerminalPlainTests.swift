import PrivateServer
import Testing
import TestSupport

@testable import ShellKit

@Suite("A terminal whose cursor cannot be moved", .serialized, .timeLimit(.minutes(2)))
struct TerminalPlainTests {
  @Test(arguments: ["dumb", ""])
  func `Lines are read without any escape sequence`(term: String) async throws {
    let session = try TerminalEditorSession(term: term)
    let before = TerminalModeBytes(session.modes)
    #expect(
      try await session.line("rux\u{7F}n é\r", prompt: "\u{1B}[31mdjogi\u{1B}[0m> ")
        == .line("run é"))
    #expect(try await session.line("abc\u{03}") == .interrupted)
    #expect(try await session.line("x\r") == .line("x"))
    #expect(try await session.line("\u{04}") == .endOfInput)
    #expect(TerminalModeBytes(session.modes) == before)
    try await session.terminal.waitForOutput(containing: "djogi> run é\n> abc^C\n> x\n>")
    #expect(!session.terminal.output.contains("\u{1B}"))
  }

  @Test
  func `A message takes a line of its own`() async throws {
    let session = try TerminalEditorSession(term: "dumb")
    let event = try await session.edit { terminal in
      try await terminal.waitForScreen(">")
      session.editor.show("lost")
      try await terminal.waitForScreen(">\nlost\n>")
      terminal.send("ok\r")
    }
    #expect(event == .line("ok"))
  }

  @Test
  func `A reader that waits can be cancelled`() async throws {
    let session = try TerminalEditorSession(term: "dumb")
    let before = TerminalModeBytes(session.modes)
    let editor = session.editor
    let task = Task { try await editor.readLine(prompt: "> ") }
    try await session.terminal.waitForScreen(">")
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(TerminalModeBytes(session.modes) == before)
  }
}

@Suite("What may be written to a terminal")
struct TerminalStyleTests {
  private static let rules: [(ColourChoice, Bool, [String: String], Bool)] = [
    (.auto, true, ["TERM": "xterm"], true),
    (.auto, false, ["TERM": "xterm"], false),
    (.auto, true, ["TERM": "dumb"], false),
    (.auto, true, [:], false),
    (.auto, true, ["TERM": "xterm", "NO_COLOR": "1"], false),
    (.auto, true, ["TERM": "xterm", "NO_COLOR": ""], true),
    (.auto, false, ["CLICOLOR_FORCE": "1"], true),
    (.auto, false, ["CLICOLOR_FORCE": "0"], false),
    (.auto, true, ["TERM": "xterm", "CLICOLOR_FORCE": "1", "NO_COLOR": "1"], false),
    (.always, false, ["NO_COLOR": "1"], true),
    (.never, true, ["TERM": "xterm", "CLICOLOR_FORCE": "1"], false),
  ]

  @Test(arguments: rules)
  func `Colour follows the option, the variables and the terminal`(
    choice: ColourChoice, isTerminal: Bool, environment: [String: String], isColoured: Bool
  ) {
    let style = TerminalStyle(choice, isTerminal: isTerminal, environment: environment)
    #expect(style.isColoured == isColoured)
  }

  @Test
  func `A look is written only where colours are`() {
    let style = TerminalStyle(isColoured: true, isMovable: true)
    #expect(style.text("main", .bold, .red) == "\u{1B}[1;31mmain\u{1B}[0m")
    #expect(style.text("", .red).isEmpty)
    #expect(TerminalStyle.plain.text("main", .red) == "main")
  }

  @Test
  func `The size is the window's, and a file has none`() throws {
    let terminal = try PseudoTerminal(columns: 101, rows: 33)
    #expect(TerminalSize.of(terminal.slave) == TerminalSize(columns: 101, rows: 33))
    terminal.resize(columns: 0, rows: 0)
    #expect(TerminalSize.of(terminal.slave) == .standard)
    let environment = ["COLUMNS": "120", "LINES": "-1"]
    #expect(
      TerminalSize.of(terminal.slave, environment: environment)
        == TerminalSize(columns: 120, rows: 24))
    #expect(try TerminalSize.of(Bell().descriptor) == nil)
  }

  @Test
  func `A prompt is drawn as libedit can bear it`() {
    let prompt = PromptText("\u{1B}[1m\u{1B}[31mdjogi\u{1B}[0m!\u{1B}[2J>\u{1B}[0m")
    #expect(prompt.visible == "djogi!\\x1b[2J> ")
    #expect(
      prompt.marked
        == "\u{01}\u{1B}[1m\u{1B}[31m\u{01}djogi\u{01}\u{1B}[0m\u{01}!\\x1b[2J>"
        + "\u{01}\u{1B}[0m\u{01} "
    )
    #expect(prompt.coloured == "\u{1B}[1m\u{1B}[31mdjogi\u{1B}[0m!\\x1b[2J>\u{1B}[0m ")
    #expect(PromptText("\u{1B}[31m> \u{1B}[0m").coloured == "\u{1B}[31m>\u{1B}[0m ")
    #expect(PromptText("> ").marked == "> ")
  }
}

@Suite("A program at a terminal of its own", .timeLimit(.minutes(2)))
struct TerminalProgramTests {
  @Test
  func `A program is driven by keys and its end is known`() async throws {
    let terminal = try PseudoTerminal.run(
      "/bin/sh", ["-c", "stty size; read line; echo \"<$line>\"; exit 3"], columns: 70, rows: 20)
    try await terminal.waitForOutput(containing: "20 70")
    terminal.send("表\r")
    try await terminal.waitForOutput(containing: "<表>")
    #expect(try await terminal.exitStatus() == .exited(3))
  }

  @Test
  func `Control-C and a window's change reach the program`() async throws {
    let script =
      "trap 'stty size' WINCH; trap 'echo stop; exit 5' INT; echo ready; "
      + "while :; do sleep 0.05; done"
    let terminal = try PseudoTerminal.run("/bin/sh", ["-c", script])
    try await terminal.waitForOutput(containing: "ready")
    terminal.resize(columns: 44, rows: 11)
    try await terminal.waitForOutput(containing: "11 44")
    terminal.send("\u{03}")
    try await terminal.waitForOutput(containing: "stop")
    #expect(try await terminal.exitStatus() == .exited(5))
  }

  @Test
  func `What does not come in time is an error with the screen`() async throws {
    let terminal = try PseudoTerminal.run("/bin/echo", ["here"])
    try await terminal.waitForOutput(containing: "here")
    let error = try await #require(throws: TestSupportError.self) {
      try await terminal.waitForOutput(containing: "there", within: .milliseconds(20))
    }
    #expect(error.description == "'there' did not come; the screen:\nhere")
  }
}
