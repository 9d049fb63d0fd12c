internal import ArgumentParser
internal import LiveMigration

struct PausePlan: ShellCommand {
  static let configuration = CommandConfiguration(
    commandName: "pause",
    abstract: "Ask the session that runs a plan to stop at the next chunk.",
    discussion: "Example: pause 7301")

  @Argument(
    help: "The plan; the only one that the command accepts when not given.",
    completion: planCompletion(for: "pause"))
  var plan: String?
  @OptionGroup var place: WorkspaceOption

  func run(in session: ShellSession) async throws {
    try session.checkForm(of: plan)
    let engine = try await session.engine(place.workspace)
    let id = try await session.plan(plan, for: .pause, engine: engine)
    session.output.report(OutcomeReport(outcome: try await engine.pause(id)))
  }
}
