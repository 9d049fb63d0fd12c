internal import Postgres
internal import SchemaChange

/// A command line: one line of a text, or several that a `\` at the end joins.
struct LogicalLine: Hashable, Sendable {
  /// The number of its first line in the text, counted from 1.
  var number: Int
  /// Its text, inner line ends included, the last one not.
  var text: String

  /// Its words; empty for a blank line or a comment.
  ///
  /// - Parameter file: The file's name for the error.
  func words(file: String? = nil) throws(LineError) -> [Word] {
    do {
      return try WordSplitter.split(text)
    } catch {
      throw self.error(error.description, at: error.position, file: file)
    }
  }

  /// An error that points at a place of this line.
  func error(_ message: String, at position: TextPosition, file: String? = nil) -> LineError {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isLineEnd)
    let index = position.line - 1
    return LineError(
      message, file: file, line: number + index, column: position.column,
      source: lines.indices.contains(index) ? String(lines[index]) : "")
  }
}

/// What is wrong with a line, and where.
struct LineError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong.
  let message: String
  /// Where it is: a file and a column where they are known.
  let file: String?
  let line: Int
  let column: Int?
  /// The line itself; empty when it cannot be shown.
  let source: String
  /// The line to type next, where one helps.
  var advice: String?

  init(_ message: String, file: String? = nil, line: Int, column: Int? = nil, source: String = "") {
    self.message = message
    self.file = file
    self.line = line
    self.column = column
    self.source = source
  }

  /// The same error in the file of that name.
  func named(_ file: String?) -> LineError {
    var error = LineError(message, file: file, line: line, column: column, source: source)
    error.advice = advice
    return error
  }

  /// The message as a compiler prints it.
  var description: String { lines.joined(separator: "\n") }

  /// A line each, and no password in them: place and message, source line, caret.
  var lines: [String] {
    let place =
      [Sanitised.text(file ?? "<input>"), "\(line)"] + [column.map(String.init)].compactMap(\.self)
    let head = place.joined(separator: ":") + ": error: " + saying
    guard let column, !source.isEmpty else { return [head] }
    return [head] + SourceWindow(source, column: column).lines
  }

  /// What is wrong, without a password.
  var saying: String { Sanitised.text(Masking.shown(message)) }
}
