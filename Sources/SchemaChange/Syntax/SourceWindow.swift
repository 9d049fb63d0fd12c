internal import Postgres

/// The part of a line that is shown with a message about a place in it.
///
/// A file may be one line of a megabyte, with a message for each of its statements.
public struct SourceWindow: Sendable, Hashable {
  /// How many characters of a line are shown.
  public static let width = 200

  /// The part, with `…` where something is left out, and passwords masked.
  public let text: String
  /// The place in it, in characters counted from 1.
  public let column: Int

  /// Takes the part around a place, which is counted in characters from 1.
  public init(_ line: String, column: Int) {
    self.init(masked: Masking.shown(line, keepingColumns: true), column: column)
  }

  /// The characters of a line that are shown, counted from 0.
  static func characters(around column: Int) -> Range<Int> {
    let first = max(column - 1 - width / 2, 0)
    return first..<first + width
  }

  /// The same of a line that holds no password, or of a part of it that has all that is shown.
  ///
  /// - Parameters:
  ///   - skipped: How many characters of the line stand before the part.
  ///   - goesOn: Whether the line goes on behind it.
  init(masked line: String, column: Int, skipped: Int = 0, goesOn: Bool = false) {
    let before = max(column - 1, 0)
    let first = Self.characters(around: column).lowerBound
    let start = line.index(line.startIndex, offsetBy: first - skipped, limitedBy: line.endIndex)
    guard let start else {
      (text, self.column) = ("", 1)
      return
    }
    let end = line.index(start, offsetBy: Self.width, limitedBy: line.endIndex) ?? line.endIndex
    let head = first > 0 ? "…" : ""
    text = head + line[start..<end] + (goesOn || end < line.endIndex ? "…" : "")
    self.column = before - first + head.count + 1
  }

  /// The line under ``text`` that points at the place.
  var caretLine: String { Caret.line(under: text, column: column) }
}
