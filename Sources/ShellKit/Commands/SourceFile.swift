internal import ArgumentParser

struct SourceFile: ShellCommand {
  static let configuration = CommandConfiguration(
    commandName: "source",
    abstract: "Run the lines of a file.",
    discussion: """
      Example: source tonight.djogi

      The file is checked whole before its first line runs, and the first line that fails ends it.
      """)

  @Argument(help: "The file.", completion: .file())
  var file: String

  func run(in session: ShellSession) async throws {
    try await session.source(file)
  }
}
