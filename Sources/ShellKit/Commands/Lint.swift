internal import ArgumentParser
internal import LiveMigration
internal import SchemaChange

struct Lint: ShellCommand {
  static let configuration = CommandConfiguration(
    abstract: "Classify the statements of SQL files.",
    discussion: """
      Example: lint migrations/main/_global_/V20260428000000__widen_amount.sql

      It needs no database; the server is asked where the session has one open, or with --ask-server, \
      which says all that plan would say. With --since only files are read that git calls changed \
      since then, the ways down left out. \
      The exit status is 2 when a statement cannot be staged or read, or from the kind on that \
      --fail-on names.
      """)

  @Argument(
    help: "The files, '-' for standard input; with --since also folders.",
    completion: .file(extensions: ["sql"]))
  var files: [String] = []
  @Flag(help: "Connect, and ask the server what each statement would do.")
  var askServer = false
  @Flag(help: "List the rules instead.")
  var rules = false
  @Option(help: ArgumentHelp("How findings are written.", valueName: "format"))
  var format: LintFormat?
  @Option(help: ArgumentHelp("Only files that have changed since a revision.", valueName: "rev"))
  var since: String?
  @Option(
    help: ArgumentHelp("From which kind of statement on it fails.", valueName: "kind"))
  var failOn: LintThreshold = .refused
  @OptionGroup var place: WorkspaceOption

  func validate() throws {
    guard rules || since != nil || !files.isEmpty else {
      throw ValidationError("name a file, '-' for standard input, --since or --rules")
    }
  }

  func run(in session: ShellSession) async throws {
    if rules {
      session.output.report(RulesReport())
      if files.isEmpty { return }
    }
    var files = files
    if let since {
      let folder = place.workspace ?? session.folder
      files = try await ChangedFiles(folder: folder, revision: since).names(below: files)
      if files.isEmpty { session.output.notice("no .sql file has changed since \(since)") }
    }
    let texts = try files.map { (file: $0, text: try TextFile.read($0)) }
    let engine = try await session.engineWithoutConfiguration(place.workspace)
    let isConnected = await engine.connectionIfOpen != nil
    if askServer { _ = try await engine.connection() }
    var (isReached, findings) = (false, [LintFinding]())
    for (file, text) in texts {
      let name = file == "-" ? "<stdin>" : file
      let result = try await engine.lint(
        text: text, file: name, useServer: askServer || isConnected)
      report(LintReport(file: name, result: result), in: session)
      findings += LintFinding.of(result, file: name)
      isReached = isReached || failOn.isReached(by: result)
    }
    if let format {
      session.output.write(LintDocument(format: format, files: files, findings: findings).text)
    }
    if isReached { throw ReportedFailure(status: .classification) }
  }

  /// Writes a file's report at once, unless all findings make one document.
  private func report(_ report: LintReport, in session: ShellSession) {
    switch format {
    case nil: session.output.report(report)
    case .text: session.output.write(report.text(session.output.look))
    case .json: for object in report.objects { session.output.write(object.json + "\n") }
    case .github, .gitlab, .sarif, .junit: break
    }
  }
}

extension LintFormat: ExpressibleByArgument {}
extension LintThreshold: ExpressibleByArgument {}
