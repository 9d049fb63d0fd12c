import Testing
import Foundation
import TestSupport

@testable import ShellKit

extension TerminalEditing {
  @Suite("Editing a line at a terminal")
  struct TerminalEditorTests {
    private static let edits: [(String, String)] = [
      ("abc\r", "abc"),
      ("abd\u{7F}c\r", "abc"),
      ("bc\u{01}a\u{05}d\r", "abcd"),
      ("ac\u{1B}[Db\r", "abc"),
      ("bc\u{1B}[Ha\u{1B}[Fd\r", "abcd"),
      ("axb\u{02}\u{02}\u{1B}[3~\r", "ab"),
      ("one two\u{17}three\r", "one three"),
      ("wrong\u{15}right\r", "right"),
      ("one two\u{1B}[1;5Dbig \r", "one big two"),
      ("one two\u{01}\u{0B}three\r", "three"),
      ("é表\u{1B}[D\u{7F}e\u{301}\r", "e\u{301}表"),
      ("a\u{1B}[15~\u{1B}[5~\u{1B}[1;2A\u{1B}[Ib\r", "ab"),
      ("\r", ""),
      ("  a \r", "  a "),
    ]

    @Test(arguments: edits)
    func `Keys edit the line`(keys: String, line: String) async throws {
      let session = try TerminalEditorSession()
      #expect(try await session.line(keys) == .line(line))
    }

    @Test
    func `The screen shows the prompt and the line`() async throws {
      let session = try TerminalEditorSession()
      let event = try await session.edit(prompt: "\u{1B}[1;32mdjogi\u{1B}[0m> ") { terminal in
        terminal.send("run 表é")
        try await terminal.waitForScreen("djogi> run 表é")
        #expect(terminal.cursor.column == 14)
        terminal.send("\u{01}x")
        try await terminal.waitForScreen("djogi> xrun 表é")
        terminal.send("\r")
      }
      #expect(event == .line("xrun 表é"))
      #expect(session.terminal.output.contains("\u{1B}[1;32mdjogi\u{1B}[0m> "))
    }

    @Test
    func `Control-C drops the line and leaves it to be read`() async throws {
      let session = try TerminalEditorSession()
      let event = try await session.edit { terminal in
        terminal.send("finalize 4711\u{01}")
        try await terminal.wait("the cursor") { $0.cursor.column == 2 && $0.text.hasSuffix("4711") }
        terminal.send("\u{03}")
      }
      #expect(event == .interrupted)
      try await session.terminal.waitForScreen("> finalize 4711^C")
      #expect(try await session.line("status\r") == .line("status"))
      try await session.terminal.waitForScreen("> finalize 4711^C\n> status")
    }

    @Test
    func `Control-D ends only on an empty line`() async throws {
      let session = try TerminalEditorSession()
      #expect(try await session.line("ab\u{02}\u{04}\r") == .line("a"))
      #expect(try await session.line("\u{04}") == .endOfInput)
    }

    @Test
    func `The terminal has its modes back after every way out`() async throws {
      let session = try TerminalEditorSession()
      let before = TerminalModeBytes(session.modes)
      for keys in ["a\r", "b\u{03}", "\u{04}", "\u{12}a\u{03}"] {
        _ = try await session.line(keys)
        #expect(TerminalModeBytes(session.modes) == before)
      }
      let editor = session.editor
      let task = Task { try await editor.readLine(prompt: "> ") }
      try await session.terminal.wait("the editor") { _ in
        TerminalModeBytes(session.modes) != before
      }
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
      #expect(TerminalModeBytes(session.modes) == before)
      #expect(session.terminal.output.contains("\u{1B}[?2004h"))
      try await session.terminal.wait("the end") { $0.output.hasSuffix("\u{1B}[?2004l") }
    }

    @Test
    func `Pasted text is inserted and executed only by Enter`() async throws {
      let session = try TerminalEditorSession()
      let event = try await session.edit { terminal in
        terminal.send("x \u{1B}[200~one\r\ntwo\tthree\u{03}\u{04}\rfour\n\n\u{1B}[201~")
        try await terminal.waitForOutput(containing: "four")
        terminal.send("!\r")
      }
      #expect(event == .line("x one\ntwo\tthree\nfour!"))
    }

    @Test
    func `A long paste comes whole`() async throws {
      let session = try TerminalEditorSession()
      let text = String(repeating: "0123456789", count: 2_000)
      #expect(try await session.line("\u{1B}[200~\(text)\u{1B}[201~\r") == .line(text))
    }

    @Test
    func `A line that is wider than the window is drawn anew when that changes`() async throws {
      let session = try TerminalEditorSession(columns: 30, rows: 12)
      let line = (1...12).map { "表word\($0)" }.joined(separator: "-")
      let event = try await session.edit { terminal in
        session.editor.show("before")
        terminal.send(line)
        try await terminal.wait("the line") { $0.lines.joined().contains("word12") }
        for columns in [50, 25, 41] {
          let drawings = terminal.output.components(separatedBy: "\u{1B}[J").count
          terminal.resize(columns: columns, rows: 12)
          WindowSignal.raise()
          try await terminal.wait("the drawing") {
            $0.output.components(separatedBy: "\u{1B}[J").count > drawings
              && $0.lines.joined().hasSuffix("word12")
          }
          #expect(terminal.lines.first == "before")
          #expect(terminal.lines.dropFirst().joined() == "> " + line)
        }
        terminal.send("\u{01}\u{04}W\r")
      }
      #expect(event == .line("W" + line.dropFirst()))
    }

    @Test
    func `A message is printed above a line that is being edited`() async throws {
      let session = try TerminalEditorSession(columns: 20)
      let event = try await session.edit { terminal in
        terminal.send("one two three four five 表表表")
        try await terminal.waitForScreen("> one two three four\n five 表表表")
        session.editor.show("lost")
        try await terminal.waitForScreen("lost\n> one two three four\n five 表表表")
        session.editor.changePrompt(to: "!> ")
        try await terminal.waitForScreen("lost\n!> one two three fou\nr five 表表表")
        terminal.send("\r")
      }
      #expect(event == .line("one two three four five 表表表"))
      session.editor.show("later")
      #expect(try await session.line("x\r") == .line("x"))
      try await session.terminal.waitForOutput(containing: "表表表\nlater\n> x")
    }

    @Test
    func `A watched descriptor is noticed while nothing is typed`() async throws {
      let bell = try Bell()
      let noticed = try Bell()
      let session = try TerminalEditorSession(onIdleReadable: { noticed.ring() })
      session.editor.watch(bell.descriptor)
      let event = try await session.edit { terminal in
        bell.ring()
        #expect(Poll.readable([noticed.descriptor], timeout: 10_000) == [true])
        terminal.send("ok\r")
      }
      #expect(event == .line("ok"))
      #expect(noticed.silence() == 1)
    }

    @Test
    func `Another thread can drop the line`() async throws {
      let session = try TerminalEditorSession()
      let event = try await session.edit { terminal in
        terminal.send("abc")
        try await terminal.waitForScreen("> abc")
        session.editor.interrupt()
      }
      #expect(event == .interrupted)
      session.editor.interrupt()
      #expect(try await session.line("stale interrupts do not count\r") != .interrupted)
    }
  }
}
