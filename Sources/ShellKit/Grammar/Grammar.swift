internal import ArgumentParser
internal import Foundation
internal import LiveMigration
internal import SchemaChange

/// Makes commands of words.
enum Grammar {
  /// What words ask for.
  enum Request: Sendable {
    case command(any ShellCommand)
    /// Help or the version, as text to print.
    case text(String)
  }

  /// Reads a command and its arguments.
  static func command(_ words: [String]) throws(UsageError) -> Request {
    guard let name = words.first else { throw UsageError(message: "a command is missing") }
    if name == "--help" || name == "-h" { return .text(HelpText.overview) }
    if name == "--version" { return .text(ShellVersion.text) }
    if name.hasPrefix("-"), name != "-" { throw unknownOption(name) }
    guard ShellCommands.named(name) != nil else { throw unknownCommand(name) }
    do {
      var parsed = try LineGrammar.parseAsRoot(words)
      if let command = parsed as? any ShellCommand { return .command(command) }
      // The parser's own command for `--help`: running it throws the text.
      try parsed.run()
      throw UsageError(message: "'\(name)' cannot be run")
    } catch let error as UsageError {
      throw error
    } catch {
      if LineGrammar.exitCode(for: error) == .success {
        return .text(LineGrammar.fullMessage(for: error))
      }
      throw usageError(LineGrammar.message(for: error), command: name, words: words)
    }
  }

  /// Reads the session options; what they leave over is the command.
  static func session(
    _ arguments: [String]
  ) throws(UsageError) -> (options: SessionOptions, rest: [String]) {
    let (arguments, own) = optionsOfCommand(in: arguments)
    do {
      let parsed = try SessionGrammar.parse(arguments)
      return (parsed.session, parsed.rest + own)
    } catch {
      // The parser has options of its own that are none of this program's.
      if SessionGrammar.exitCode(for: error) == .success,
        let own = arguments.first(where: { $0.hasPrefix("--") })
      {
        throw unknownOption(own)
      }
      throw usageError(SessionGrammar.message(for: error), command: nil, words: arguments)
    }
  }

  /// Takes out the options behind a command that it has itself although a session has one of that name.
  private static func optionsOfCommand(in arguments: [String]) -> (rest: [String], own: [String]) {
    let index = arguments.indices.first { index in
      // What stands behind an option may be its value.
      let isValue = index > 0 && arguments[index - 1].hasPrefix("-")
      return !isValue && ShellCommands.named(arguments[index]) != nil
    }
    guard let index,
      let command = ShellCommands.named(arguments[index]) as? any ShellCommand.Type,
      !command.ownOptions.isEmpty
    else { return (arguments, []) }
    var (rest, own) = (Array(arguments[...index]), [String]())
    var words = arguments[(index + 1)...]
    while let word = words.popFirst() {
      let name = word.split(separator: "=", maxSplits: 1).first.map(String.init) ?? word
      guard let takesValue = command.ownOptions[name] else {
        rest.append(word)
        continue
      }
      own.append(word)
      if takesValue, name == word, let value = words.popFirst() { own.append(value) }
    }
    return (rest, own)
  }

  private static func unknownCommand(_ name: String) -> UsageError {
    let word = name.lowercased()
    if queries.contains(word) {
      return UsageError(
        message: "'\(name)' is SQL: a query goes behind sql, as in sql \(word) …", word: name)
    }
    if changes.contains(word) {
      return UsageError(
        message: "'\(name)' is SQL: what changes something goes into a file for plan or apply",
        word: name)
    }
    return UsageError(
      message: "unknown command '\(name)'",
      suggestion: NearestWord.of(name, among: ShellCommands.names), word: name)
  }

  /// Words with which statements begin that `sql` runs.
  private static let queries: Set<String> = ["select", "with", "table", "values", "explain"]
  /// Words with which statements begin that change something.
  private static let changes: Set<String> = [
    "alter", "create", "drop", "insert", "update", "delete", "truncate", "begin", "commit",
  ]

  private static func unknownOption(_ name: String) -> UsageError {
    let bare = name.split(separator: "=", maxSplits: 1).first.map(String.init) ?? name
    return UsageError(
      message: "unknown option '\(bare)'",
      suggestion: NearestWord.of(bare, among: HelpText.sessionOptionNames), word: name)
  }

  /// Takes the parser's message apart: our words begin in lower case and end without a full stop.
  private static func usageError(
    _ message: String, command: String?, words: [String]
  ) -> UsageError {
    var text = message.split(separator: "\n").map { String($0).withoutOuterBlanks }
      .joined(separator: " ")
    text = text.replacing("one of the following: - ", with: "one of ").replacing(" - ", with: ", ")
    var suggestion: String?
    if let range = text.range(of: ". Did you mean '"), text.hasSuffix("'?") {
      suggestion = String(text[range.upperBound...].dropLast(2))
      text = String(text[..<range.lowerBound])
    }
    if text.hasSuffix(".") { text.removeLast() }
    text = text.prefix(1).lowercased() + text.dropFirst()
    let quoted = text.split(separator: "'", omittingEmptySubsequences: false).map(String.init)
    let culprit = words.first { word in quoted.contains(word) || quoted.contains { word == $0 } }
    return UsageError(message: text, suggestion: suggestion, command: command, word: culprit)
  }
}
