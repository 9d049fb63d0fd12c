import CTerminal
import Glibc
import Testing

@testable import ShellKit

@Suite("Logical lines of a text")
struct LinesScriptTests {
  private func lines(_ text: String) throws -> [LogicalLine] { try ScriptLines(text).lines }

  @Test
  func `Lines are joined and keep the number of the first`() throws {
    let text = "a\n# c \\\n\nb \\\n  c \\\r\n d\r\n'e\\'\nf"
    #expect(
      try lines(text) == [
        LogicalLine(number: 1, text: "a"), LogicalLine(number: 2, text: "# c \\"),
        LogicalLine(number: 3, text: ""), LogicalLine(number: 4, text: "b \\\n  c \\\n d"),
        LogicalLine(number: 7, text: "'e\\'"), LogicalLine(number: 8, text: "f"),
      ])
    #expect(try lines(text)[3].words().map(\.text) == ["b", "c", "d"])
    #expect(try lines("\u{FEFF}a\n").map(\.text) == ["a"])
    #expect(try lines("").isEmpty)
    #expect(try lines("a").map(\.text) == ["a"])
  }

  @Test
  func `An escaped backslash at the end continues nothing`() throws {
    #expect(try lines("a\\\\\nb\n").map(\.text) == ["a\\\\", "b"])
    #expect(try lines("'a' \"b\\\nc\"\nd").map(\.text) == ["'a' \"b\\\nc\"", "d"])
  }

  @Test
  func `An error shows the file, the line and a caret under the column`() throws {
    let line = try #require(try lines("ok\nrun \\\n\t表 \"x\n").last)
    let error = try #require(throws: LineError.self) { try line.words(file: "a.djogi") }
    #expect(
      error.description == """
        a.djogi:3:4: error: this " has no partner on the line
        \\t表 "x
             ^
        """)
  }

  @Test
  func `A backslash with no line to continue is an error at its place`() throws {
    let line = try #require(try lines("a\nbc \\").last)
    let error = try #require(throws: LineError.self) { try line.words() }
    #expect(error.line == 2)
    #expect(error.column == 4)
  }

  @Test
  func `Bytes that are not UTF-8 name their line`() {
    let error = LineError("this line is not valid UTF-8", file: "f", line: 3)
    #expect(throws: error) { try ScriptLines(Array("a\nb\n".utf8) + [0xFF, 0x0A], file: "f") }
    #expect(error.description == "f:3: error: this line is not valid UTF-8")
  }

  @Test
  func `A line over one mebibyte is refused and one of just that is not`() throws {
    let longest = String(repeating: "a", count: LineAssembler.limit)
    #expect(try lines("x\n" + longest + "\n").count == 2)
    let error = LineError("this line is longer than 1 MiB", line: 2)
    #expect(throws: error) { try lines("x\n" + longest + "a\n") }
    #expect(throws: error) { try lines("x\n" + longest + "a") }
    let joined = "x\n" + String(repeating: "a \\\n", count: LineAssembler.limit / 4) + "b"
    #expect(throws: error) { try lines(joined) }
  }

  @Test
  func `Pieces give the same lines as the whole`() throws {
    let bytes = Array("\u{FEFF}a é\\\r\nb\r\n\n'c'\\\n".utf8)
    let whole = try ScriptLines(bytes).lines
    var assembler = LineAssembler()
    var lines: [LogicalLine] = []
    for byte in bytes {
      assembler.append([byte])
      while let line = try assembler.next() { lines.append(line) }
    }
    #expect(assembler.isContinuing)
    while let line = try assembler.finish() { lines.append(line) }
    #expect(lines == whole)
  }
}

@Suite("Lines from a descriptor")
struct LinesStreamTests {
  private func pipe() -> (read: Int32, write: Int32) {
    var ends: [Int32] = [-1, -1]
    // A program that another test starts meanwhile must not keep an end open.
    #expect(ct_pipe(&ends) == 0)
    return (ends[0], ends[1])
  }

  private func write(_ text: String, to descriptor: Int32) {
    let count = text.utf8.count
    #expect(
      Array(text.utf8).withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        == count)
  }

  @Test
  func `A line is there before the next one is written`() async throws {
    let ends = pipe()
    defer { close(ends.read) }
    var iterator = StandardInputLines(ends.read).makeAsyncIterator()
    write("one\ntw", to: ends.write)
    #expect(try await iterator.next()?.text == "one")
    write("o \\\nthree\nfour", to: ends.write)
    #expect(try await iterator.next() == LogicalLine(number: 2, text: "two \\\nthree"))
    close(ends.write)
    #expect(try await iterator.next() == LogicalLine(number: 4, text: "four"))
    #expect(try await iterator.next() == nil)
  }

  @Test
  func `A reader that waits can be cancelled`() async throws {
    let ends = pipe()
    defer {
      close(ends.read)
      close(ends.write)
    }
    let reader = Task {
      var iterator = StandardInputLines(ends.read).makeAsyncIterator()
      return try await iterator.next()
    }
    reader.cancel()
    await #expect(throws: CancellationError.self) { try await reader.value }
  }

  @Test
  func `A mistake in the bytes ends the stream with its line`() async throws {
    let ends = pipe()
    defer { close(ends.read) }
    var iterator = StandardInputLines(ends.read).makeAsyncIterator()
    #expect(
      [UInt8]([0x61, 0x0A, 0xFE, 0x0A]).withUnsafeBytes {
        Glibc.write(ends.write, $0.baseAddress, 4)
      } == 4)
    close(ends.write)
    #expect(try await iterator.next()?.text == "a")
    await #expect(throws: LineError("this line is not valid UTF-8", line: 2)) {
      try await iterator.next()
    }
  }
}
