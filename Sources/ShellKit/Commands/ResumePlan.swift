internal import ArgumentParser
internal import LiveMigration

struct ResumePlan: ShellCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Go on after an interruption or a pause.",
    discussion: "Example: resume 7301 --allow-destructive --justify INFRA-7")

  @Argument(
    help: "The plan; the only one that the command accepts when not given.",
    completion: planCompletion(for: "resume"))
  var plan: String?
  @OptionGroup var destructive: DestructiveFlag
  @OptionGroup var rawDangerous: RawDangerousFlag
  @OptionGroup var triggers: TriggersFlag
  @OptionGroup var sessions: WorkersOption
  @OptionGroup var reason: JustifyOption
  @OptionGroup var place: WorkspaceOption

  var givenReason: String? { reason.reason }

  func run(in session: ShellSession) async throws {
    let options = RunOptions(
      allowDestructive: destructive.allowDestructive,
      allowRawDangerous: rawDangerous.allowRawDangerous,
      acceptsTriggers: triggers.acceptTriggers, justification: reason.reason,
      workers: sessions.workers)
    try Pairings.check(options)
    try await session.drive(plan, for: .resume, in: place.workspace) { engine, id, observer in
      try await engine.resume(id, options: options, onEvent: observer)
    }
  }
}
