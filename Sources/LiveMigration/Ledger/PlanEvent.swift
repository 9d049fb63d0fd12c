public import Foundation
public import Postgres

/// One line of the audit trail: a row of `djogi_live_plan_events`, never changed.
public struct PlanEvent: Sendable, Hashable {
  /// When.
  public var time: Date
  /// The database role.
  public var actor: String
  /// The program: its host, its process and which user of the host ran it.
  public var program: ProcessIdentity
  /// What was done.
  public var action: Action
  /// The step that it is about.
  public var step: String?
  /// More about it.
  public var detail: String?
  /// The operator's reason.
  public var justification: String?

  /// What can be done to a plan.
  public enum Action: String, Sendable, Hashable, CaseIterable, PostgresDecodable,
    PostgresEncodable
  {
    case planned, started, resumed, stepCompleted = "step_completed", gateReached = "gate_reached"
    case indexBegun = "index_begun"
    case gateApproved = "gate_approved", gateRefused = "gate_refused"
    case pauseRequested = "pause_requested", paused, interrupted, finalizing, completed, abandoned
    case failed, reverting, reverted, tuned, error, reconnected
    case sourceDriftAccepted = "source_drift_accepted", triggersAccepted = "triggers_accepted"
    case kept, rollingBack = "rolling_back", rolledBack = "rolled_back", retiring
  }

  init(_ row: Row) throws {
    time = try row.decode("at")
    actor = try row.decode("actor")
    program = ProcessIdentity(
      host: try row.decode("host"), pid: try row.decode("pid"), user: try row.decode("os_user"))
    action = try row.decode("action")
    step = try row.decode("step")
    detail = try row.decode("detail")
    justification = try row.decode("justification")
  }
}
