public import Foundation

/// What goes on with a plan, for a reader who has not read what came before.
public struct RunReminder: Sendable {
  /// The plan.
  public var planID: PlanID
  /// The migration's slug.
  public var slug: String
  /// When the drive began.
  public var since: Date
  /// The current step, from 1.
  public var position: Int
  /// How many steps the plan has.
  public var steps: Int
  /// The current step's kind.
  public var kind: StepKind
  /// How the backfill is set, of what an operator tunes first.
  public var settings: [(key: Tuning.Key, value: String)]
  /// The process that drives it.
  public var pid: Int
  /// The host of that process.
  public var host: String
}
