internal import Postgres
internal import SchemaChange

extension SourceWindow {
  /// The line and the one that points at the place, measured in columns of the terminal, so that it also points right
  /// after wide characters and those that are spelled out.
  var lines: [String] {
    let before = Sanitised.text(String(text.prefix(column - 1)))
    return [Sanitised.text(text), String(repeating: " ", count: DisplayWidth.of(before)) + "^"]
  }
}

extension MigrationSyntaxError {
  /// The message as a compiler prints it, a line each: place, source line, caret, note.
  var lines: [String] {
    let head = Sanitised.text("\(location): error: " + Masking.shown(message))
    return [head] + window.lines + [note.map { "note: " + Sanitised.text($0) }].compactMap(\.self)
  }
}
