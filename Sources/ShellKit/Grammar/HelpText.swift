internal import ArgumentParser

/// The texts that `help` and `--help` print.
enum HelpText {
  /// The program's options and commands.
  static var overview: String { DjogiShell.helpMessage(columns: columns) }

  /// A command's help; `nil` for a name that no command has.
  static func command(_ name: String) -> String? {
    ShellCommands.named(name).map { LineGrammar.helpMessage(for: $0, columns: columns) }
  }

  /// The options that may stand before a command.
  static var sessionOptionNames: [String] { GrammarCatalogue.shared.session.options.keys.sorted() }

  private static let columns = 80
}
