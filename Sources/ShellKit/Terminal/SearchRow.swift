/// The row that libedit's search adds to the line for as long as it lasts.
enum SearchRow {
  /// A Boolean value telling whether the line has it.
  static func isPart(of line: String) -> Bool {
    guard let start = line.lastIndex(of: "\n") else { return false }
    let row = line[start...].dropFirst()
    return row.hasPrefix("bck") || row.hasPrefix("fwd")
  }
}
