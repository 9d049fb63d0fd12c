internal import ArgumentParser
internal import LiveMigration

struct ListPlans: ShellCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the plans of the database, newest first.",
    discussion: """
      Example: list --status validating --status finalizing

      Plans that have ended are listed with --all, or when --status names how they ended.
      """)

  @Option(help: "Only plans of this status; may be given again.")
  var status: [PlanStatus] = []
  @Flag(help: "Also the plans that have ended.")
  var all = false
  @Option(help: ArgumentHelp("List this many at most.", valueName: "n"))
  var limit: PositiveNumber?
  @OptionGroup var place: WorkspaceOption

  func run(in session: ShellSession) async throws {
    let engine = try await session.engine(place.workspace)
    let plans = try await engine.standings(
      statuses: status.isEmpty ? nil : Set(status), all: all, limit: limit?.value)
    session.output.report(PlanListReport(plans: plans, isFiltered: !status.isEmpty || all))
  }
}
