public import Foundation
public import Postgres
public import SchemaChange

/// A plan's runtime state: one row of `djogi_live_plans`.
public struct PlanRow: Sendable, Hashable {
  /// The plan's identifier.
  public var planID: PlanID
  /// The migration's slug.
  public var slug: String
  /// The checksum that the plan file must have.
  public var planFileChecksum: Checksum
  /// Where the plan stands.
  public var status: PlanStatus
  /// The step that is current, and the segment, hook or table inside it that comes next.
  public var position: Position
  /// The kind of the current step; of the last one at the end.
  public var currentStep: StepKind?
  /// Rows that the backfill changed.
  public var rowsDone: Int64
  /// The estimate of rows at the start of the backfill.
  public var rowsTotal: Int64?
  /// When it was first run.
  public var startedAt: Date?
  /// When it last got on.
  public var lastProgressAt: Date?
  /// When it ended.
  public var completedAt: Date?
  /// What went wrong last.
  public var lastError: String?
  /// The migration's version.
  public var originatingMigration: String
  /// The database of the workspace.
  public var targetDatabase: String
  /// The application, empty for `_global_`.
  public var appLabel: String
  /// The process that drives it, or drove it last.
  public var claim: Claim?
  /// Whether somebody asked for a pause.
  public var pauseRequested: Bool
  /// The backfill's place, as JSON.
  public var cursor: String?
  /// What the backfill reports of itself, as JSON.
  public var backfillState: String?
  /// What `tune` changed, as JSON.
  public var tuning: String?
  /// When the plan was made.
  public var createdAt: Date
  /// Whether the row has a copy of the plan file.
  public var hasCopy: Bool
  /// How far it is reverted; `nil` when that has not begun.
  public var revertState: RevertState?
  /// How long it keeps the old shape after its swap; `nil` before that, and for a plan that keeps none.
  public var kept: Kept?

  /// How long a plan keeps the old shape.
  public struct Kept: Sendable, Hashable {
    /// The time until which the operator wants it.
    public var until: Date
    /// Whether the daemon may give it up then.
    public var retiresUnattended: Bool
  }

  /// How far a plan is reverted.
  public enum RevertState: String, Sendable, Hashable, PostgresDecodable, PostgresEncodable {
    /// Some may be undone, and some not.
    case begun
    /// There is nothing left to undo.
    case done
  }

  /// A place in a plan.
  public struct Position: Sendable, Hashable {
    /// The step's ordinal; the number of steps at the end.
    public var step: Int
    /// The piece of the step that comes next.
    public var segment: Int

    /// Names a place.
    public init(step: Int, segment: Int) {
      self.step = step
      self.segment = segment
    }
  }

  /// Who drives a plan.
  public struct Claim: Sendable, Hashable {
    /// The process's number on its host.
    public var pid: Int
    /// The host.
    public var host: String
    /// Since when.
    public var since: Date
  }

  /// The columns that a row is read from.
  static func columns(_ version: LedgerVersion) -> SQL {
    let known: SQL = """
      plan_id, slug, plan_file_checksum, classification, status, current_step, current_step_index,
      segment_index, backfill_rows_done, backfill_rows_total, started_at, last_progress_at,
      completed_at, last_error, originating_migration, target_database, app_label, claimed_by_pid,
      claimed_by_host, claimed_at, pause_requested, backfill_cursor, backfill_state, tuning,
      created_at
      """
    return known
      + (version < .planCopies
        ? ", false AS has_copy, NULL AS revert_state"
        : ", plan_copy IS NOT NULL AS has_copy, revert_state")
      + (version < .keptShapes
        ? ", NULL::timestamptz AS kept_until, false AS retires_unattended"
        : ", kept_until, retires_unattended")
  }

  /// Reads a row; what it cannot hold is an error that names plan and column.
  init(_ row: Row) throws {
    guard let id = PlanID(rawValue: try row.decode("plan_id")) else {
      throw EngineError.malformedRow("plan_id", try row.decode("plan_id"))
    }
    do {
      try self.init(row, of: id)
    } catch let error as RowDecodingError {
      let value = if case .malformed(let text) = error.reason { text } else { "NULL" }
      throw EngineError.malformedRow("\(error.column) of plan \(id)", value)
    }
  }

  private init(_ row: Row, of id: PlanID) throws {
    planID = id
    slug = try row.decode("slug")
    let checksum: String = try row.decode("plan_file_checksum")
    guard let parsed = Checksum(rawValue: checksum) else {
      throw EngineError.malformedRow("plan_file_checksum of plan \(id)", checksum)
    }
    planFileChecksum = parsed
    status = try row.decode("status")
    position = Position(
      step: try row.decode("current_step_index"), segment: try row.decode("segment_index"))
    currentStep = try row.decode("current_step")
    rowsDone = try row.decode("backfill_rows_done")
    rowsTotal = try row.decode("backfill_rows_total")
    startedAt = try row.decode("started_at")
    lastProgressAt = try row.decode("last_progress_at")
    completedAt = try row.decode("completed_at")
    lastError = try row.decode("last_error")
    originatingMigration = try row.decode("originating_migration")
    targetDatabase = try row.decode("target_database")
    appLabel = try row.decode("app_label")
    if let pid = try row.decode("claimed_by_pid", as: Int?.self),
      let since = try row.decode("claimed_at", as: Date?.self)
    {
      claim = Claim(
        pid: pid, host: try row.decode("claimed_by_host", as: String?.self) ?? "", since: since)
    }
    pauseRequested = try row.decode("pause_requested")
    cursor = try row.decode("backfill_cursor")
    backfillState = try row.decode("backfill_state")
    tuning = try row.decode("tuning")
    createdAt = try row.decode("created_at")
    hasCopy = try row.decode("has_copy")
    revertState = try row.decode("revert_state")
    if let until = try row.decode("kept_until", as: Date?.self) {
      kept = Kept(until: until, retiresUnattended: try row.decode("retires_unattended"))
    }
    guard position.step >= 0 else {
      throw EngineError.malformedRow("current_step_index of plan \(id)", "\(position.step)")
    }
    guard position.segment >= 0 else {
      throw EngineError.malformedRow("segment_index of plan \(id)", "\(position.segment)")
    }
  }
}
