internal import ArgumentParser
internal import LiveMigration

struct RollBackPlan: ShellCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollback",
    abstract: "Swap back to the old shape that finalize --keep has kept.",
    discussion: """
      Example: rollback 7301 --justify 'the new release is slow'

      Nothing that was written since is lost. The plan stands before its swap then: finalize swaps \
      again, revert takes the new shape away. Values that the old shape does not hold are named \
      first; they stay in the new one, and --discard-new-values says how many rows may lack theirs \
      in the old. Cut off anywhere, the same command goes on.
      """)

  @Argument(
    help: "The plan; the only one that the command accepts when not given.",
    completion: planCompletion(for: "rollback"))
  var plan: String?
  @OptionGroup var discard: DiscardOption
  @OptionGroup var reason: JustifyOption
  @OptionGroup var place: WorkspaceOption

  var givenReason: String? { reason.reason }

  func run(in session: ShellSession) async throws {
    guard let justification = reason.reason else {
      throw Refusal.needsReason(options: ["rollback"])
    }
    try await session.drive(plan, for: .rollback, in: place.workspace) { engine, id, observer in
      try await engine.rollback(
        id, justification: justification, discarding: discard.discardNewValues, onEvent: observer)
    }
  }
}
