/// Breaks lines anew for another width, and finds the cursor again.
struct PseudoTerminalReflow {
  private let columns: Int
  private var cells: [[String]] = []
  private var isContinued: [Bool] = []
  private var last = 0
  private(set) var row = 0
  private(set) var column = 0

  init(columns: Int) {
    self.columns = columns
  }

  /// Adds a whole line; `cursor` is the place in it, when the cursor is there.
  mutating func add(_ line: some Sequence<String>, cursor: Int?) {
    var text = Array(line)
    while text.last == " ", text.count > (cursor ?? 0) { text.removeLast() }
    let first = cells.count
    repeat {
      let part = text.prefix(columns)
      text.removeFirst(part.count)
      cells.append(part + Array(repeating: " ", count: columns - part.count))
      isContinued.append(!text.isEmpty)
    } while !text.isEmpty
    if let cursor { (row, column) = (first + cursor / columns, cursor % columns) }
    if cursor != nil || cells[first...].contains(where: { $0.contains { $0 != " " } }) {
      last = max(cells.count - 1, row)
    }
  }

  /// How many rows have left the screen at its top.
  func scrolled(rows: Int) -> Int { max(0, last + 1 - rows) }

  func screen(rows: Int) -> (cells: [[String]], isContinued: [Bool]) {
    let start = scrolled(rows: rows)
    let missing = max(0, rows - (cells.count - start))
    let empty = Array(repeating: " ", count: columns)
    return (
      Array((cells.dropFirst(start) + Array(repeating: empty, count: missing)).prefix(rows)),
      Array((isContinued.dropFirst(start) + Array(repeating: false, count: missing)).prefix(rows))
    )
  }
}
