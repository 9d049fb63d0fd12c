internal import ArgumentParser
internal import LiveMigration

struct Apply: ShellCommand {
  static let configuration = CommandConfiguration(
    abstract: "Apply a migration that needs no live plan.",
    discussion: "Example: apply V20260501000000__add_note")

  @Argument(help: "The migration; the next pending one of each application when not given.")
  var version: String?
  @Option(help: ArgumentHelp("The application that the migration belongs to.", valueName: "label"))
  var app: String?
  @OptionGroup var permission: DestructiveFlag
  @OptionGroup var reason: JustifyOption
  @OptionGroup var place: WorkspaceOption

  var givenReason: String? { reason.reason }

  func run(in session: ShellSession) async throws {
    try Pairings.check(destructive: permission.allowDestructive, reason: reason.reason)
    let engine = try await session.engine(place.workspace)
    let results = try await engine.apply(
      version: version, app: app, allowDestructive: permission.allowDestructive,
      justification: reason.reason)
    session.output.report(ApplyReport(results: results))
  }
}
