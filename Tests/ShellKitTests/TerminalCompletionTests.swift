import Testing
import TestSupport

@testable import ShellKit

extension TerminalEditing {
  @Suite("Completion with Tab")
  struct TerminalCompletionTests {
    private func session(
      columns: Int = 60, _ candidates: [Completion]
    ) throws -> TerminalEditorSession {
      try TerminalEditorSession(columns: columns) { line, cursor in
        let partial = PartialLine(String(line.prefix(cursor)))
        return candidates.filter { $0.insert.hasPrefix(partial.fragment) }
      }
    }

    @Test
    func `The only candidate is completed with a blank`() async throws {
      let session = try session([Completion(insert: "status"), Completion(insert: "run")])
      #expect(try await session.line("st\t4711\r") == .line("status 4711"))
      #expect(try await session.line("x st y\u{02}\u{02}\t\r") == .line("x status  y"))
    }

    @Test
    func `What all have in common is completed, then they are listed`() async throws {
      let session = try session([
        Completion(insert: "7301", display: "7301  widen_amount  running  42%"),
        Completion(insert: "7302", display: "7302  drop_é  paused"),
      ])
      let event = try await session.edit { terminal in
        terminal.send("run 7\t")
        try await terminal.waitForScreen("> run 730")
        terminal.send("\t")
        try await terminal.waitForScreen(
          """
          7301  widen_amount  running  42%
          7302  drop_é  paused
          > run 730
          """)
        terminal.send("2\t\r")
      }
      #expect(event == .line("run 7302 "))
    }

    @Test
    func `A word that needs quotes gets them, open while more may follow`() async throws {
      let session = try session([
        Completion(insert: "my plan/", isFinal: false), Completion(insert: "it's"),
      ])
      #expect(try await session.line("source my\tx'\r") == .line("source 'my plan/x'"))
      #expect(try await session.line("source \"my p\tx'\r") == .line("source 'my plan/x'"))
      #expect(try await session.line("source it\t\r") == .line(#"source 'it'\''s' "#))
    }

    @Test
    func `Nothing is completed in a comment or without candidates`() async throws {
      let session = try session([Completion(insert: "run")])
      #expect(try await session.line("# r\tx\r") == .line("# rx"))
      #expect(try await session.line("zz\tx\r") == .line("zzx"))
    }

    @Test
    func `A look-up that takes too long is given up and typing goes on`() async throws {
      let cancelled = try Bell()
      let session = try TerminalEditorSession(complete: { _, _ in
        do {
          try await Task.sleep(for: .seconds(600))
        } catch {
          cancelled.ring()
        }
        return []
      })
      #expect(try await session.line("st\tatus\r") == .line("status"))
      #expect(Poll.readable([cancelled.descriptor], timeout: 10_000) == [true])
    }

    @Test
    func `Candidates fill the columns of the window from top to bottom`() {
      let candidates = (1...7).map { Completion(insert: "word\($0)") }
      #expect(
        CompletionListing.lines(candidates, in: TerminalSize(columns: 22, rows: 24)) == [
          "word1  word4  word7", "word2  word5", "word3  word6",
        ])
      #expect(
        CompletionListing.lines(candidates, in: TerminalSize(columns: 15, rows: 5)) == [
          "word1  word3", "word2  word4", "… and 3 more",
        ])
      let wide = [Completion(insert: "a", display: "表表表\u{1B}[2J")]
      #expect(CompletionListing.lines(wide, in: TerminalSize(columns: 6, rows: 5)) == ["表表…"])
    }

    @Test
    func `A hundred thousand candidates are listed at once`() async throws {
      let session = try session((0..<100_000).map { Completion(insert: "\(1_000_000 + $0)") })
      let event = try await session.edit { terminal in
        terminal.send("run 10\t\t")
        try await terminal.waitForOutput(containing: "more\n> run 10")
        terminal.send("12345\t\r")
      }
      #expect(event == .line("run 1012345 "))
    }
  }
}
