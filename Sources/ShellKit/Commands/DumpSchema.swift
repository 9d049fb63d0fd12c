internal import ArgumentParser
internal import LiveMigration

struct DumpSchema: ShellCommand {
  static let configuration = CommandConfiguration(
    commandName: "dump",
    abstract: "Write the database's schema as schema files.",
    discussion: """
      Example: dump

      The files load again to an equal schema. Of files that are there, only the statements about \
      objects that differ are changed.
      """)

  @Option(help: ArgumentHelp("The application that the files belong to.", valueName: "label"))
  var app: String?
  @OptionGroup var place: WorkspaceOption

  func run(in session: ShellSession) async throws {
    let engine = try await session.engine(place.workspace)
    session.output.report(DumpReport(result: try await engine.dumpSchema(app: app)))
  }
}
