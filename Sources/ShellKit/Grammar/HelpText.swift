internal import ArgumentParser

/// The texts that `help` and `--help` print.
enum HelpText {
  /// The program's options and commands.
  static var overview: String { DjogiShell.helpMessage(columns: columns) }

  /// A command's help; `nil` for a name that no command has.
  static func command(
    _ name: String, columns: Int = 80, at entrance: ShellSession.Entrance = .command
  ) -> String? {
    let width = min(max(columns, 40), 100)
    guard let command = ShellCommands.named(name) else { return nil }
    let text = LineGrammar.helpMessage(for: command, columns: width)
    return entrance == .command ? text : text.replacing("USAGE: djogi-shell ", with: "USAGE: ")
  }

  /// The options that may stand before a command.
  static var sessionOptionNames: [String] { GrammarCatalogue.shared.session.options.keys.sorted() }

  private static let columns = 80
}
