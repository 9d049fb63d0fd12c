internal import ArgumentParser
internal import LiveMigration

struct Apply: ShellCommand {
  static let configuration = CommandConfiguration(
    abstract: "Apply a migration that needs no live plan.",
    discussion: """
      Example: apply V20260501000000__add_note

      A file is applied as the migration that it is; one that is none is copied beside them first. \
      With --all what is pending is applied, oldest first, until one needs a plan.
      """)

  @Argument(
    help: "The migration or its file; the next pending one of each application when not given.",
    completion: .file(extensions: ["sql"]))
  var version: String?
  @Option(help: ArgumentHelp("The application that the migration belongs to.", valueName: "label"))
  var app: String?
  @Flag(help: "Apply what is pending until one needs a plan.")
  var all = false
  @OptionGroup var permission: DestructiveFlag
  @Flag(help: "Allow statements that a comment of the file vouches for; needs --justify.")
  var allowRawDangerous = false
  @OptionGroup var reason: JustifyOption
  @OptionGroup var place: WorkspaceOption

  func validate() throws {
    guard !all || version == nil else {
      throw ValidationError("--all and a migration exclude each other")
    }
  }
  var givenReason: String? { reason.reason }

  func run(in session: ShellSession) async throws {
    try Pairings.check(
      destructive: permission.allowDestructive, rawDangerous: allowRawDangerous,
      reason: reason.reason)
    let engine = try await session.engine(place.workspace)
    let app = try engine.label(of: app)
    if all { return try await applyAll(app, engine, session) }
    try await AdoptedMigration(version, app, engine, session).use(
      keeping: { error in
        // What is typed next names the copy.
        switch error {
        case EngineError.needsLivePlan, EngineError.destructiveMigration,
          EngineError.opaqueMigration:
          true
        default: false
        }
      }
    ) { version, app in
      let results = try await engine.apply(
        version: version, app: app, allowDestructive: permission.allowDestructive,
        allowRawDangerous: allowRawDangerous, justification: reason.reason)
      if results.isEmpty {
        session.output.report(NothingPendingReport(search: try engine.search()))
      } else {
        session.output.report(ApplyReport(results: results))
      }
      return true
    }
  }

  private func applyAll(
    _ app: String?, _ engine: LiveEngine, _ session: ShellSession
  ) async throws {
    let output = session.output
    let count = Counter()
    try await engine.applyAll(
      app: app, allowDestructive: permission.allowDestructive,
      allowRawDangerous: allowRawDangerous, justification: reason.reason
    ) { result in
      count.add()
      output.report(ApplyReport(results: [result]))
    }
    if count.value == 0 {
      output.report(NothingPendingReport(search: try engine.search()))
    }
  }
}
