/// A word of a line, quotes and escapes taken away.
struct Word: Hashable, Sendable {
  /// What it says.
  var text: String
  /// Where it begins, its quote included.
  var position: TextPosition
}

/// A place in a text, in characters, both numbers counted from 1.
struct TextPosition: Hashable, Sendable {
  var line = 1
  var column = 1

  /// The place after `character`.
  func advanced(past character: Character) -> TextPosition {
    character.isLineEnd
      ? TextPosition(line: line + 1, column: 1) : TextPosition(line: line, column: column + 1)
  }
}

extension Character {
  /// A Boolean value telling whether it ends a line; U+2028 and its like do not.
  var isLineEnd: Bool { self == "\n" || self == "\r\n" }
}

extension Word {
  /// `text` as it must be typed to be read as one word.
  static func quoted(_ text: String) -> String {
    let needsQuotes = text.unicodeScalars.contains { !isPlain($0) }
    guard needsQuotes || text.isEmpty || text.hasPrefix("#") else { return text }
    return "'" + text.replacing("'", with: #"'\''"#) + "'"
  }

  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "'", "\"", "\\", "\u{7F}": false
    default: scalar.value > 0x20
    }
  }
}
