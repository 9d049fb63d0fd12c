internal import ArgumentParser
internal import LiveMigration

struct AbandonPlan: ShellCommand {
  static let configuration = CommandConfiguration(
    commandName: "abandon",
    abstract: "Give a plan up; the schema stays at the last completed step.",
    discussion: """
      Example: abandon 7301 --force --justify INFRA-7

      At a terminal it asks. Without one it needs --force, which is refused where DJOGI_ENV or the \
      profile is production. What the plan added stays until revert takes it away.
      """)

  @Argument(
    help: "The plan; the only one that the command accepts when not given.",
    completion: planCompletion(for: "abandon"))
  var plan: String?
  @Flag(help: "Do not ask.")
  var force = false
  @OptionGroup var reason: JustifyOption
  @OptionGroup var place: WorkspaceOption

  var givenReason: String? { reason.reason }

  func run(in session: ShellSession) async throws {
    if force, Configuration().isProduction(environment: session.environment) {
      throw Refusal.forceInProduction
    }
    if !force, session.ask == nil { throw Refusal.needsForce(plan) }
    try session.checkForm(of: plan)
    let context = try await session.context(place.workspace)
    if force, context.configuration.isProduction(environment: session.environment) {
      throw Refusal.forceInProduction
    }
    let engine = context.engine
    let id = try await session.plan(plan, for: .abandon, engine: engine)
    if !force {
      let answer = await session.ask?(
        "Abandon \(session.output.line.name(id))? It cannot be resumed; what it added stays until revert takes it away. "
          + "(yes/no) ")
      let word = answer?.withoutOuterBlanks.lowercased()
      guard word == "yes" || word == "y" else { throw Refusal.declined(id) }
    }
    let outcome = try await engine.abandon(id, justification: reason.reason)
    await session.name(id, engine)
    session.output.report(OutcomeReport(outcome: outcome, reason: reason.reason))
  }
}
