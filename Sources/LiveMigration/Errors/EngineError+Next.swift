extension EngineError {
  /// What to do next; `nil` when nothing of ours helps.
  public var next: NextStep? {
    switch self {
    case .statusConflict(_, _, _, _, let next), .tableInPlan(_, _, _, let next),
      .planFileUnreadable(_, _, let next), .notBegun(_, _, _, _, let next),
      .gateDisagreed(_, _, _, let next), .dataRefused(_, _, _, _, _, let next),
      .retriesSpent(_, _, _, _, _, _, let next), .oldSnapshots(_, _, _, let next):
      next
    case .unfinishedPlan(let id, _, let next), .interrupted(let id, _, _, _, let next):
      next ?? NextStep(.show(id))
    case .heldElsewhere(let id, _): NextStep(.watch(id))
    case .planFileMissing(_, let path), .planFileChanged(_, let path, _, _):
      NextStep(.restore(path: path))
    case .sourceChanged(let id, let command, _, _, let approvals):
      Self.again(command, id, approvals, acceptsChangedSource: true)
    case .destructive(let id, let command, let approvals): Self.again(command, id, approvals)
    case .triggersFire(let id, .finalize, _, _): NextStep(.finalize(id), accepts: [.triggers])
    case .triggersFire(let id, let command, _, let options):
      NextStep(
        command == .resume
          ? .resume(id) : .run(id, approving: Gate.approvable.filter(options.approvals.contains)),
        destroys: options.allowDestructive, acceptsChangedSource: options.allowRawDangerous,
        accepts: [.triggers])
    case .columnOrder(let version, let app, _):
      NextStep(.plan(version: version, app: app), accepts: [.columnOrder])
    case .halfReverted(let id), .revertInterrupted(let id): NextStep(.revert(id))
    case .stepFailed(let id, _, _): NextStep(.revert(id))
    case .losesNewValues(let id, .rollback, let rows, _, _):
      NextStep(.rollback(id, discarding: rows))
    case .losesNewValues(let id, _, let rows, _, _): NextStep(.revert(id, discarding: rows))
    case .cannotKeep(let id, _): NextStep(.finalize(id))
    case .migrationApplied: NextStep(.writeMigration)
    case .noSuchApplication: NextStep(.showMigrations)
    case .noSuchPlan: NextStep(.listPlans)
    case .movedElsewhere(let id): NextStep(.show(id))
    case .ledger(.leftBehind(_, let id, _, _, canRevert: true)): NextStep(.revert(id))
    case .ledger(let error): NextStep(.putLedgerRight(error))
    case .proofDiffers: NextStep(.reportDefect)
    case .daemonRefused: NextStep(.allowOtherServers)
    case .standby: NextStep(.connectToPrimary)
    case .pooled: NextStep(.connectDirectly)
    case .catalogueShadowed: NextStep(.freeSearchPath)
    case .needsLivePlan(_, let version): NextStep(.plan(version: version))
    case .ambiguousMigration(let version, let apps):
      NextStep(.plan(version: version, app: apps.first ?? ""))
    case .ambiguousNumber(_, let versions): NextStep(.plan(version: versions.first ?? ""))
    case .destructiveMigration(let version, _):
      NextStep(.apply(version: version), destroys: true)
    case .opaqueMigration(let version, _):
      NextStep(.apply(version: version), destroys: true, runsOpaque: true)
    case .notApplied(let version, _, _, _): NextStep(.apply(version: version))
    default: nil
    }
  }

  /// The refused command with what it approved before, and with consent to what it was refused for.
  private static func again(
    _ command: PlanCommand, _ id: PlanID, _ approvals: Set<Gate>,
    acceptsChangedSource: Bool = false
  ) -> NextStep {
    let action: NextStep.Action =
      command == .resume
      ? .resume(id) : .run(id, approving: Gate.approvable.filter(approvals.contains))
    return NextStep(action, destroys: true, acceptsChangedSource: acceptsChangedSource)
  }
}
