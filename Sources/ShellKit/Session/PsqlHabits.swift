/// Lines that hands trained by psql type.
enum PsqlHabits {
  /// The line as one of ours; other lines stay as they are.
  static func translated(_ text: String) -> String {
    let line = text.withoutOuterBlanks
    guard line.hasPrefix("\\") else { return text }
    let name = line.prefix { !$0.isWhitespace }
    let rest = line[name.endIndex...]
    guard let command = commands[String(name)] else { return text }
    return command + rest
  }

  private static let commands = [
    "\\q": "quit", "\\?": "help", "\\h": "help", "\\conninfo": "conninfo", "\\i": "source",
    "\\x": "set expanded", "\\timing": "set timing", "\\watch": "watch", "\\l": "list",
  ]
}
