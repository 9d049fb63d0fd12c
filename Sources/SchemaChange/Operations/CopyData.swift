internal import CGrammar

/// The rows behind `COPY … FROM stdin;`, which are no SQL and end with a line of `\\.`.
///
/// They are blanked before anything scans the text, so that the statement itself can be refused by its rule and what
/// follows the rows can be read.
enum CopyData {
  /// The text with the rows overwritten by blanks, so that every other byte keeps its place.
  static func blanked(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "\\")) else { return text }
    var bytes = Array(text.utf8)
    let lines = self.lines(bytes)
    guard lines.contains(where: { isEnd(bytes[$0]) }) else { return text }
    var first = 0
    for (number, line) in lines.enumerated() where isEnd(bytes[line]) {
      let open = lines[first..<number].indices.first { index in
        isCopy(bytes, from: lines[index], before: line.lowerBound) != nil
      }
      first = number + 1
      guard let open, let end = isCopy(bytes, from: lines[open], before: line.lowerBound) else {
        continue
      }
      for index in end..<line.upperBound where bytes[index] != UInt8(ascii: "\n") {
        bytes[index] = UInt8(ascii: " ")
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Where the rows begin, behind the first line end after the statement; `nil` when the line begins no such statement.
  private static func isCopy(_ bytes: [UInt8], from line: Range<Int>, before end: Int) -> Int? {
    let blanks = [UInt8(ascii: " "), UInt8(ascii: "\t")]
    let start = bytes[line].drop { blanks.contains($0) }
    guard String(decoding: start.prefix(4), as: UTF8.self).lowercased() == "copy" else {
      return nil
    }
    let rest = bytes[start.startIndex..<end]
    guard let semicolon = rest.firstIndex(of: UInt8(ascii: ";")),
      let next = rest[semicolon...].firstIndex(of: UInt8(ascii: "\n"))
    else { return nil }
    let sql = String(decoding: rest[..<semicolon], as: UTF8.self)
    let copy = (try? ParseTree(sql))?.onlyStatement?[pg_query_Node_copy_stmt]
    return copy?.readsClient == true ? next + 1 : nil
  }

  private static func isEnd(_ line: ArraySlice<UInt8>) -> Bool {
    let text = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
    return text.elementsEqual("\\.".utf8)
  }

  /// The lines without their ends.
  private static func lines(_ bytes: [UInt8]) -> [Range<Int>] {
    bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true).map {
      $0.startIndex..<$0.endIndex
    }
  }
}
