internal import CTerminal

/// How much room text takes at a terminal, in columns.
enum DisplayWidth {
  /// The columns of one line of text.
  ///
  /// Scalars are added up as PostgreSQL's and libedit's tables do; few terminals join more than
  /// that.
  static func of(_ text: String) -> Int {
    var width = 0
    for scalar in text.unicodeScalars { width += of(scalar) }
    return width
  }

  /// The columns of a scalar: 2 for a wide one, 0 for a combining mark; 1 where the C library has
  /// no answer.
  static func of(_ scalar: Unicode.Scalar) -> Int {
    if scalar.isASCII { return 1 }
    let width = ct_wcwidth(wchar_t(bitPattern: scalar.value))
    return width < 0 ? 1 : Int(width)
  }
}

/// On which side of a field its text stands.
enum Alignment: Hashable, Sendable {
  case left
  case right
  case centred
}

extension String {
  /// At most `width` columns of it; what is cut is marked by `mark`.
  func truncated(to width: Int, mark: String = "…") -> String {
    if DisplayWidth.of(self) <= width { return self }
    let room = width - DisplayWidth.of(mark)
    guard room >= 0 else { return prefix(columns: width) }
    return prefix(columns: room) + mark
  }

  /// Padded with blanks to `width` columns; longer text stays as it is.
  func padded(to width: Int, _ alignment: Alignment = .left) -> String {
    let missing = max(0, width - DisplayWidth.of(self))
    let before =
      switch alignment {
      case .left: 0
      case .right: missing
      case .centred: missing / 2
      }
    return String(repeating: " ", count: before) + self
      + String(repeating: " ", count: missing - before)
  }

  /// The longest start that fits; a character is never cut apart from its marks.
  private func prefix(columns: Int) -> String {
    var (result, width) = ("", 0)
    for character in self {
      width += DisplayWidth.of(String(character))
      if width > columns { break }
      result.append(character)
    }
    return result
  }
}
