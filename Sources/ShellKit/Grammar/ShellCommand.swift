internal import ArgumentParser
internal import LiveMigration

/// A command of the shell: the same from the argument vector, at the prompt and in a batch.
protocol ShellCommand: ParsableCommand, Sendable {
  /// Does the work; results go to the session's output.
  func run(in session: ShellSession) async throws
  /// The reason that it was given.
  var givenReason: String? { get }
  /// Its options that a session has by the same name, and whether they take a value: behind the command they are its own.
  static var ownOptions: [String: Bool] { get }
}

extension ShellCommand {
  var givenReason: String? { nil }
  static var ownOptions: [String: Bool] { [:] }

  /// Commands need a session; nothing runs them without one.
  func run() throws {
    throw CleanExit.helpRequest(Self.self)
  }
}

/// The workspace of a single command.
struct WorkspaceOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The folder that holds Djogi.toml and migrations, for this command.", valueName: "dir"),
    completion: .directory)
  var workspace: String?
}

/// A command's reason, which the audit trail keeps.
struct JustifyOption: ParsableArguments {
  @Option(help: ArgumentHelp("The reason, for the audit trail.", valueName: "text"))
  var justify: String?

  /// The reason without blanks around it; `nil` for none, and for one that no reader can see.
  var reason: String? {
    guard let text = justify?.withoutOuterBlanks else { return nil }
    return text.unicodeScalars.contains(where: \.isVisible) ? text : nil
  }
}

/// How many rows may lose from sight what clients wrote to their new shape.
struct DiscardOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The number of rows whose new values the old shape may lack.", valueName: "rows"))
  var discardNewValues: Int64?
}

/// How many sessions a backfill uses.
struct WorkersOption: ParsableArguments {
  @Option(
    help: ArgumentHelp("The sessions of the backfill, 1 to 64; kept as tune does.", valueName: "n"))
  var workers: Int?

  func validate() throws {
    guard workers.map((1...64).contains) ?? true else {
      throw ValidationError("--workers must be from 1 to 64")
    }
  }
}

/// The permission to run a plan that destroys data.
struct DestructiveFlag: ParsableArguments {
  @Flag(help: "Allow steps that destroy data; needs --justify.")
  var allowDestructive = false
}

/// The permission to run a plan whose migration was changed after planning.
struct RawDangerousFlag: ParsableArguments {
  @Flag(help: "Allow a plan whose migration file was changed since; needs --justify.")
  var allowRawDangerous = false
}

/// The permission to fill rows under triggers that the role cannot silence.
struct TriggersFlag: ParsableArguments {
  @Flag(
    help: "Let the application's triggers fire for filled rows where the role cannot silence them.")
  var acceptTriggers = false
}

extension Unicode.Scalar {
  /// A Boolean value telling whether it leaves a mark on paper.
  fileprivate var isVisible: Bool {
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator, .surrogate,
      .unassigned, .nonspacingMark, .enclosingMark:
      false
    default: !properties.isDefaultIgnorableCodePoint && !properties.isWhitespace
    }
  }
}

extension String {
  /// The text without white space at both ends.
  var withoutOuterBlanks: String {
    guard let first = firstIndex(where: { !$0.isWhitespace }),
      let last = lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(self[first...last])
  }
}

/// How the shell completion of `command` finds plans: a short and silent look-up.
func planCompletion(for command: String) -> CompletionKind {
  .shellCommand("djogi-shell complete-plans \(command) 2>/dev/null")
}
