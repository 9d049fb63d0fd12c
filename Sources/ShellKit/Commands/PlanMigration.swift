internal import ArgumentParser
internal import LiveMigration

struct PlanMigration: ShellCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Turn a pending migration into a live plan.",
    discussion: """
      Example: plan V20260428000000__widen_amount

      A file is planned as the migration that it is; one that is none is copied beside them first. \
      Without VERSION the next pending migration of each application is planned. --dry-run prints \
      the plan with its SQL and writes nothing. Each plan is proved on a copy of the schema before \
      it is offered; --no-proof leaves that out, and the audit trail says so. With --new-shape the \
      new release of the application finds the tables in their new shape before the swap: views in \
      a schema of their own, SCHEMA_vVERSION, for its search_path.
      """)

  @Argument(
    help: "The migration or its file; the next pending one of each application when not given.",
    completion: .file(extensions: ["sql"]))
  var version: String?
  @Option(help: ArgumentHelp("The application that the migration belongs to.", valueName: "label"))
  var app: String?
  @Flag(help: "Print the plan with its SQL and write nothing.")
  var dryRun = false
  @Flag(help: "Do not prove the plan on a copy of the schema.")
  var noProof = false
  @Flag(help: "Show the tables in their new shape before the swap, beside the old one.")
  var newShape = false
  @Flag(help: "Plan although code of the database goes by the order of columns, which changes.")
  var acceptColumnOrder = false
  @OptionGroup var place: WorkspaceOption

  func run(in session: ShellSession) async throws {
    let engine = try await session.engine(place.workspace)
    try await AdoptedMigration(version, try engine.label(of: app), engine, session).use {
      version, app in
      let results = try await engine.plan(
        version: version, app: app, dryRun: dryRun, proves: !noProof,
        acceptsColumnOrder: acceptColumnOrder, newShape: newShape)
      for result in results {
        if case .nothingPending = result {
          session.output.report(NothingPendingReport(search: try engine.search()))
        } else {
          if case .planned(let file, _, _, _) = result {
            await session.name(file.plan.header.planID, engine)
          }
          session.output.report(PlanningReport(result: result))
        }
      }
      if results.count == 1, case .nothingPending = results[0] {
        for pending in try await engine.pendingSchemas(app: app) {
          session.output.report(PendingSchemaReport(pending: pending))
        }
      }
      return !dryRun
    }
  }
}
