internal import LiveMigration
internal import Postgres
internal import Synchronization

/// What commands share while the shell runs: the workspace, the database, the settings and the output.
///
/// Configuration and connection come with the first command that needs them, and stay.
actor ShellSession {
  /// How the session was entered.
  enum Entrance: Hashable, Sendable {
    case prompt
    case command
    case batch
  }

  /// The variables that the program was started with.
  nonisolated let environment: [String: String]
  /// Where results, progress and errors go.
  nonisolated let output: ConsoleOutput
  /// How the session was entered.
  nonisolated let entrance: Entrance
  /// The workspace of commands that name no other.
  nonisolated let folder: String
  /// The database of the workspace.
  nonisolated let database: TargetDatabase
  /// Asks a question at the terminal; `nil` where there is no terminal to ask at.
  nonisolated let ask: (@Sendable (String) async -> String?)?

  /// A Boolean value telling whether each line is written to standard error before it runs.
  nonisolated let echoes: Bool

  /// Whether a signal is the expected end of the command that runs.
  private(set) var endsBySignal = false

  /// Makes a signal the expected end of the command that runs.
  func takeSignalsAsTheEnd() {
    endsBySignal = true
    begin()
  }

  /// Has a signal wait for the end of the command that runs: it cleans up what it started.
  func needsCleanUp() { begin() }

  /// How many pieces of work must be left at a safe point, or in order.
  private nonisolated let works = Mutex(0)

  /// Whether what runs must be left at a safe point, or in order; answered also while a command blocks the session.
  nonisolated var isHolding: Bool { works.withLock { $0 > 0 } }

  private nonisolated func begin() { works.withLock { $0 += 1 } }

  /// What `set` changes.
  var settings = SessionSettings()
  private var contexts: [String: DatabaseContext] = [:]
  /// The files that are being sourced, the innermost last.
  private(set) var sources: [String] = []
  /// The plans that commands of this session drive now, whose locks it holds.
  private(set) var heldPlans: [PlanID] = []

  init(
    environment: [String: String], output: ConsoleOutput, entrance: Entrance, folder: String = ".",
    database: TargetDatabase = .main, echoes: Bool = false,
    ask: (@Sendable (String) async -> String?)? = nil
  ) {
    self.environment = environment
    self.output = output
    self.entrance = entrance
    self.folder = folder
    self.database = database
    self.echoes = echoes
    self.ask = ask
  }

  /// A Boolean value telling whether a person types the lines, who may shorten a plan's number.
  nonisolated var isInteractive: Bool { entrance == .prompt }

  /// The database of a workspace, opened once.
  func context(_ folder: String? = nil, isOptional: Bool = false) throws -> DatabaseContext {
    let folder = folder ?? self.folder
    if let known = contexts[folder] { return known }
    let output = output
    let context = try DatabaseContext.open(
      folder: folder, database: database, environment: environment, isOptional: isOptional,
      output: output)
    // Without a file it is good for this command only; the next one may need the file.
    if !isOptional { contexts[folder] = context }
    return context
  }

  /// The engine of a workspace.
  func engine(_ folder: String? = nil) throws -> LiveEngine { try context(folder).engine }

  /// The engine of a workspace that need not have a configuration.
  func engineWithoutConfiguration(_ folder: String? = nil) throws -> LiveEngine {
    try context(folder, isOptional: true).engine
  }

  /// The engine of the session's own workspace, when a command has opened it.
  func openEngine() -> LiveEngine? { contexts[folder]?.engine }

  /// Changes a setting.
  func change(_ body: @Sendable (inout SessionSettings) -> Void) {
    body(&settings)
  }

  /// Notes that a file's lines begin.
  func enter(source path: String) throws(Refusal) {
    guard sources.count < 16 else { throw .sourcedTooDeep(path) }
    sources.append(path)
  }

  /// Notes that the innermost file's lines are done.
  func leaveSource() {
    sources.removeLast()
  }

  /// Notes that a command drives a plan.
  func hold(_ plan: PlanID) {
    heldPlans.append(plan)
    begin()
    SuspensionGuard.shared.hold { [output] in
      output.notice(
        "Ctrl-Z is refused while a plan is driven, since clients would wait for a stopped program; "
          + "Ctrl-C pauses the plan")
    }
  }

  /// Notes that it does so no more.
  func letGo(of plan: PlanID) {
    guard let index = heldPlans.firstIndex(of: plan) else { return }
    heldPlans.remove(at: index)
    works.withLock { $0 -= 1 }
    SuspensionGuard.shared.release()
  }

  /// Closes every connection.
  func close() async {
    for context in contexts.values { await context.close() }
    contexts = [:]
  }
}
