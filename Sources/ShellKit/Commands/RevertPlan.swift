internal import ArgumentParser
internal import LiveMigration

struct RevertPlan: ShellCommand {
  static let configuration = CommandConfiguration(
    commandName: "revert",
    abstract: "Undo what a plan added, as if there had been no plan.",
    discussion: """
      Example: revert 7301 --justify 'the release was called off'

      Works from any status until the clean-up has run, also for a plan that failed or was \
      abandoned. The plan is abandoned then. Cut off anywhere, the same command goes on. Values of \
      the new shape that the old one does not hold are named first, and go only when \
      --discard-new-values says how many rows have one.
      """)

  @Argument(
    help: "The plan; the only one that the command accepts when not given.",
    completion: planCompletion(for: "revert"))
  var plan: String?
  @OptionGroup var discard: DiscardOption
  @OptionGroup var reason: JustifyOption
  @OptionGroup var place: WorkspaceOption

  var givenReason: String? { reason.reason }

  func run(in session: ShellSession) async throws {
    guard let justification = reason.reason else {
      throw Refusal.needsReason(options: ["revert"])
    }
    try await session.drive(plan, for: .revert, in: place.workspace) { engine, id, observer in
      try await engine.revert(
        id, justification: justification, discarding: discard.discardNewValues, onEvent: observer)
    }
  }
}
