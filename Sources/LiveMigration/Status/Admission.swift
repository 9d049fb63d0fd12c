/// The one table of which command a plan in which status accepts.
public enum Admission {
  /// What else to type, when a command is refused.
  public enum Advice: Sendable, Hashable {
    case run
    case resume
    /// `run` with `--approve` and the gate that the plan waits at.
    case approve
    case finalize
    /// The plan has ended.
    case planAnew
    /// The command makes no sense here, and nothing needs to be done.
    case nothing
  }

  /// What to do instead, or `nil` when the command is accepted.
  ///
  /// - Parameters:
  ///   - gate: The gate that the plan waits at.
  ///   - approvals: The gates that the command names.
  public static func refusal(
    of command: PlanCommand, in status: PlanStatus, at gate: Gate?, approving approvals: Set<Gate>
  ) -> Advice? {
    switch command {
    case .run: run(status, gate, approvals)
    case .resume:
      status == .running || status == .paused ? nil : status == .pending ? .run : other(status)
    case .pause: status == .running ? nil : status.isTerminal ? .planAnew : .nothing
    case .finalize: status == .finalizing ? nil : other(status)
    case .abandon, .tune: status.isTerminal ? .planAnew : nil
    case .revert: status == .complete ? .planAnew : nil
    }
  }

  private static func run(
    _ status: PlanStatus, _ gate: Gate?, _ approvals: Set<Gate>
  ) -> Advice? {
    switch status {
    case .pending, .running: return nil
    case .validating, .cutover:
      guard let gate, approvals.contains(gate) else { return .approve }
      return nil
    default: return other(status)
    }
  }

  /// What moves a plan on from a status.
  private static func other(_ status: PlanStatus) -> Advice {
    switch status {
    case .pending, .running: .run
    case .paused: .resume
    case .validating, .cutover: .approve
    case .finalizing: .finalize
    case .complete, .abandoned, .failed: .planAnew
    }
  }
}
