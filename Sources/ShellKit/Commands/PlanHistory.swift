internal import ArgumentParser
internal import LiveMigration

struct PlanHistory: ShellCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "Show a plan's audit trail: who did what, when, from where, and why.",
    discussion: "Example: history 7301")

  @Argument(
    help: "The plan; the only one that has not ended when not given.",
    completion: planCompletion(for: "history"))
  var plan: String?
  @OptionGroup var place: WorkspaceOption

  func run(in session: ShellSession) async throws {
    try session.checkForm(of: plan)
    let engine = try await session.engine(place.workspace)
    let id = try await session.plan(plan, engine: engine)
    session.output.report(HistoryReport(planID: id, events: try await engine.history(id)))
  }
}
