internal import LiveMigration
internal import Postgres
internal import SchemaChange

/// An error as it is told.
struct ErrorReport: Sendable {
  var status: ExitStatus
  var message: String
  var sqlState: String?
  var detail: String?
  var hint: String?
  /// The line to type next.
  var next: String?
  /// Where the line stands that failed.
  private(set) var place: (file: String, line: Int)?
  /// The column of a mistake in a line.
  private(set) var column: Int?
  /// A Boolean value telling whether the message begins with its place, as a compiler's does.
  private(set) var isPlaced = false
  /// The message's lines where they are laid out already, as an excerpt of a file is; nothing in them steers a terminal.
  private var lines: [String]?

  /// - Parameter line: How the line to type next is worded.
  init(_ error: any Error, line: NextLine = NextLine()) {
    let placed = error as? PlacedError
    let cause = placed?.cause ?? error
    status = ExitStatus(cause)
    message = String(describing: cause)
    place = placed?.innermost
    switch cause {
    case let error as EngineError:
      message = error.text(naming: line.name)
      next = error.next.map { line.text($0) }
      take(error.serverError)
    case let error as PostgresError:
      take(error.serverError)
      if let server = error.serverError { message = "the server refuses: \(server.message)" }
      sqlState = error.sqlState?.rawValue
      // A server that answers has said what is wrong.
      if case .connectionFailed = error, sqlState == nil {
        next =
          "DATABASE_URL=postgresql://USER@HOST/NAME names another server; man Djogi.toml has more"
      }
    case let error as UsageError: next = line.command(error.advice)
    case let error as Refusal:
      message = error.text(line)
      next = error.next(line)
    case let error as AdoptionError: next = error.next.map { line.text($0) }
    case let error as LineError:
      column = error.column
      if let file = error.file {
        isPlaced = true
        place = (file, error.line)
      } else {
        // A line that was just typed is in sight.
        next = error.advice ?? "help"
        message = ([error.saying] + error.lines.dropFirst()).joined(separator: "\n")
      }
      lines = isPlaced ? error.lines : [error.saying] + error.lines.dropFirst()
    case let error as MigrationSyntaxError:
      isPlaced = true
      lines = error.lines
    case is ConfigurationError:
      isPlaced = message.contains(": error: ")
      if case ConfigurationError.missing = cause {
        next =
          "an empty file will do, or DATABASE_URL without one; init writes it; "
          + "--workspace DIR names another folder; sandbox is for trying"
      }
    case is CancellationError: message = "the command was stopped"
    default: break
    }
    if case EngineError.unreadable(let errors) = cause { lines = errors.flatMap(\.lines) }
    mask()
  }

  /// The server, libpq and the grammar repeat what they were given, connection strings too.
  private mutating func mask() {
    // Of several lines one may point at a place of another.
    message = Masking.shown(message, keepingColumns: message.contains("\n"))
    detail = detail.map { Masking.shown($0) }
    hint = hint.map { Masking.shown($0) }
    next = next.map { Masking.shown($0) }
  }

  private mutating func take(_ error: ServerError?) {
    sqlState = error?.sqlState.rawValue
    detail = error?.detail
    hint = error?.hint
  }
}

extension ErrorReport {
  /// The text, without an end of the last line.
  func text(_ style: TerminalStyle) -> String {
    let label = style.text(status.isSignal ? "stopped:" : "error:", .red, .bold)
    let prefix = place.map { Sanitised.text("\($0.file):\($0.line): ") } ?? ""
    let start = isPlaced ? "" : prefix + label + " "
    var text = [start + (lines?.joined(separator: "\n") ?? Sanitised.block(message))]
    // The description of a server's error holds both already.
    if let detail, !message.contains(detail) {
      text.append("  detail: " + Sanitised.block(detail, indent: "    "))
    }
    if let hint, !message.contains(hint) {
      text.append("  hint: " + Sanitised.block(hint, indent: "    "))
    }
    if let sqlState, !message.contains(sqlState) {
      text.append("  SQLSTATE " + Sanitised.text(sqlState))
    }
    if let next { text.append(style.text("Next:", .bold) + " " + Sanitised.text(next)) }
    return text.joined(separator: "\n")
  }

  /// The object for programs.
  var object: OutputValue {
    var members: [String: OutputValue] = [
      "event": "error", "code": .int(Int(status.rawValue)), "category": .string(status.category),
      "message": .string(message), "sqlstate": .text(sqlState), "detail": .text(detail),
      "hint": .text(hint), "next": .text(next),
    ]
    if let place {
      members["file"] = .string(place.file)
      members["line"] = .int(place.line)
      if let column { members["column"] = .int(column) }
    }
    return .object(members)
  }
}

extension ConsoleOutput {
  /// Writes an error, unless a result told it already.
  func error(_ error: any Error, status: ExitStatus? = nil) {
    let cause = (error as? PlacedError)?.cause ?? error
    if cause is ReportedFailure { return }
    if let mistakes = cause as? ScriptMistakes {
      for mistake in mistakes.errors { self.error(mistake) }
      return
    }
    var report = ErrorReport(error, line: format == .json ? NextLine(reason: givenReason) : line)
    if let status { report.status = status }
    stand([])
    switch format {
    case .text: message(report.text(errorStyle), mayBeLost: false)
    case .json: message(report.object, mayBeLost: false)
    }
  }
}

extension EngineError {
  /// The server's words, where it was the server that refused.
  fileprivate var serverError: ServerError? {
    switch self {
    case .dataRefused(_, _, _, let error, _, _), .stepFailed(_, _, let error): error
    case .retriesSpent(_, _, _, _, let error, _, _), .tablesLocked(let error, _),
      .notBegun(_, _, let error, _, _):
      error.serverError
    case .gateDisagreed(_, _, let outcomes, _): outcomes.compactMap(\.error).first
    default: nil
    }
  }
}
