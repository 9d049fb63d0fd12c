import Foundation
import Testing
import TestSupport

@testable import ShellKit

extension TerminalEditing {
  @Suite("The history of typed lines")
  struct TerminalHistoryTests {
    private let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent(
        TestNames.next("history-\(ProcessInfo.processInfo.processIdentifier)"))
    private var path: String { folder.appendingPathComponent("state/history").path }

    private func withFolder(_ body: () async throws -> Void) async throws {
      defer { try? FileManager.default.removeItem(at: folder) }
      try await body()
    }

    private let up = "\u{1B}[A"
    private let down = "\u{1B}OB"

    @Test
    func `Arrow keys find the lines that begin as typed`() async throws {
      let recalled: [(String, String)] = [
        ("\(up)", "pause 3"), ("\(up)\(up)", "run 2"),
        ("run\(up)", "run 2"), ("run\(up)\(up)\(up)", "run 1"),
        ("run\(up)\(up)\(down)", "run 2"), ("run\(up)\(down)\(down)", "run"),
        ("st x\u{02}\u{02}\(up)\(down)y", "st xy"), ("s\(up)!\(up)", "status!"),
        ("\u{10}\u{10}\u{10}\u{0E}", "run 2"), ("\u{1B}OA\u{1B}[B", ""),
      ]
      for (keys, line) in recalled {
        let session = try TerminalEditorSession()
        for line in ["run 1", "status", "run 2", "run 2", "pause 3"] {
          #expect(try await session.line(line + "\r") == .line(line))
        }
        #expect(try await session.line(keys + "\r") == .line(line))
      }
    }

    @Test
    func `Control-R searches anywhere in a line`() async throws {
      let session = try TerminalEditorSession()
      for line in ["run révision-1", "run 2", "status"] { _ = try await session.line(line + "\r") }
      let event = try await session.edit { terminal in
        terminal.send("\u{12}rév")
        try await terminal.waitForOutput(containing: "bck:rév")
        try await terminal.waitForOutput(containing: "> run révision-1\nbck")
        session.editor.show("a message")
        try await terminal.waitForOutput(containing: "a message\n> run révision-1\nbck:rév")
        terminal.send("\r\r")
      }
      #expect(event == .line("run révision-1"))
    }

    @Test
    func `Control-C in a search drops the line`() async throws {
      let session = try TerminalEditorSession()
      _ = try await session.line("status\r")
      let event = try await session.edit { terminal in
        terminal.send("\u{12}st")
        try await terminal.waitForOutput(containing: "bck:st")
        terminal.send("\u{03}")
      }
      #expect(event == .interrupted)
      #expect(try await session.line("ok\r") == .line("ok"))
      try await session.terminal.waitForScreen("> status\n> status^C\n> ok")
    }

    @Test
    func `Lines of several sessions are shared through a private file`() async throws {
      try await withFolder {
        let first = try TerminalEditorSession(history: path)
        let second = try TerminalEditorSession(history: path)
        _ = try await first.line("run 1\r")
        _ = try await second.line("run 2\r")
        _ = try await first.line("\u{1B}[200~run \\\nö\u{1B}[201~\r")
        #expect(try await second.line("\(up)\r") == .line("run \\\nö"))
        #expect(try await second.line("\(up)\(up)\(up)\r") == .line("run 1"))
        #expect(try await first.line("\(up)\(up)\r") == .line("run \\\nö"))
        #expect(
          try String(contentsOfFile: path, encoding: .utf8)
            == "run 1\nrun 2\nrun \\\\\\nö\nrun 1\nrun \\\\\\nö\n")
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        #expect(mode as? Int == 0o600)
        let third = try TerminalEditorSession(history: path)
        #expect(try await third.line("\(up)\(up)\r") == .line("run 1"))
      }
    }

    @Test
    func `Blank lines and lines that begin with a blank are not kept`() async throws {
      try await withFolder {
        let session = try TerminalEditorSession(history: path)
        for line in ["a", " secret", "", "  ", "\u{16}\tb"] {
          _ = try await session.line(line + "\r")
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "a\n")
        #expect(try await session.line("\(up)\r") == .line("a"))
      }
    }

    @Test(arguments: [
      (#"\! psql postgresql://ada:s3cret@db/app"#, #"\! psql postgresql://ada:****@db/app"#),
      ("x 'postgres://ada:p@s3cret@db'", "x 'postgres://ada:****@db'"),
      (
        #"\! psql "host=db password = 's3cret x' user=ada""#,
        #"\! psql "host=db password = **** user=ada""#
      ),
      (#"\! PGPASSWORD=s3cret psql"#, #"\! PGPASSWORD=**** psql"#),
      (
        "postgresql://db/app?user=ada&password=s3cret&port=1",
        "postgresql://db/app?user=ada&password=****&port=1"
      ),
      ("sql ALTER ROLE ada PASSWORD 's3''cret'", "sql ALTER ROLE ada PASSWORD '****'"),
      ("run 4711 --justify 'the password changed'", "run 4711 --justify 'the password changed'"),
    ])
    func `Passwords are not kept for later`(line: String, kept: String) throws {
      defer { try? FileManager.default.removeItem(at: folder) }
      var history = CommandHistory(path: path)
      #expect(history.add(line) == [line])
      #expect(CommandHistory(path: path).entries == [kept])
    }

    @Test
    func `No link and no special file is written to or changed`() throws {
      defer { try? FileManager.default.removeItem(at: folder) }
      let state = folder.appendingPathComponent("state")
      try FileManager.default.createDirectory(at: state, withIntermediateDirectories: true)
      let other = state.appendingPathComponent("other").path
      try "mine\n".write(toFile: other, atomically: false, encoding: .utf8)
      try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: other)
      let links: [(String, String) throws -> Void] = [
        { try FileManager.default.createSymbolicLink(atPath: $0, withDestinationPath: $1) },
        { try FileManager.default.linkItem(atPath: $1, toPath: $0) },
      ]
      for link in links {
        try link(path, other)
        var history = CommandHistory(path: path)
        #expect(history.entries == [])
        #expect(history.add("run 1") == ["run 1"])
        #expect(try String(contentsOfFile: other, encoding: .utf8) == "mine\n")
        let mode = try FileManager.default.attributesOfItem(atPath: other)[.posixPermissions]
        #expect(mode as? Int == 0o644)
        try FileManager.default.removeItem(atPath: path)
      }
    }

    @Test
    func `Entries survive their encoding`() {
      for entry in ["a", "a\\nb", "a\nb\\", "\r\0\\0", "é 表"] {
        let line = HistoryText.encode(entry)
        #expect(!line.contains("\n"))
        #expect(!line.contains("\0"))
        #expect(HistoryText.decode(line) == entry)
      }
    }

    @Test
    func `A history that cannot be kept stays in memory`() async throws {
      let session = try TerminalEditorSession(history: "/dev/null/history")
      _ = try await session.line("run 1\r")
      #expect(try await session.line("\(up)\r") == .line("run 1"))
    }

    @Test
    func `A file that was emptied or is very long does no harm`() async throws {
      try await withFolder {
        var history = CommandHistory(path: path)
        _ = history.add("one")
        try "".write(toFile: path, atomically: false, encoding: .utf8)
        _ = history.add("two")
        #expect(CommandHistory(path: path).entries == ["two"])
        let long = (1...500_000).map { "line \($0)" }.joined(separator: "\n") + "\nhalf a li"
        try long.write(toFile: path, atomically: false, encoding: .utf8)
        let entries = CommandHistory(path: path).entries
        #expect(entries.last == "line 500000")
        #expect(entries.allSatisfy { $0.hasPrefix("line ") })
        #expect(entries.count < 500_000)
      }
    }
  }
}
