internal import ArgumentParser
internal import LiveMigration

/// What `diff` begins with.
enum DiffStart: String, CaseIterable, ExpressibleByArgument {
  case snapshot
  case database
}

struct DiffSchema: ShellCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Write the migration that leads to the schema files.",
    discussion: """
      Example: diff --slug add_note

      It loads schema/<database>/<app>/*.sql into a scratch database, compares it with what the last \
      migration leads to, proves the migration there and back, and writes it. --check and --drift \
      write nothing and exit with 5 where something disagrees.
      """)

  static let ownOptions = ["--check": false]

  @Option(help: ArgumentHelp("Only the schema of this application.", valueName: "label"))
  var app: String?
  @Option(help: "What to begin with: what the last migration leads to, or the database.")
  var from = DiffStart.snapshot
  @Option(help: ArgumentHelp("The words of the migration's name.", valueName: "words"))
  var slug: String?
  @Flag(help: "Print the migration and write nothing.")
  var dryRun = false
  @Flag(help: "Write a migration that destroys data too.")
  var allowDestructive = false
  @Flag(help: "Compare owners too.")
  var owners = false
  @Flag(help: "Only tell whether files, snapshot and database agree.")
  var check = false
  @Flag(help: "Only tell what the database has that the snapshot has not, and the reverse.")
  var drift = false
  @OptionGroup var place: WorkspaceOption

  func validate() throws {
    if check && drift { throw ValidationError("--check and --drift exclude each other") }
    if check || drift, slug != nil || dryRun || allowDestructive || from != .snapshot {
      throw ValidationError("--check and --drift go with --app and --owners alone")
    }
  }

  func run(in session: ShellSession) async throws {
    let engine = try await session.engine(place.workspace)
    if check || drift {
      let comparison = try await engine.schemaDisagreements(
        app: app, onlyDrift: drift, owners: owners)
      session.output.report(DisagreementReport(comparison: comparison))
      if !comparison.disagreements.isEmpty { throw ReportedFailure(status: .conflict) }
      return
    }
    var options = DiffOptions()
    options.app = app
    options.source = from == .database ? .database : .snapshot
    options.slug = slug
    options.dryRun = dryRun
    options.allowDestructive = allowDestructive
    options.owners = owners
    if let ask = session.ask {
      options.ask = { possible in
        let answer = await ask(possible.question)
        return ["yes", "y"].contains(answer?.withoutOuterBlanks.lowercased())
      }
    }
    for result in try await engine.diff(options) {
      session.output.report(DiffReport(result: result))
      guard !result.migration.isEmpty else { continue }
      let file = result.path ?? "V__\(slug ?? "schema_change").sql"
      let verdicts = try await engine.lint(
        text: result.migration.upText, file: file, useServer: true)
      session.output.report(LintReport(file: file, result: verdicts))
    }
  }
}
