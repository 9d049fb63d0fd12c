import Rehearsals
import Testing

@testable import ShellKit

/// Lines of batches that no person would write.
@Suite("Fuzzed lines")
struct LinesFuzzTests {
  private static let lines = [
    "run 7301444403221405696 --approve validate --allow-destructive --justify 'INFRA 7'",
    "list --status running --all # what there is\nshow 4711\n", "sql select 'it''s' \\\n -- # x",
    "tune 4711 chunk-target=100ms max-rate=none\r\nwatch 4711 --interval 2s --until complete",
    "\u{FEFF}plan V20260428000000 --app shop --dry-run",
    "finalize 4711 --justify \"a \\\" b\" ; quit",
    "daemon --poll-interval 30s --claim-stale-after 10m", "set null '(null)'\nhelp run\n--version",
  ]
  private static let words = [
    "run", "show", "list", "sql", "set", "tune", "--approve", "--justify=", "--status", "-h",
    "--help", "\\\n", "'", "\"", "\\", "#", "2s", "4711", "--output", "json", "--", "-", "-c", "=",
  ]

  private typealias Assembled = Result<[LogicalLine], LineError>

  private static func assembled(_ bytes: [UInt8], in pieces: [Int]) -> Assembled {
    var assembler = LineAssembler()
    var found: [LogicalLine] = []
    var rest = bytes[...]
    do throws(LineError) {
      for size in pieces + [bytes.count] {
        assembler.append(rest.prefix(size))
        rest = rest.dropFirst(size)
        while let line = try assembler.next() { found.append(line) }
      }
      while let line = try assembler.finish() { found.append(line) }
    } catch {
      return .failure(error)
    }
    return .success(found)
  }

  @Test func `a text is the same lines in whatever pieces it comes`() async throws {
    try await Fuzz.run("lines in pieces", 4000, words: Self.words) { _, fuzz in
      let bytes =
        fuzz.random.chance(30) ? fuzz.noise(200) : fuzz.mutation(of: fuzz.random.pick(Self.lines))
      let pieces = (0..<5).map { _ in fuzz.random.int(below: 40) }
      let (whole, parts) = (Self.assembled(bytes, in: []), Self.assembled(bytes, in: pieces))
      #expect(whole == parts, "\(bytes)")
      for line in (try? whole.get()) ?? [] {
        let words = (try? line.words().map(\.text)) ?? []
        let again = words.map(Word.quoted).joined(separator: " ")
        let split = (try? WordSplitter.split(again).map(\.text)) ?? []
        #expect(split == words)
        _ = PartialLine(line.text)
      }
    }
  }

  @Test func `a line is a command, help, or an error that says what is wrong`() async throws {
    try await Fuzz.run("commands", 3000, words: Self.words) { _, fuzz in
      let bytes = fuzz.mutation(of: fuzz.random.pick(Self.lines))
      guard let lines = try? ScriptLines(bytes).lines else { return }
      for line in lines {
        do throws(LineError) {
          _ = try Script.request(line, file: "fuzz")
        } catch {
          #expect(!error.message.isEmpty)
          #expect(Self.isPlain(error.description), "\(error.description.debugDescription)")
        }
      }
    }
  }

  @Test func `session options are options or an error`() async throws {
    try await Fuzz.run("session options", 1000, words: Self.words) { _, fuzz in
      let words = (0..<fuzz.random.int(in: 1...5)).map { _ in fuzz.word }
      do throws(UsageError) {
        _ = try Grammar.session(words)
      } catch {
        #expect(!error.message.isEmpty)
      }
    }
  }

  /// Whether no character steers a terminal.
  private static func isPlain(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { $0 == "\n" || ($0.value >= 0x20 && $0.value != 0x7F) }
  }
}
