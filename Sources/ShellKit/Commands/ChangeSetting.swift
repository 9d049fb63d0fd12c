internal import ArgumentParser

struct ChangeSetting: ShellCommand {
  static let configuration = CommandConfiguration(
    commandName: "set",
    abstract: "Show or change a setting of the shell.",
    discussion: """
      Example: set expanded auto

      expanded (on, off, auto) lays out the rows of sql, null stands for NULL in them, output (text, \
      json) is how results are written, timing (on, off) tells how long each command took.
      """)

  @Argument(
    help: "The setting; all of them when not given.", completion: .list(SessionSettings.names))
  var name: String?
  @Argument(help: "Its new value.")
  var value: String?

  func run(in session: ShellSession) async throws {
    if let name, let value { try await session.change(name, to: value) }
    let all = await session.settingValues
    guard let name else { return session.output.report(SettingsReport(values: all)) }
    guard let current = all[name] else { throw Refusal.unknownSetting(name) }
    if value == nil { session.output.report(SettingsReport(values: [name: current])) }
  }
}
