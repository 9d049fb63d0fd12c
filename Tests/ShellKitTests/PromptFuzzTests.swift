import Foundation
import PrivateServer
import Rehearsals
import PrivateServer
import TestSupport
import Testing

/// Keys that no person would type, at the prompt of the built program.
@Suite(.timeLimit(.minutes(4))) struct PromptFuzzTests {
  private static let keys = [
    "\r", "\t", "\t\t", "\u{1B}[A", "\u{1B}[B", "\u{1B}[C", "\u{1B}[D", "\u{1B}[H", "\u{1B}[F",
    "\u{1B}[3~", "\u{1B}[200~", "\u{1B}[201~", "\u{1B}", "\u{1B}[", "\u{1B}[999999999999;1R",
    "\u{1B}]0;x\u{7}", "\u{1B}P", "\u{12}", "\u{16}", "\u{17}", "\u{15}", "\u{0B}", "\u{19}",
    "\u{01}", "\u{05}", "\u{08}", "\u{7F}", "\u{0C}", "\u{03}", "show ", "list", "help ", "run ",
    "'", "\"", "\\", "é", "日本語", "👩‍👩‍👧", "e\u{301}", "\u{202E}", "\u{85}", "\u{1B}b",
    "\u{1B}f", "\u{1B}d", "\u{1B}.", "\u{1B}OP", "\u{0}",
  ]
  /// Ctrl-D on an empty line leaves, Ctrl-Z suspends and `!` may run a program, all of them rightly.
  private static let spared: Set<UInt8> = [0x04, 0x1A, 0x21]

  @Test func `no keys end it or make it stand still`() async throws {
    let session = try PromptSession()
    try await session.ready()
    try await Fuzz.run("keys", 60, words: Self.keys) { part, fuzz in
      var bytes: [UInt8] = []
      for _ in 0..<fuzz.random.int(in: 1...20) {
        bytes += fuzz.random.chance(25) ? fuzz.noise(8) : Array(fuzz.word.utf8)
      }
      session.terminal.send(bytes: bytes.filter { !Self.spared.contains($0) })
      if fuzz.random.chance(20) {
        session.terminal.resize(
          columns: fuzz.random.int(in: 1...200), rows: fuzz.random.int(in: 1...60))
      }
      // Whatever was begun is ended: a sequence, a quoted key, a paste, a search, the line.
      session.terminal.resize(columns: 100, rows: 30)
      session.terminal.send("\u{1B}\u{1B}[201~\u{07}\u{03}")
      try await waitForPrompt(session)
      session.terminal.send("\\echo alive-\(part)\r")
      try await session.terminal.waitForOutput(containing: "\nalive-\(part)\n")
    }
    session.terminal.send("quit\r")
    #expect(try await session.terminal.exitStatus() == .exited(0))
    let output = Data(session.terminal.output.utf8)
    let ends = ["\u{1B}[?2004h", "\u{1B}[?2004l"].map { mark in
      output.range(of: Data(mark.utf8), options: .backwards)?.lowerBound ?? -1
    }
    #expect(ends[0] < ends[1], "the terminal is left in the mode for pastes")
  }

  /// Waits until a line is edited; the kernel may have echoed a Ctrl-C in front of the prompt.
  private func waitForPrompt(_ session: PromptSession) async throws {
    try await session.terminal.wait("a prompt") { terminal in
      let line = terminal.lines[terminal.cursor.row]
      return line.contains("djogi ") && line.hasSuffix(">") && session.isEditing
    }
  }
}
