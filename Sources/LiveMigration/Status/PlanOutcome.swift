/// Where a command left a plan.
public struct PlanOutcome: Sendable {
  /// The plan.
  public var planID: PlanID
  /// The migration's slug.
  public var slug: String
  /// The plan's status now.
  public var status: PlanStatus
  /// The gate that it waits at.
  public var gate: Gate?
  /// What the gate's queries answered.
  public var gates: [GateOutcome]
  /// Rows that the backfill changed so far.
  public var rowsDone: Int64
  /// The estimate of rows at its start.
  public var rowsTotal: Int64?
  /// Whether another session was asked to pause, and has yet to do it.
  public var isPauseRequest: Bool
  /// Whether what the plan added was taken away again.
  public var isReverted: Bool
  /// Whether the plan has ended and what it added is still there.
  public var leavesObjects: Bool
  /// The plan itself; `nil` where its file is not read.
  public var plan: LivePlan?
  /// The step and the piece of it that come next.
  public var position: PlanRow.Position
  /// How long the plan keeps the old shape after its swap; `nil` where it does not.
  public var kept: PlanRow.Kept?
  /// Whether its swap was just taken back.
  public var isRolledBack = false
  /// What paused the plan, where that was no operator: `stop_query`.
  public var stoppedBy: String?
  /// What to do next.
  public var next: NextStep?

  /// - Parameter plan: The plan itself, which tells what its next step needs; `nil` where its file is not read.
  init(
    _ row: PlanRow, of plan: LivePlan?, gate: Gate? = nil, gates: [GateOutcome] = [],
    isPauseRequest: Bool = false, leavesObjects: Bool = false
  ) {
    planID = row.planID
    slug = row.slug
    self.plan = plan
    position = row.position
    status = row.status
    self.gate = gate
    self.gates = gates
    rowsDone = row.rowsDone
    rowsTotal = row.rowsTotal
    self.isPauseRequest = isPauseRequest
    isReverted = row.revertState == .done
    self.leavesObjects = leavesObjects
    kept = row.kept
    var situation = PlanSituation(
      row.planID, row.status, at: gate ?? row.waitingGate,
      isDestructive: plan?.isDestructive ?? false, isDriven: isPauseRequest,
      leavesObjects: leavesObjects)
    situation.isKept = row.kept != nil
    next = isReverted ? nil : NextStep(situation)
  }
}
