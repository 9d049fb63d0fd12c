internal import CTerminal
import Foundation

/// What a terminal shows, as far as line editors, tables and progress lines need one.
struct PseudoTerminalScreen: Sendable {
  /// A column of a row; the right half of a wide character is empty.
  private var cells: [[String]]
  /// For each row whether its text goes on in the next one, because it was too long.
  private var isContinued: [Bool]
  private var parser = PseudoTerminalParser()
  private(set) var columns: Int
  private(set) var rows: Int
  private(set) var row = 0
  private(set) var column = 0
  /// The last column was written: the next character goes to the next row first.
  private var isWrapping = false
  private var isInserting = false

  init(columns: Int, rows: Int) {
    (self.columns, self.rows) = (columns, rows)
    cells = Array(repeating: Array(repeating: " ", count: columns), count: rows)
    isContinued = Array(repeating: false, count: rows)
  }

  var lines: [String] {
    cells.map { row in
      let text = row.joined()
      return String(text.reversed().drop { $0 == " " }.reversed())
    }
  }

  /// Breaks the lines anew for a window of another size, as most terminals do.
  mutating func resize(columns: Int, rows: Int) {
    var reflow = PseudoTerminalReflow(columns: columns)
    var start = 0
    for index in cells.indices where !isContinued[index] || index == cells.count - 1 {
      let cursor = start...index ~= row ? (row - start) * self.columns + column : nil
      reflow.add(cells[start...index].joined(), cursor: cursor)
      start = index + 1
    }
    (self.columns, self.rows) = (columns, rows)
    (cells, isContinued) = reflow.screen(rows: rows)
    move(to: reflow.row - reflow.scrolled(rows: rows), reflow.column)
  }

  /// Shows bytes; returns what the terminal answers.
  mutating func write(_ data: Data) -> String {
    var answer = ""
    for item in parser.parse(data) {
      switch item {
      case .text(let scalar): put(scalar)
      case .control(let control): obey(control)
      case .sequence(let final, let parameters, let isPrivate):
        guard !isPrivate else { continue }
        if final == "n", parameters == [6] { answer += "\u{1B}[\(row + 1);\(column + 1)R" }
        run(final, parameters)
      }
    }
    return answer
  }

  private mutating func put(_ scalar: Unicode.Scalar) {
    let width = scalar.isASCII ? 1 : Int(ct_wcwidth(wchar_t(bitPattern: scalar.value)))
    guard width > 0 else { return combine(scalar) }
    if isWrapping || column + width > columns { startRow() }
    if isInserting { insert(width) }
    cells[row][column] = String(scalar)
    if width == 2 { cells[row][column + 1] = "" }
    column += width
    isWrapping = column >= columns
    if isWrapping { column = columns - 1 }
  }

  private mutating func combine(_ scalar: Unicode.Scalar) {
    var place = isWrapping ? column : column - 1
    if place > 0, cells[row][place].isEmpty { place -= 1 }
    if place >= 0 { cells[row][place].unicodeScalars.append(scalar) }
  }

  private mutating func startRow() {
    isContinued[row] = true
    column = 0
    isWrapping = false
    lineFeed()
  }

  private mutating func lineFeed() {
    if row < rows - 1 {
      row += 1
    } else {
      cells.removeFirst()
      isContinued.removeFirst()
      isContinued.append(false)
      cells.append(Array(repeating: " ", count: columns))
    }
  }

  private mutating func obey(_ scalar: Unicode.Scalar) {
    switch scalar {
    case "\n":
      lineFeed()
      isWrapping = false
    case "\r": move(to: row, 0)
    case "\u{08}": move(to: row, column - 1)
    case "\t": move(to: row, (column / 8 + 1) * 8)
    default: break
    }
  }

  private mutating func move(to row: Int, _ column: Int) {
    self.row = min(max(row, 0), rows - 1)
    self.column = min(max(column, 0), columns - 1)
    isWrapping = false
  }

  private mutating func run(_ final: Character, _ parameters: [Int]) {
    let first = parameters.first ?? 0
    let count = max(first, 1)
    switch final {
    case "A": move(to: row - count, column)
    case "B": move(to: row + count, column)
    case "C": move(to: row, column + count)
    case "D": move(to: row, column - count)
    case "G": move(to: row, count - 1)
    case "H", "f": move(to: count - 1, max(parameters.dropFirst().first ?? 1, 1) - 1)
    case "J": eraseScreen(first)
    case "K": eraseRow(first)
    case "P": delete(count)
    case "@": insert(count)
    case "X": for place in column..<min(column + count, columns) { cells[row][place] = " " }
    case "h" where first == 4: isInserting = true
    case "l" where first == 4: isInserting = false
    default: break
    }
  }

  private mutating func delete(_ count: Int) {
    let count = min(count, columns - column)
    cells[row].removeSubrange(column..<column + count)
    cells[row] += Array(repeating: " ", count: count)
  }

  private mutating func insert(_ count: Int) {
    cells[row].insert(contentsOf: Array(repeating: " ", count: count), at: column)
    cells[row].removeLast(count)
  }

  private mutating func eraseRow(_ mode: Int) {
    let range = mode == 0 ? column..<columns : mode == 1 ? 0..<column + 1 : 0..<columns
    for place in range { cells[row][place] = " " }
    if range.upperBound == columns { isContinued[row] = false }
  }

  private mutating func eraseScreen(_ mode: Int) {
    eraseRow(mode)
    let others = mode == 0 ? row + 1..<rows : mode == 1 ? 0..<row : 0..<rows
    for row in others {
      cells[row] = Array(repeating: " ", count: columns)
      isContinued[row] = false
    }
  }
}
