/// What people who sit at no terminal are told of a plan.
public struct PlanNotification: Sendable {
  /// What happened.
  public enum Event: String, Sendable, Hashable, CaseIterable {
    /// The plan waits at a gate for the operator's word.
    case gateReached = "gate_reached"
    /// The answers of a gate stand in the way.
    case gateDisagreed = "gate_disagreed"
    /// The plan has waited for the same thing longer than was configured.
    case waiting
    /// `stop_query` answered true; the plan is left paused.
    case stopped
    /// A step failed, or was refused by the data or by a lock; the status says whether the plan can go on.
    case failed
    /// The session that drove the plan is gone; the daemon takes it up, or a watch has seen it.
    case driverLost = "driver_lost"
    /// The plan has ended as it should.
    case complete
  }

  /// What happened.
  public var event: Event
  /// The plan.
  public var planID: PlanID
  /// The migration's slug.
  public var slug: String
  /// The application, empty for `_global_`.
  public var appLabel: String
  /// The database of the workspace.
  public var database: TargetDatabase
  /// The plan's status now, as far as it is known.
  public var status: PlanStatus?
  /// The gate that it is about.
  public var gate: Gate?
  /// What the gate's questions answered.
  public var gates: [GateOutcome] = []
  /// What the plan waits for, or what went wrong.
  public var reason: String?
  /// What to do next.
  public var next: NextStep?
}
