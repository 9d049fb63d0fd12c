internal import ArgumentParser
internal import LiveMigration

/// What the shells' completion scripts call: the numbers of the plans that a command accepts.
struct CompletePlans: ShellCommand {
  static let configuration = CommandConfiguration(
    commandName: "complete-plans", abstract: "Print the plans that a command accepts.",
    shouldDisplay: false)

  @Argument(help: "The command.")
  var command: String
  @Argument(help: "What the number begins with.")
  var prefix = ""
  @OptionGroup var place: WorkspaceOption

  /// Somebody waits at the keyboard: after this long nothing is offered.
  private static let patience = Duration.seconds(2)

  func run(in session: ShellSession) async throws {
    let engine = try await session.engine(place.workspace)
    let accepting = PlanCommand(rawValue: command)
    let ids = try await withThrowingTaskGroup(of: [PlanID].self) { group in
      group.addTask {
        try await engine.plans(matching: prefix, accepting: accepting, limit: 100).map(\.planID)
      }
      group.addTask {
        try await Task.sleep(for: Self.patience)
        return []
      }
      defer { group.cancelAll() }
      return try await group.next() ?? []
    }
    session.output.write(ids.map { "\($0)\n" }.joined())
  }
}
