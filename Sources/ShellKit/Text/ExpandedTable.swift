/// A table with a line for each field, psql's `\x`.
struct ExpandedTable {
  private let table: TextTable
  private let headings: [TableCell]
  private let cells: [[TableCell]]
  private let headingWidth: Int
  private let valueWidth: Int

  init(_ table: TextTable) {
    self.table = table
    headings = table.columns.map { TableCell($0.name) }
    cells = table.cells
    headingWidth = headings.map(\.width).max() ?? 0
    valueWidth = cells.joined().map(\.width).max() ?? 0
  }

  var text: String {
    guard !cells.isEmpty else { return table.footer + "\n" }
    let lines = cells.indices.flatMap { index in
      [rule(ofRecord: index + 1)] + zip(headings, cells[index]).flatMap(field)
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private func rule(ofRecord number: Int) -> String {
    let label = "-[ RECORD \(number) ]"
    let rule =
      String(repeating: "-", count: headingWidth + 1) + "+"
      + String(repeating: "-", count: valueWidth + 1)
    return label + rule.dropFirst(label.count)
  }

  private func field(_ heading: TableCell, _ value: TableCell) -> [String] {
    (0..<max(heading.lines.count, value.lines.count)).map { index in
      let name = (heading.line(index) ?? "").padded(to: headingWidth) + heading.mark(after: index)
      guard let text = value.line(index) else { return name + "|" }
      let isLast = value.mark(after: index) == " "
      return name + "| " + (isLast ? text : text.padded(to: valueWidth) + "+")
    }
  }
}
