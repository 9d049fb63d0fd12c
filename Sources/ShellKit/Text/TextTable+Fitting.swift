extension TextTable {
  /// The table with a line a row that is at most `width` columns wide.
  ///
  /// The widest columns are cut first, but none below a few columns; then columns are left out, those that `droppable`
  /// names first. What `whole` names is not cut.
  func cut(to width: Int, droppable: [String] = [], whole: Set<String> = []) -> TextTable {
    var table = self
    table.rows = rows.map { row in
      row.map { $0?.split(whereSeparator: \.isNewline).joined(separator: " ") }
    }
    var droppable = droppable
    while true {
      if let widths = table.widths(within: width, whole) {
        table.rows = table.rows.map { row in
          zip(row, widths).map { $0?.truncated(to: $1) }
        }
        return table
      }
      guard table.columns.count > 1 else { return table }
      let name = droppable.isEmpty ? nil : droppable.removeFirst()
      let index = table.columns.firstIndex { $0.name == name }
      if let index = index ?? (name == nil ? table.columns.count - 1 : nil) {
        table.columns.remove(at: index)
        table.rows = table.rows.map { row in
          row.indices.filter { $0 != index }.map { row[$0] }
        }
      }
    }
  }

  private static let narrowest = 9

  /// How wide each column may be; `nil` when they do not fit.
  private func widths(within width: Int, _ whole: Set<String>) -> [Int]? {
    let cells = cells
    var widths = columns.indices.map { column in
      cells.reduce(DisplayWidth.of(columns[column].name)) { max($0, $1[column].width) }
    }
    let floors = columns.indices.map { column in
      whole.contains(columns[column].name)
        ? widths[column]
        : min(widths[column], max(Self.narrowest, DisplayWidth.of(columns[column].name)))
    }
    // Every column has a blank on both sides, and a rule between two.
    let frame = columns.count * 3 - 1
    guard floors.reduce(frame, +) <= width else { return nil }
    while widths.reduce(frame, +) > width {
      guard
        let widest = widths.indices.filter({ widths[$0] > floors[$0] })
          .max(by: { widths[$0] < widths[$1] })
      else { return nil }
      widths[widest] -= 1
    }
    return widths
  }
}
