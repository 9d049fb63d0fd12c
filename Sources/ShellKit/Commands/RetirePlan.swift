internal import ArgumentParser
internal import LiveMigration

struct RetirePlan: ShellCommand {
  static let configuration = CommandConfiguration(
    commandName: "retire",
    abstract: "Give up the old shape that finalize --keep has kept; the plan is complete.",
    discussion: """
      Example: retire 7301 --justify 'the new release stays'

      It drops the old columns with their values: no rollback is possible after it.
      """)

  @Argument(
    help: "The plan; the only one that the command accepts when not given.",
    completion: planCompletion(for: "retire"))
  var plan: String?
  @OptionGroup var reason: JustifyOption
  @OptionGroup var place: WorkspaceOption

  var givenReason: String? { reason.reason }

  func run(in session: ShellSession) async throws {
    guard let justification = reason.reason else {
      throw Refusal.needsReason(options: ["retire"])
    }
    try await session.drive(plan, for: .retire, in: place.workspace) { engine, id, observer in
      try await engine.retire(id, justification: justification, onEvent: observer)
    }
  }
}
