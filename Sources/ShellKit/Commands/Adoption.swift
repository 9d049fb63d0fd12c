internal import ArgumentParser
internal import LiveMigration

struct InitWorkspace: ShellCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Begin with an existing project and its database.",
    discussion: """
      Example: init

      Asks the server that DATABASE_URL or the PG* variables name, recognises where the project \
      keeps its migrations and in which tool's layout, writes Djogi.toml, and says what to type \
      next. An existing Djogi.toml is never written over.
      """)

  @Option(help: ArgumentHelp("The layout, where the folders do not tell.", valueName: "layout"))
  var layout: LayoutOption?
  @Option(
    help: ArgumentHelp("The folder of the migrations, below the workspace's.", valueName: "dir"),
    completion: .directory)
  var path: String?
  @OptionGroup var place: WorkspaceOption

  func run(in session: ShellSession) async throws {
    let engine = try await session.engineWithoutConfiguration(place.workspace)
    let findings = try await engine.begin(layout: layout?.layout, path: path)
    session.output.report(BeginningReport(findings: findings))
    await engine.disconnect()
  }
}

/// The layout of a tool's migrations, by its word.
struct LayoutOption: Hashable, Sendable, ExpressibleByArgument {
  let layout: MigrationLayout

  init?(argument: String) {
    guard let layout = MigrationLayout.named(argument) else { return nil }
    self.layout = layout
  }

  static var allValueStrings: [String] { MigrationLayout.all.map(\.name) }
  static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}

struct Baseline: ShellCommand {
  static let configuration = CommandConfiguration(
    abstract: "Mark migrations as applied without running them.",
    discussion: """
      Example: baseline --through V20260428000000__widen_amount

      Which ones is read from the table of the tool that applied them, or said with --through. \
      Nothing is recorded when a table that they make is missing, unless --force is given.
      """)

  @Option(help: ArgumentHelp("The last migration to mark.", valueName: "version"))
  var through: String?
  @Option(help: ArgumentHelp("Only this application's.", valueName: "label"))
  var app: String?
  @Flag(help: "Mark also what the database visibly lacks.")
  var force = false
  @OptionGroup var reason: JustifyOption
  @OptionGroup var place: WorkspaceOption

  func run(in session: ShellSession) async throws {
    let engine = try await session.engine(place.workspace)
    let result = try await engine.baseline(
      through: through, app: try engine.label(of: app), force: force,
      justification: reason.reason)
    session.output.report(BaselineReport(result: result))
  }
}

struct ShowStatus: ShellCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show where every migration stands.",
    discussion: """
      Example: status

      Each is applied, pending, planned, begun, changed since it was applied, missing, or out of \
      order: pending although a later one is applied.
      """)

  @Option(help: ArgumentHelp("Only this application's.", valueName: "label"))
  var app: String?
  @OptionGroup var place: WorkspaceOption

  func run(in session: ShellSession) async throws {
    let engine = try await session.engine(place.workspace)
    let overview = try await engine.overview(app: try engine.label(of: app))
    session.output.report(StatusReport(overview: overview))
  }
}
