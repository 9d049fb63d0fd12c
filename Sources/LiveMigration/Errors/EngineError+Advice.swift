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
    case .sourceChanged(let id, _, _):
      "run \(id) --allow-raw-dangerous --allow-destructive --justify '…'"
    case .destructive(let id, let command):
      "\(command.rawValue) \(id) --allow-destructive --justify '…'"
    case .unfinishedPlan(let id, let status, let isDestructive):
      line(id, Self.step(from: status), nil, isDestructive)
    case .noSuchPlan: "list --all"
    case .daemonRefused: "daemon --allow-non-localhost"
    case .pooled: "connect to the server itself, past the pooler"
    case .needsLivePlan(_, let version): "plan \(version)"
    case .destructiveMigration(let version, _):
      "apply \(version) --allow-destructive --justify '…'"
    case .ambiguousMigration(let version, let apps):
      "plan \(version) --app \(apps.first ?? "LABEL")"
    case .gateDisagreed(let id, _, let isDestructive):
      "mend the rows, then run \(id) --approve validate" + permission(isDestructive)
    case .dataRefused(let id, let status, _, _, _, let isDestructive):
      "mend the rows, then "
        + (status == .finalizing
          ? "finalize \(id) --justify '…'" : "resume \(id)" + permission(isDestructive))
    case .retriesSpent(let id, .finalizeConstraints, _, _, _, _),
      .retriesSpent(let id, .cleanupLegacyState, _, _, _, _):
      "finalize \(id) --justify '…'"
    case .retriesSpent(let id, _, _, _, _, let isDestructive),
      .interrupted(let id, let isDestructive):
      "resume \(id)" + permission(isDestructive)
    case .stepFailed(let id, _, _): "revert \(id) --justify '…'"
    case .movedElsewhere(let id): "show \(id)"
    default: nil
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

  private func permission(_ isDestructive: Bool) -> String {
    isDestructive ? " --allow-destructive --justify '…'" : ""
  }
}
