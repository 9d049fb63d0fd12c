internal import ArgumentParser
internal import LiveMigration

struct RunPlan: ShellCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Drive a plan to its next gate.",
    discussion: """
      Example: run 7301 --approve validate --allow-destructive --justify INFRA-7

      Stopping at a gate is a success. --approve passes only the gates that it names, also those \
      that are reached later in the same command.
      """)

  @Argument(
    help: "The plan; the only one that the command accepts when not given.",
    completion: planCompletion(for: "run"))
  var plan: String?
  @Option(help: "Pass this gate; may be given again.")
  var approve: [ApprovableGate] = []
  @OptionGroup var destructive: DestructiveFlag
  @OptionGroup var rawDangerous: RawDangerousFlag
  @OptionGroup var triggers: TriggersFlag
  @OptionGroup var sessions: WorkersOption
  @OptionGroup var reason: JustifyOption
  @OptionGroup var place: WorkspaceOption

  var givenReason: String? { reason.reason }

  func run(in session: ShellSession) async throws {
    let options = RunOptions(
      approvals: Set(approve.map(\.gate)), allowDestructive: destructive.allowDestructive,
      allowRawDangerous: rawDangerous.allowRawDangerous,
      acceptsTriggers: triggers.acceptTriggers, justification: reason.reason,
      workers: sessions.workers)
    try Pairings.check(options)
    try await session.drive(plan, for: .run, in: place.workspace) { engine, id, observer in
      try await engine.run(id, options: options, onEvent: observer)
    }
  }
}
