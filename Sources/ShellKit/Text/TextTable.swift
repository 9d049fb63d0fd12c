/// Rows under headings, printed the way psql prints a query's result.
struct TextTable: Hashable, Sendable {
  struct Column: Hashable, Sendable {
    var name: String
    /// Numbers stand on the right.
    var alignment: Alignment

    init(_ name: String, _ alignment: Alignment = .left) {
      self.name = name
      self.alignment = alignment
    }
  }

  enum Layout: Hashable, Sendable {
    /// A line a row.
    case aligned
    /// A line a field, psql's `\x`.
    case expanded
    /// Aligned, or expanded where that is wider than this many columns, psql's `\x auto`.
    case fitting(columns: Int)
  }

  var columns: [Column]
  /// The values; a missing one is NULL.
  var rows: [[String?]]
  /// What stands for NULL.
  var null = ""

  init(_ columns: [Column], rows: [[String?]] = []) {
    self.columns = columns
    self.rows = rows
  }

  /// The whole table, each of its lines ended.
  func text(_ layout: Layout = .aligned) -> String {
    switch layout {
    case .aligned: return AlignedTable(self).text
    case .expanded: return ExpandedTable(self).text
    case .fitting(let width):
      let aligned = AlignedTable(self)
      return aligned.width <= width ? aligned.text : text(.expanded)
    }
  }

  /// `(1 row)`, `(7 rows)`.
  var footer: String { rows.count == 1 ? "(1 row)" : "(\(rows.count) rows)" }

  /// The cells of each row, one for each column.
  var cells: [[TableCell]] {
    rows.map { row in
      columns.indices.map { TableCell((row.indices.contains($0) ? row[$0] : nil) ?? null) }
    }
  }
}

/// A value as the lines that it takes in a table.
struct TableCell: Hashable, Sendable {
  let lines: [String]
  let width: Int

  init(_ value: String) {
    lines = Sanitised.text(value.replacing("\r\n", with: "\\r\n"), keepingLineEnds: true)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    width = lines.map { DisplayWidth.of($0) }.max() ?? 0
  }

  /// The line with that number; `nil` after the last.
  func line(_ index: Int) -> String? { lines.indices.contains(index) ? lines[index] : nil }

  /// psql's mark for a value that goes on in the next line.
  func mark(after index: Int) -> String { index < lines.count - 1 ? "+" : " " }
}
