extension EngineError {
  /// The line to type next; `nil` when no line of ours helps.
  public var advice: String? {
    switch self {
    case .statusConflict(let id, _, _, let advice, let gate, let isDestructive):
      line(id, advice, gate, isDestructive)
    case .heldElsewhere(let id, _): "watch \(id)"
    case .planFileMissing(let id, _), .planFileUnreadable(let id, _): "abandon \(id)"
    case .planFileChanged(let id, let path, _, _):
      "restore \(path) from version control, or abandon \(id) and plan again"
    case .sourceChanged(let id, let command, _, _, let approvals):
      "\(command.rawValue) \(id)" + repeated(approvals) + " --allow-raw-dangerous"
        + permission(true)
    case .destructive(let id, let command, let approvals):
      "\(command.rawValue) \(id)" + repeated(approvals) + permission(true)
    case .unfinishedPlan(let id, let status, let isDestructive),
      .tableInPlan(_, let id, let status, let isDestructive):
      line(id, Self.step(from: status), nil, isDestructive)
    case .halfReverted(let id), .revertInterrupted(let id): "revert \(id) --justify '…'"
    case .migrationApplied: "write a migration that takes the change back"
    case .notBegun(let row, let command, _, _, let isDestructive):
      switch command {
      case .run, .resume:
        line(
          row.planID, Self.step(from: row.status), row.currentStep.flatMap(Gate.init(before:)),
          isDestructive)
      case .finalize, .revert: "\(command.rawValue) \(row.planID) --justify '…'"
      case .pause, .abandon, .tune: "\(command.rawValue) \(row.planID)"
      }
    case .noSuchPlan: "list --all"
    case .ledger(let error): error.advice
    case .daemonRefused: "daemon --allow-non-localhost"
    case .standby:
      "connect to the primary; target_session_attrs=read-write in the connection string finds it"
    case .pooled: "connect to the server itself, past the pooler"
    case .needsLivePlan(_, let version): "plan \(version)"
    case .destructiveMigration(let version, _):
      "apply \(version) --allow-destructive --justify '…'"
    case .opaqueMigration(let version, _):
      "apply \(version) --allow-destructive --allow-raw-dangerous --justify '…'"
    case .notApplied(let version, _, _, _): "apply \(version)"
    case .ambiguousMigration(let version, let apps):
      "plan \(version) --app \(apps.first ?? "LABEL")"
    case .gateDisagreed(let id, .finalize, _, _):
      "mend the rows, then finalize \(id) --justify '…'"
    case .gateDisagreed(let id, let gate, _, let isDestructive):
      "mend the rows, then run \(id) --approve \(gate.rawValue)" + permission(isDestructive)
    case .dataRefused(let id, let status, _, let error, _, let isDestructive):
      "mend \(error.isAboutData ? "the rows" : "what is in the way"), then "
        + Self.mended(id, status)
        + (status == .finalizing || status == .abandoned ? "" : permission(isDestructive))
    case .retriesSpent(let id, let command, let step, _, _, _, let isDestructive):
      Self.again(id, command, at: step)
        + (command == .finalize || command == .revert ? "" : permission(isDestructive))
    case .interrupted(let id, let status, let gate, let isDestructive):
      status.flatMap { line(id, Self.step(from: $0), gate, isDestructive) } ?? "show \(id)"
    case .stepFailed(let id, _, _): "revert \(id) --justify '…'"
    case .movedElsewhere(let id): "show \(id)"
    case .proofDiffers:
      "report it with the migration; split the file, and plan its parts one after the other"
    default: nil
    }
  }

  /// What goes on once the data is mended.
  private static func mended(_ id: PlanID, _ status: PlanStatus) -> String {
    switch status {
    case .finalizing: "finalize \(id) --justify '…'"
    case .abandoned: "revert \(id) --justify '…'"
    default: "resume \(id)"
    }
  }

  /// What tries again.
  private static func again(_ id: PlanID, _ command: PlanCommand, at step: StepKind) -> String {
    switch (command, Gate(before: step)) {
    case (.revert, _), (.finalize, _): "\(command.rawValue) \(id) --justify '…'"
    case (_, let gate?): "run \(id) --approve \(gate.rawValue)"
    default: "resume \(id)"
    }
  }

  private static func step(from status: PlanStatus) -> Admission.Advice {
    switch status {
    case .pending: .run
    case .running, .paused: .resume
    case .validating, .cutover: .approve
    case .finalizing: .finalize
    case .complete, .abandoned, .failed: .planAnew
    }
  }

  private func line(
    _ id: PlanID, _ advice: Admission.Advice, _ gate: Gate?, _ isDestructive: Bool
  ) -> String? {
    switch advice {
    case .run: "run \(id)" + permission(isDestructive)
    case .resume: "resume \(id)" + permission(isDestructive)
    case .approve:
      "run \(id) --approve \(gate?.rawValue ?? "GATE")" + permission(isDestructive)
    case .finalize: "finalize \(id) --justify '…'"
    case .planAnew: "plan"
    case .nothing: "show \(id)"
    }
  }

  /// What the refused line approved, so that the next one does too.
  private func repeated(_ approvals: Set<Gate>) -> String {
    Gate.approvable.filter(approvals.contains).map { " --approve \($0.rawValue)" }.joined()
  }

  private func permission(_ isDestructive: Bool) -> String {
    isDestructive ? " --allow-destructive --justify '…'" : ""
  }
}
