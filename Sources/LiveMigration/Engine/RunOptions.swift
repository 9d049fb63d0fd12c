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
