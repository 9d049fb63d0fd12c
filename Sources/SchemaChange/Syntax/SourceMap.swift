/// Turns bytes of a text into places that a person can find.
struct SourceMap {
  let file: String?
  private let bytes: [UInt8]
  private let lineStarts: [Int]
  private let marks: ColumnMarks

  init(_ text: String, file: String?) {
    self.file = file
    let bytes = Array(text.utf8)
    self.bytes = bytes
    lineStarts =
      [0] + bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
    marks = ColumnMarks(bytes, lineStarts: lineStarts)
  }

  /// The place of a byte; one past the end is the end.
  func location(ofByte offset: Int) -> SourceLocation {
    let place = min(max(offset, 0), bytes.count)
    let line = lineNumber(ofByte: place)
    let mark = marks.last(from: lineStarts[line], to: place)
    let before = String(decoding: bytes[(mark?.byte ?? lineStarts[line])..<place], as: UTF8.self)
    return SourceLocation(
      file: file, line: line + 1, column: (mark?.characters ?? 0) + before.count + 1)
  }

  /// The text of a line, counted from 1, without its end.
  func line(_ number: Int) -> String {
    guard lineStarts.indices.contains(number - 1) else { return "" }
    let end = lineStarts.indices.contains(number) ? lineStarts[number] - 1 : bytes.count
    var text = bytes[lineStarts[number - 1]..<max(end, lineStarts[number - 1])]
    if text.last == UInt8(ascii: "\r") { text.removeLast() }
    return String(decoding: text, as: UTF8.self)
  }

  /// What is shown of the line that holds a place, without looking through all of a long one.
  func window(at location: SourceLocation) -> SourceWindow {
    guard lineStarts.indices.contains(location.line - 1) else {
      return SourceWindow(masked: "", column: location.column)
    }
    let start = lineStarts[location.line - 1]
    let next = lineStarts.indices.contains(location.line) ? lineStarts[location.line] - 1 : nil
    let end = max(next ?? bytes.count, start)
    let shown = SourceWindow.characters(around: location.column)
    let (first, last) = marks.around(shown, in: start..<end)
    var part = bytes[(first?.byte ?? start)..<(last?.byte ?? end)]
    if last == nil, part.last == UInt8(ascii: "\r") { part.removeLast() }
    return SourceWindow(
      masked: String(decoding: part, as: UTF8.self), column: location.column,
      skipped: first?.characters ?? 0, goesOn: last != nil)
  }

  /// The bytes of a range as text.
  func text(_ range: Range<Int>) -> String {
    String(decoding: bytes[range.clamped(to: 0..<bytes.count)], as: UTF8.self)
  }

  /// Whether two bytes stand on one line.
  func onOneLine(_ first: Int, _ second: Int) -> Bool {
    lineNumber(ofByte: first) == lineNumber(ofByte: second)
  }

  /// The line, counted from 0: the last one that starts at or before the byte.
  private func lineNumber(ofByte offset: Int) -> Int {
    var low = 0
    var high = lineStarts.count - 1
    while low < high {
      let middle = (low + high + 1) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle - 1 }
    }
    return low
  }
}

/// The line that points at a column of the line above it, tabs kept so that both look alike.
enum Caret {
  static func line(under text: String, column: Int) -> String {
    let before = text.prefix(max(column - 1, 0)).map { $0 == "\t" ? "\t" : " " }.joined()
    return before + "^"
  }
}
