/// Places inside of long lines whose columns are known, so that not each place is counted from its line's start.
///
/// A file may be one line with a hundred thousand statements.
struct ColumnMarks {
  struct Mark {
    var byte: Int
    /// How many characters of its line stand before it.
    var characters: Int
  }

  private static let distance = 1_024
  private var marks: [Mark] = []

  init(_ bytes: [UInt8], lineStarts: [Int]) {
    for (number, start) in lineStarts.enumerated() {
      let end = number + 1 < lineStarts.count ? lineStarts[number + 1] - 1 : bytes.count
      var last = Mark(byte: start, characters: 0)
      while end - last.byte > Self.distance,
        let place = Self.boundary(bytes, from: last.byte + Self.distance, before: end)
      {
        let text = String(decoding: bytes[last.byte..<place], as: UTF8.self)
        last = Mark(byte: place, characters: last.characters + text.count)
        marks.append(last)
      }
    }
  }

  /// The last mark of the line that starts at `start`, up to `place`; `nil` where none is known.
  func last(from start: Int, to place: Int) -> Mark? {
    let index = firstIndex(in: 0..<marks.count) { $0.byte > place } - 1
    guard index >= 0, marks[index].byte > start else { return nil }
    return marks[index]
  }

  /// The marks of a line nearest to some characters, on both sides; `nil` where the line's start or end is nearer.
  func around(_ characters: Range<Int>, in line: Range<Int>) -> (before: Mark?, after: Mark?) {
    let first = firstIndex(in: 0..<marks.count) { $0.byte > line.lowerBound }
    let end = firstIndex(in: first..<marks.count) { $0.byte > line.upperBound }
    let after = firstIndex(in: first..<end) { $0.characters > characters.lowerBound }
    let behind = firstIndex(in: after..<end) { $0.characters > characters.upperBound }
    return (after > first ? marks[after - 1] : nil, behind < end ? marks[behind] : nil)
  }

  /// The first of some marks, which are in order, that something is true of from then on; the end where it is of none.
  private func firstIndex(in range: Range<Int>, where isTrue: (Mark) -> Bool) -> Int {
    var (low, high) = (range.lowerBound, range.upperBound)
    while low < high {
      let middle = (low + high) / 2
      if isTrue(marks[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// Two signs of ASCII are never one character, but for the two that end a line.
  private static func boundary(_ bytes: [UInt8], from start: Int, before end: Int) -> Int? {
    (start..<end).first { place in
      bytes[place] < 0x80 && bytes[place - 1] < 0x80 && bytes[place - 1] != UInt8(ascii: "\r")
    }
  }
}
