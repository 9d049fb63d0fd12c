internal import ArgumentParser
internal import LiveMigration
internal import Postgres

struct ShowConnection: ShellCommand {
  static let configuration = CommandConfiguration(
    commandName: "conninfo",
    abstract: "Say what the session is connected to.",
    discussion: "Example: conninfo")

  @OptionGroup var place: WorkspaceOption

  func run(in session: ShellSession) async throws {
    let context = try await session.context(place.workspace)
    let connection = try await context.engine.connection()
    session.output.report(
      ConnectionReport(
        info: connection.info, workspace: context.workspace.folder, database: session.database,
        isProduction: context.configuration.isProduction(environment: session.environment)))
  }
}
