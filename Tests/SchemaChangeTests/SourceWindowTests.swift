import Testing

@testable import SchemaChange

@Suite("The places of a text, and what is shown of them")
struct SourceWindowTests {
  @Test
  func `A short line is shown whole`() {
    let window = SourceWindow("SELECT é, b", column: 11)
    #expect(window.text == "SELECT é, b")
    #expect(window.column == 11)
  }

  @Test(arguments: [1, 5, 100, 101, 102, 500, 999, 1000, 1001])
  func `Of a long line the part around the place is shown`(column: Int) {
    let line = String((0..<1000).map { Character(Unicode.Scalar(UInt8(97 + $0 % 26))) })
    let window = SourceWindow(line, column: column)
    #expect(window.text.count <= SourceWindow.width + 2)
    let wanted = Array(line).indices.contains(column - 1) ? Array(line)[column - 1] : nil
    let shown = Array(window.text)
    #expect((shown.indices.contains(window.column - 1) ? shown[window.column - 1] : nil) == wanted)
    #expect(window.text.hasPrefix("…") == (column > 101))
    #expect(window.text.hasSuffix("…") == (column < 900))
  }

  @Test
  func `A password is masked, and the place stays`() {
    let line = "ALTER ROLE a PASSWORD 'hunter2' VALID;"
    let window = SourceWindow(line, column: 33)
    #expect(window.text == "ALTER ROLE a PASSWORD '*******' VALID;")
    #expect(window.column == 33)
    let excerpt = SourceExcerpt("SELECT 1;\r\n" + line)
    #expect(excerpt.window(at: SourceLocation(line: 2, column: 33)) == window)
  }

  @Test
  func `A place in a long line is the one that counting finds`() {
    var random = SystemRandomNumberGenerator()
    let alphabet = ["a", "é", "e\u{301}", "表", "👩‍👧", "\t", " ", "\r", "a", "b", "c", "\n"]
    for length in [10, 3_000, 9_000] {
      let letters = (0..<length).map { _ in
        let isEnd = Int.random(in: 0..<2_500, using: &random) == 0
        return isEnd ? "\n" : alphabet.dropLast().randomElement(using: &random) ?? "a"
      }
      let text = letters.joined()
      let bytes = Array(text.utf8)
      let map = SourceMap(text, file: nil)
      for offset in bytes.indices where bytes[offset] & 0xC0 != 0x80 && offset.isMultiple(of: 97) {
        let before = bytes[..<offset].split(
          separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let last = before.last.map { String(decoding: $0, as: UTF8.self) } ?? ""
        let location = SourceLocation(line: before.count, column: last.count + 1)
        #expect(map.location(ofByte: offset) == location)
        #expect(
          map.window(at: location)
            == SourceWindow(masked: map.line(location.line), column: location.column))
      }
    }
  }
}
