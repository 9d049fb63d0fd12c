internal import LiveMigration
internal import Postgres

/// The program's exit status, and what each kind of failure makes of it.
struct ExitStatus: RawRepresentable, Hashable, Sendable {
  let rawValue: Int32

  /// Done; a stop at a gate is done too.
  static let success = ExitStatus(rawValue: 0)
  /// A runtime error, or a refused gate or flag.
  static let runtime = ExitStatus(rawValue: 1)
  /// The migration holds a statement that cannot be staged.
  static let classification = ExitStatus(rawValue: 2)
  /// A gate query disagreed.
  static let validation = ExitStatus(rawValue: 3)
  /// The plan file differs from what was recorded.
  static let drift = ExitStatus(rawValue: 4)
  /// The plan's state, or another session that holds it, is in the way.
  static let conflict = ExitStatus(rawValue: 5)
  /// The command line could not be parsed.
  static let usage = ExitStatus(rawValue: 64)
  /// Stopped because the terminal was closed.
  static let hungUp = ExitStatus(rawValue: 129)
  /// Stopped by Ctrl-C.
  static let interrupted = ExitStatus(rawValue: 130)
  /// Stopped by SIGTERM.
  static let terminated = ExitStatus(rawValue: 143)

  /// All of them.
  static let all: [ExitStatus] = [
    .success, .runtime, .classification, .validation, .drift, .conflict, .usage, .hungUp,
    .interrupted, .terminated,
  ]
}

extension ExitStatus {
  /// The status that an error ends a command with.
  init(_ error: any Error) {
    self =
      switch error {
      case let error as EngineError: ExitStatus(error.category)
      case is UsageError, is LineError, is ScriptMistakes: .usage
      case let error as PlacedError: ExitStatus(error.error)
      case PlanFileError.changed: .drift
      case let error as Refusal: error.status
      case let error as ReportedFailure: error.status
      case is CancellationError: .interrupted
      default: .runtime
      }
  }

  /// The status of a kind of failure.
  init(_ category: EngineError.Category) {
    self =
      switch category {
      case .runtime: .runtime
      case .classification: .classification
      case .validation: .validation
      case .drift: .drift
      case .conflict: .conflict
      case .interrupted: .interrupted
      }
  }

  /// A Boolean value telling whether a signal ended the program.
  var isSignal: Bool { self == .hungUp || self == .interrupted || self == .terminated }

  /// The word for it in JSON.
  var category: String {
    switch self {
    case .success: "success"
    case .classification: "classification"
    case .validation: "validation"
    case .drift: "drift"
    case .conflict: "conflict"
    case .usage: "usage"
    case .hungUp, .interrupted, .terminated: "interrupted"
    default: "runtime"
    }
  }
}

/// A failure whose message is a result that was printed already.
struct ReportedFailure: Error, Hashable, Sendable {
  let status: ExitStatus
}

/// The wish to leave the shell.
struct QuitRequest: Error, Hashable, Sendable {}
