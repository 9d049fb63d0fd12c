internal import ArgumentParser
internal import LiveMigration

struct ShowPlan: ShellCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show a plan's file, its state and its hooks.",
    discussion: "Example: show 7301 --sql")

  @Argument(
    help: "The plan; the only one that has not ended when not given.",
    completion: planCompletion(for: "show"))
  var plan: String?
  @Flag(help: "Print the statements of each step.")
  var sql = false
  @OptionGroup var place: WorkspaceOption

  func run(in session: ShellSession) async throws {
    try session.checkForm(of: plan)
    let engine = try await session.engine(place.workspace)
    let id = try await session.plan(plan, engine: engine)
    let detail = try await engine.show(id)
    session.output.report(PlanDetailReport(detail: detail, printsSQL: sql))
  }
}
