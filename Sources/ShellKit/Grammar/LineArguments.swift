/// Makes the words of a line into a command's arguments.
enum LineArguments {
  /// The arguments, and where each stands in the line; empty for a blank line or a comment.
  static func of(_ line: LogicalLine, file: String? = nil) throws(LineError) -> [Word] {
    if let statement = statement(of: line.text) { return statement }
    return try line.words(file: file)
  }

  /// The arguments of a line that begins with `sql`, whose rest is the server's to read, quotes and all.
  ///
  /// A rest that is one quoted word is unquoted, so that a line of a script looks like one of sh.
  private static func statement(of text: String) -> [Word]? {
    let start = text.prefix { $0 == " " || $0 == "\t" }.endIndex
    let command = text[start...].prefix { !$0.isWhitespace }
    guard command == "sql" else { return nil }
    let rest = text[command.endIndex...]
    // A continued line is a statement on several lines.
    let statement = String(rest).replacing("\\\n", with: "\n").withoutOuterBlanks
    guard !statement.isEmpty, !statement.hasPrefix("-") else { return nil }
    if let first = statement.first, first == "'" || first == "\"",
      let words = try? WordSplitter.split(text), words.count == 2
    {
      return words
    }
    let blanks = rest.prefix { $0.isWhitespace }.count
    let offset = text.distance(from: text.startIndex, to: command.startIndex)
    return [
      Word(text: "sql", position: TextPosition(line: 1, column: offset + 1)),
      Word(text: statement, position: TextPosition(line: 1, column: offset + 4 + blanks)),
    ]
  }
}
