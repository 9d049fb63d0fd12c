public import SchemaChange

/// Everything about one plan.
public struct PlanDetail: Sendable {
  /// Its state.
  public var row: PlanRow
  /// Its file.
  public var file: FileState
  /// What became of a file that was lost.
  public var fileRemark: String?
  /// The session that drives it.
  public var holder: PlanHolder?
  /// What to do next.
  public var next: NextStep?
  /// What its backfill last reported, as far as it is still true.
  public var progress: BackfillProgress?
  /// How far the questions of a gate are that are asked now.
  public var gateProgress: GateProgress?
  /// What is known of its end since it was made; `nil` for a plan of an older version.
  public var proof: String?
  /// Triggers of the application that will fire for backfilled rows.
  public var firingTriggers: [String]
  /// The rows with a value of the new shape that the old one does not hold; `nil` where that does not matter yet, or
  /// cannot be told within a moment.
  public var newValues: UnheldValues?

  /// The gate that it waits at.
  public var waitingGate: Gate? { row.waitingGate }

  /// The hooks that are open.
  public var hooks: HookActivation? {
    row.kept == nil ? file.plan.map { HookActivation($0, at: row.position.step) } : nil
  }

  /// What was found where the plan file must be.
  public enum FileState: Sendable {
    case intact(PlanFile)
    case missing(path: String)
    case changed(path: String, found: Checksum)
    case unreadable(reason: String, PlanSituation.FileProblem)

    /// The plan, when the file is the one that was recorded.
    public var plan: LivePlan? {
      if case .intact(let file) = self { file.plan } else { nil }
    }

    static func read(_ row: PlanRow, in workspace: Workspace) -> FileState {
      do {
        return .intact(try PlanFile.read(row, in: workspace))
      } catch {
        return FileState(error, row, in: workspace)
      }
    }

    /// Why the file is of no use.
    var problem: PlanSituation.FileProblem? {
      switch self {
      case .intact: nil
      case .missing(let path), .changed(let path, _): .lost(path: path)
      case .unreadable(_, let problem): problem
      }
    }

    init(_ error: PlanFileError, _ row: PlanRow, in workspace: Workspace) {
      self =
        switch error {
        case .unavailable(.missing(let path)): .missing(path: path)
        case .changed(let path, _, let found): .changed(path: path, found: found)
        default:
          .unreadable(
            reason: error.description, PlanSituation.FileProblem(error, row, in: workspace))
        }
    }
  }
}

extension PlanSituation.FileProblem {
  /// What an error in reading a plan's file means.
  init(_ error: PlanFileError, _ row: PlanRow, in workspace: Workspace) {
    if case .unavailable(.unreadable(let path, _)) = error {
      self = .unreadable(path: path)
      return
    }
    let database = TargetDatabase(rawValue: row.targetDatabase)
    let path = database.flatMap {
      try? workspace.livePlanPath(planID: row.planID, slug: row.slug, database: $0)
    }
    self = path.map { .lost(path: $0) } ?? .unnamed
  }
}

extension PlanFile {
  /// Reads the file that belongs to a row.
  static func read(_ row: PlanRow, in workspace: Workspace) throws(PlanFileError) -> PlanFile {
    guard let database = TargetDatabase(rawValue: row.targetDatabase) else {
      throw .refused(
        .invalid(path: "target_database", reason: "must be a database's name"), file: nil)
    }
    return try read(
      planID: row.planID, slug: row.slug, database: database, in: workspace,
      recorded: row.planFileChecksum)
  }
}
