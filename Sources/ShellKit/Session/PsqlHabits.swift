internal import LiveMigration
internal import SchemaChange

/// Lines that hands trained by psql type.
enum PsqlHabits {
  /// What a line asks for.
  enum Request: Hashable {
    /// A line of ours.
    case line(String)
    /// Text to print.
    case echo(String)
    /// A command for `sh`; empty for a shell.
    case shell(String)
    /// A setting to turn on or off.
    case toggle(String)
  }

  /// Reads a line; one that does not begin with `\` stays as it is.
  ///
  /// - Throws: `UsageError` for a `\` command that there is no counterpart of.
  static func request(_ text: String) throws(UsageError) -> Request {
    let line = text.withoutOuterBlanks
    guard line.hasPrefix("\\") else { return .line(text) }
    if line.hasPrefix("\\!") { return .shell(String(line.dropFirst(2)).withoutOuterBlanks) }
    let name = String(line.prefix { !$0.isWhitespace })
    let rest = String(line.dropFirst(name.count))
    switch name {
    case "\\echo": return .echo(rest.withoutOuterBlanks)
    case "\\x", "\\timing":
      let setting = name == "\\x" ? "expanded" : "timing"
      return rest.withoutOuterBlanks.isEmpty ? .toggle(setting) : .line("set " + setting + rest)
    default:
      guard let command = commands[name] else {
        throw UsageError(
          message: "there is no \(name)",
          suggestion: NearestWord.of(name, among: names), word: name)
      }
      return .line(command + rest)
    }
  }

  /// What can be typed.
  static var names: [String] { (commands.keys + ["\\!", "\\echo", "\\timing", "\\x"]).sorted() }

  private static let commands = [
    "\\q": "quit", "\\?": "help", "\\h": "help", "\\conninfo": "conninfo", "\\i": "source",
    "\\watch": "watch", "\\l": "list",
  ]
}
