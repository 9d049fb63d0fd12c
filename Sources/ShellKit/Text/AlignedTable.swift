/// A table with a line for each row.
struct AlignedTable {
  private let table: TextTable
  private let headings: [TableCell]
  private let cells: [[TableCell]]
  private let widths: [Int]

  init(_ table: TextTable) {
    self.table = table
    let headings = table.columns.map { TableCell($0.name) }
    let cells = table.cells
    self.headings = headings
    self.cells = cells
    widths = headings.indices.map { column in
      cells.reduce(headings[column].width) { max($0, $1[column].width) }
    }
  }

  /// How wide its widest line may be.
  var width: Int { widths.reduce(0) { $0 + $1 + 3 } - 1 }

  var text: String {
    let rule = "-" + widths.map { String(repeating: "-", count: $0) }.joined(separator: "-+-") + "-"
    let lines = headingLines + [rule] + cells.flatMap(lines(of:)) + [table.footer]
    return lines.map { $0 + "\n" }.joined()
  }

  private var headingLines: [String] {
    guard !headings.isEmpty else { return [] }
    return (0..<height(of: headings)).map { index in
      zip(headings, widths).map { heading, width in
        " " + (heading.line(index) ?? "").padded(to: width, .centred) + heading.mark(after: index)
      }
      .joined(separator: "|")
    }
  }

  private func lines(of row: [TableCell]) -> [String] {
    guard !row.isEmpty else { return [] }
    return (0..<height(of: row)).map { index in
      row.indices.map { " " + field(row[$0], line: index, column: $0) }.joined(separator: "|")
    }
  }

  private func field(_ cell: TableCell, line index: Int, column: Int) -> String {
    let mark = cell.mark(after: index)
    // psql leaves nothing behind the last value of a line that ends in that line.
    let isEndOfLine = column == widths.count - 1 && mark == " "
    let alignment = table.columns[column].alignment
    guard isEndOfLine else {
      return (cell.line(index) ?? "").padded(to: widths[column], alignment) + mark
    }
    guard let text = cell.line(index) else { return "" }
    return alignment == .right ? text.padded(to: widths[column], .right) : text
  }

  private func height(of row: [TableCell]) -> Int { row.map(\.lines.count).max() ?? 1 }
}
