internal import ArgumentParser
internal import LiveMigration
internal import SchemaChange

struct Lint: ShellCommand {
  static let configuration = CommandConfiguration(
    abstract: "Classify the statements of SQL files.",
    discussion: """
      Example: lint migrations/main/_global_/V20260428000000__widen_amount.sql

      It needs no database; the server is asked where the session has one open, or with --ask-server, \
      which says all that plan would say. \
      The exit status is 2 when a statement cannot be staged or read.
      """)

  @Argument(help: "The files, '-' for standard input.", completion: .file(extensions: ["sql"]))
  var files: [String] = []
  @Flag(help: "Connect, and ask the server what each statement would do.")
  var askServer = false
  @Flag(help: "List the rules instead.")
  var rules = false
  @OptionGroup var place: WorkspaceOption

  func validate() throws {
    guard rules || !files.isEmpty else {
      throw ValidationError("name a file, '-' for standard input, or --rules")
    }
  }

  func run(in session: ShellSession) async throws {
    if rules {
      session.output.report(RulesReport())
      if files.isEmpty { return }
    }
    let texts = try files.map { (file: $0, text: try TextFile.read($0)) }
    let engine = try await session.engineWithoutConfiguration(place.workspace)
    let isConnected = await engine.connectionIfOpen != nil
    if askServer { _ = try await engine.connection() }
    var isRefused = false
    for (file, text) in texts {
      let name = file == "-" ? "<stdin>" : file
      let result = try await engine.lint(
        text: text, file: name, useServer: askServer || isConnected)
      session.output.report(LintReport(file: name, result: result))
      isRefused =
        isRefused || !result.errors.isEmpty
        || result.verdicts.contains { $0.classification == .offlineOnly }
    }
    if isRefused { throw ReportedFailure(status: .classification) }
  }
}
