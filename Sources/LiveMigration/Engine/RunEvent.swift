public import Postgres

/// Something that happens while a plan is driven.
public enum RunEvent: Sendable {
  /// A drive begins, before its first step.
  case began(RunOutline)
  case stepStarted(PlanID, StepKind, ordinal: Int, of: Int)
  case segment(PlanID, purpose: String)
  case backfill(PlanID, BackfillProgress)
  case gate(PlanID, GateProgress)
  case retrying(PlanID, attempt: Int, limit: Int, delay: Duration, PostgresError, [Blocker])
  case waiting(PlanID, String)
  case gateReached(PlanID, Gate, [GateOutcome])
  case reconnected(PlanID)
  case notice(PlanID, String)
  /// What goes on, told again from time to time, so that a log that begins in the middle is understood.
  case reminder(RunReminder)
  /// Events that a ``RunEventBuffer`` left out because they were not taken in time.
  case omitted(Int)
}

/// Takes events as they happen, also inside a transaction.
///
/// It must return at once: while it runs, locks of the plan's session are held. ``RunEventBuffer/observe(_:)`` is such a
/// function; what writes to a terminal is none.
public typealias RunObserver = @Sendable (RunEvent) -> Void

/// What an operator allows a run to do.
public struct RunOptions: Sendable, Hashable {
  /// Gates that are passed when they are reached.
  public var approvals: Set<Gate>
  /// Whether destructive steps may run.
  public var allowDestructive: Bool
  /// Whether the migration file may differ from the one that the plan was made from.
  public var allowRawDangerous: Bool
  /// Whether the application's triggers may fire for backfilled rows where the role cannot silence them.
  public var acceptsTriggers: Bool
  /// The operator's reason.
  public var justification: String?
  /// The sessions that the backfill uses; `nil` for what was tuned or configured.
  public var workers: Int?
  /// How long `finalize` keeps the old shape after the swap; `nil` to drop it with the swap.
  public var keeping: KeepingTime?

  /// Chooses options.
  public init(
    approvals: Set<Gate> = [], allowDestructive: Bool = false, allowRawDangerous: Bool = false,
    acceptsTriggers: Bool = false, justification: String? = nil, workers: Int? = nil
  ) {
    self.approvals = approvals
    self.allowDestructive = allowDestructive
    self.allowRawDangerous = allowRawDangerous
    self.acceptsTriggers = acceptsTriggers
    self.justification = justification
    self.workers = workers
  }
}

/// How long the old shape is kept after a swap.
public struct KeepingTime: Sendable, Hashable {
  /// From the swap on.
  public var duration: Duration
  /// Whether the daemon may give the old shape up then, without an operator.
  public var retiresUnattended: Bool

  /// Chooses both.
  public init(_ duration: Duration, retiresUnattended: Bool = false) {
    self.duration = duration
    self.retiresUnattended = retiresUnattended
  }
}

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
