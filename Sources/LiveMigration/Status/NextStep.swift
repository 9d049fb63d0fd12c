/// What an operator can do next, as a fact that a client of the engine puts into words.
public struct NextStep: Sendable, Hashable {
  /// What to do.
  public enum Action: Sendable, Hashable {
    case run(PlanID, approving: [Gate] = [])
    case resume(PlanID)
    case finalize(PlanID)
    case rollback(PlanID, discarding: Int64? = nil)
    case retire(PlanID)
    case revert(PlanID, discarding: Int64? = nil)
    case pause(PlanID)
    case abandon(PlanID)
    case tune(PlanID)
    case watch(PlanID)
    case show(PlanID)
    case listPlans
    /// Makes a plan, of a certain migration or of the next one.
    case plan(version: String? = nil, app: String = "")
    case apply(version: String, app: String = "")
    /// Makes a plan of a file that is not among the migrations yet.
    case planFile
    /// Writes the migration that leads to the schema files.
    case writeDifference(app: String = "")
    /// Shows where every migration stands.
    case showMigrations
    /// Marks migrations as applied.
    case baseline(Baseline)
    /// Puts a plan file back as it was recorded.
    case restore(path: String)
    /// Gives this program the right to read a file.
    case makeReadable(path: String)
    /// Takes the change of a completed plan back by another migration.
    case writeMigration
    /// Lets the daemon use a server on another machine.
    case allowOtherServers
    /// Puts right what keeps the ledger from being used.
    case putLedgerRight(LedgerError)
    /// Reports a defect of this program, and splits the migration meanwhile.
    case reportDefect
    case connectToPrimary
    /// Connects to the server itself, past a pooler.
    case connectDirectly
    /// Leave `pg_catalog` out of the session's path.
    case freeSearchPath
  }

  /// What must be put right first.
  public enum Repair: Sendable, Hashable {
    /// Rows that a gate or a statement refuses.
    case rows
    /// What else the server refuses.
    case cause
    /// What another tool's table says of migrations that got stuck half-way.
    case otherTool
  }

  /// Which migrations to mark as applied.
  public enum Baseline: Sendable, Hashable {
    /// Those that another tool's table names.
    case recorded
    /// All to this one.
    case through(String)
    /// All to one that the operator knows.
    case chosen
    /// All to the last one whose tables are there.
    case visible
  }

  /// What the operator accepts, without a reason.
  public enum Acceptance: Sendable, Hashable {
    case triggers, columnOrder
  }

  /// What to do.
  public var action: Action
  /// What must be put right before.
  public var repair: Repair?
  /// Whether it may destroy data, which the operator must consent to.
  public var destroys: Bool
  /// Whether the migration file may differ from the one that the plan was made from, which the operator must consent to.
  public var acceptsChangedSource: Bool
  /// Whether it runs a statement of which only the file's author knows what it does, which the operator must consent to.
  public var runsOpaque: Bool
  /// What the operator accepts, without a reason.
  public var accepts: [Acceptance]

  /// Makes a step.
  public init(
    _ action: Action, after repair: Repair? = nil, destroys: Bool = false,
    acceptsChangedSource: Bool = false, runsOpaque: Bool = false,
    accepts: [Acceptance] = []
  ) {
    self.accepts = accepts
    self.runsOpaque = runsOpaque
    self.action = action
    self.repair = repair
    self.destroys = destroys
    self.acceptsChangedSource = acceptsChangedSource
  }
}

/// What decides what comes next for a plan.
public struct PlanSituation: Sendable, Hashable {
  /// Why the plan file is of no use.
  public enum FileProblem: Sendable, Hashable {
    /// It is gone, or is not what was recorded.
    case lost(path: String)
    /// The system does not let this program read it.
    case unreadable(path: String)
    /// It has no place where it could be.
    case unnamed
  }

  /// The plan.
  public var planID: PlanID
  /// Its status.
  public var status: PlanStatus
  /// The gate that it waits at.
  public var gate: Gate?
  /// Whether the plan drops anything.
  public var isDestructive: Bool
  /// Whether a session drives it now.
  public var isDriven: Bool
  /// Why its file is of no use; `nil` for one that is as it was recorded.
  public var fileProblem: FileProblem?
  /// Whether what the plan added is still there although the plan has ended.
  public var leavesObjects: Bool
  /// Whether it has swapped and keeps the old shape.
  public var isKept = false

  /// Describes a plan.
  public init(
    _ planID: PlanID, _ status: PlanStatus, at gate: Gate? = nil, isDestructive: Bool,
    isDriven: Bool = false, fileProblem: FileProblem? = nil, leavesObjects: Bool = false
  ) {
    self.planID = planID
    self.status = status
    self.gate = gate
    self.isDestructive = isDestructive
    self.isDriven = isDriven
    self.fileProblem = fileProblem
    self.leavesObjects = leavesObjects
  }
}

extension NextStep {
  /// What moves a plan on, or ends what it has begun; `nil` when nothing is left to do.
  public init?(_ plan: PlanSituation, after repair: Repair? = nil) {
    let id = plan.planID
    if plan.isDriven {
      self.init(.watch(id))
      return
    }
    let hasEnded = plan.status.isTerminal && !plan.leavesObjects
    if let problem = plan.fileProblem, !hasEnded {
      self.init(problem, id)
      return
    }
    let action: Action
    switch plan.status {
    case .pending: action = .run(id)
    case .running, .paused: action = .resume(id)
    case .validating, .cutover: action = plan.gate.map { .run(id, approving: [$0]) } ?? .show(id)
    case .finalizing: action = plan.isKept ? .retire(id) : .finalize(id)
    case .abandoned, .failed: action = plan.leavesObjects ? .revert(id) : .plan()
    case .complete: return nil
    }
    self.init(action, after: repair, destroys: plan.isDestructive && action.drives)
  }

  private init(_ problem: PlanSituation.FileProblem, _ id: PlanID) {
    switch problem {
    case .lost(let path): self.init(.restore(path: path))
    case .unreadable(let path): self.init(.makeReadable(path: path))
    case .unnamed: self.init(.show(id))
    }
  }
}

extension NextStep.Action {
  /// Whether it drives a plan whose destructive steps need a word of consent; `finalize` is that word itself.
  fileprivate var drives: Bool {
    switch self {
    case .run, .resume: true
    default: false
    }
  }
}

extension PlanRow {
  /// The gate that the plan waits at.
  var waitingGate: Gate? {
    let gate = currentStep.flatMap(Gate.init(before:))
    return gate?.status == status ? gate : nil
  }
}

extension LivePlan {
  /// What comes next for the plan in a status.
  func next(
    in status: PlanStatus, at gate: Gate? = nil, after repair: NextStep.Repair? = nil,
    leavesObjects: Bool = false
  ) -> NextStep? {
    NextStep(
      PlanSituation(
        header.planID, status, at: gate, isDestructive: isDestructive,
        leavesObjects: leavesObjects), after: repair)
  }

  /// What tries a command again that came to a stop at a step.
  func next(again command: PlanCommand, at kind: StepKind) -> NextStep? {
    let gate = Gate(before: kind)
    return switch command {
    case .revert: NextStep(.revert(header.planID))
    case .finalize: NextStep(.finalize(header.planID))
    case .rollback: NextStep(.rollback(header.planID))
    case .retire: NextStep(.retire(header.planID))
    default: next(in: gate?.status ?? .running, at: gate)
    }
  }

  /// Whether a plan that stands there has left something that ``PlanReverter`` would take away.
  func leavesObjects(at position: PlanRow.Position, hasStarted: Bool) -> Bool {
    guard !hasCleanedUp(at: position) else { return false }
    let before = (0..<min(position.step, steps.count)).flatMap { undo(of: $0) }
    let here = undo(of: position.step).prefix(position.segment)
    return (before + here).contains { !$0.isEmpty }
      || (hasStarted && steps.indices.contains(position.step)
        && steps[position.step].mayHaveBegun(at: position.segment))
  }

  /// Whether a piece of the clean-up has run, after which nothing is taken back.
  private func hasCleanedUp(at position: PlanRow.Position) -> Bool {
    guard let cleanup = steps.firstIndex(where: { $0.kind == .cleanupLegacyState }) else {
      return false
    }
    return position.step > cleanup || (position.step == cleanup && position.segment > 0)
  }
}
