/// The one table of which command a plan in which status accepts.
public enum Admission {
  /// Whether a command is accepted.
  ///
  /// - Parameters:
  ///   - command: The command.
  ///   - status: Where the plan stands.
  ///   - gate: The gate that the plan waits at.
  ///   - approvals: The gates that the command names.
  ///   - isKept: Whether the plan has swapped and keeps the old shape.
  public static func accepts(
    _ command: PlanCommand, in status: PlanStatus, at gate: Gate?, approving approvals: Set<Gate>,
    isKept: Bool = false
  ) -> Bool {
    switch command {
    case .rollback, .retire: isKept && status == .finalizing
    case _ where isKept: false
    case .run:
      switch status {
      case .pending, .running: true
      case .validating, .cutover: gate.map(approvals.contains) ?? false
      default: false
      }
    case .resume: status == .running || status == .paused
    case .pause: status == .running
    case .finalize: status == .finalizing
    case .abandon, .tune: !status.isTerminal
    case .revert: status != .complete
    }
  }
}
