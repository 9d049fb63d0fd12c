internal import ArgumentParser
internal import SchemaChange

struct ShowHelp: ShellCommand {
  static let configuration = CommandConfiguration(
    commandName: "help",
    abstract: "Show help.",
    discussion: "Example: help run")

  @Argument(help: "The command.", completion: .list(ShellCommands.names))
  var command: String?

  func run(in session: ShellSession) async throws {
    let columns = session.output.look.columns ?? 80
    guard let command else {
      return session.output.report(HelpReport(help: HelpScreen.text(columns: columns)))
    }
    guard let text = HelpText.command(command, columns: columns, at: session.entrance) else {
      throw Refusal.noHelp(
        command, suggestion: NearestWord.of(command, among: ShellCommands.names))
    }
    session.output.report(HelpReport(help: text))
  }
}
