/// A migration that cannot be read: PostgreSQL's own message, and the place that it points at.
public struct MigrationSyntaxError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Where it is.
  public var location: SourceLocation
  /// What PostgreSQL's grammar says, `syntax error at or near "TABEL"`.
  public var message: String
  /// The line of the file that holds the place.
  public var sourceLine: String
  /// What else the reader should know.
  public var note: String?

  /// Describes an error.
  public init(
    location: SourceLocation, message: String, sourceLine: String, note: String? = nil
  ) {
    self.location = location
    self.message = message
    self.sourceLine = sourceLine
    self.note = note
  }

  /// What is shown of ``sourceLine``.
  public var window: SourceWindow { SourceWindow(sourceLine, column: location.column) }

  /// The message as a compiler prints it: place, source line, caret.
  public var description: String {
    let head = "\(location): error: \(message)"
    let window = window
    return
      ([head, window.text, window.caretLine] + [note.map { "note: " + $0 }].compactMap(\.self))
      .joined(separator: "\n")
  }
}

extension SourceLocation: CustomStringConvertible {
  /// `file:line:column`, as editors follow it.
  public var description: String { "\(file ?? "<input>"):\(line):\(column)" }
}
