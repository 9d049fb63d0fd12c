public import Postgres

/// Where a live plan stands.
public enum PlanStatus: String, Sendable, Hashable, Codable, CaseIterable, PostgresDecodable,
  PostgresEncodable
{
  case pending, running, paused, validating, cutover, finalizing, complete, abandoned, failed

  /// A Boolean value telling whether the plan has ended.
  public var isTerminal: Bool { self == .complete || self == .abandoned || self == .failed }

  /// Those of a plan that has not ended.
  public static let unfinished = Set(allCases.filter { !$0.isTerminal })
}

/// A place where a plan waits for the operator's word.
public enum Gate: String, Sendable, Hashable, CaseIterable {
  case validate
  case cutoverReads = "cutover-reads"
  case cutoverWrites = "cutover-writes"
  /// Passed by `finalize`, never by `--approve`.
  case finalize

  /// The gate in front of a step; `nil` where there is none.
  public init?(before kind: StepKind) {
    switch kind {
    case .validateBackfill: self = .validate
    case .cutoverReads: self = .cutoverReads
    case .cutoverWrites: self = .cutoverWrites
    case .finalizeConstraints: self = .finalize
    default: return nil
    }
  }

  /// The plan's status while it waits here.
  public var status: PlanStatus {
    switch self {
    case .validate: .validating
    case .cutoverReads, .cutoverWrites: .cutover
    case .finalize: .finalizing
    }
  }

  /// The gates that `--approve` takes.
  public static let approvable: [Gate] = [.validate, .cutoverReads, .cutoverWrites]
}

/// The commands that change a plan's state.
public enum PlanCommand: String, Sendable, Hashable, CaseIterable {
  case run, resume, pause, finalize, rollback, retire, abandon, revert, tune
}
