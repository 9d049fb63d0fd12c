internal import ArgumentParser

struct Sandbox: ShellCommand {
  static let configuration = CommandConfiguration(
    commandName: "sandbox",
    abstract: "Try a plan on a private server with a table under write traffic.",
    discussion: """
      Example: sandbox --tour

      The server lives in a temporary folder and goes when the sandbox ends. --tour drives a whole \
      plan there and checks the result.
      """)

  @Flag(help: "Drive a whole plan and check the result.")
  var tour = false
  @Option(help: ArgumentHelp("The rows of the table.", valueName: "n"))
  var rows: PositiveNumber?

  func run(in session: ShellSession) async throws {
    try await SandboxCommand.run(tour: tour, rows: rows?.value, in: session)
  }
}
