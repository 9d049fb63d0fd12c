internal import CTerminal

/// Where the cursor is after libedit drew a text that begins at the left edge.
struct EditArea: Hashable {
  private let columns: Int
  private(set) var row = 0
  private(set) var column = 0

  /// The place after `text` in a window with so many columns.
  init(columns: Int, after text: String) {
    self.columns = max(columns, 1)
    for scalar in text.unicodeScalars { advance(past: scalar) }
  }

  private mutating func advance(past scalar: Unicode.Scalar) {
    switch scalar {
    case "\n": startRow()
    case "\t": repeat { move(by: 1) } while column % 8 != 0
    default: move(by: width(of: scalar))
    }
  }

  /// A character that does not fit is drawn in the next row, and a full row is left at once.
  private mutating func move(by width: Int) {
    if column + width > columns { startRow() }
    column += width
    if column >= columns { startRow() }
  }

  private mutating func startRow() {
    row += 1
    column = 0
  }

  private func width(of scalar: Unicode.Scalar) -> Int {
    let width = Int(ct_wcwidth(wchar_t(bitPattern: scalar.value)))
    if width >= 0, scalar != "\0" { return width }
    // `^X` for control characters, `\U+1234` for what cannot be shown.
    if scalar.isASCII { return 2 }
    return scalar.value > 0xFFFF ? 8 : 7
  }
}
