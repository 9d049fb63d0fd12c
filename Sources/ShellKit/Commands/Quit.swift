internal import ArgumentParser

struct Quit: ShellCommand {
  static let configuration = CommandConfiguration(
    commandName: "quit", abstract: "Leave.", aliases: ["exit"])

  func run(in session: ShellSession) async throws {
    throw QuitRequest()
  }
}
