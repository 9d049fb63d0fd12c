internal import Postgres

/// What a drive has before it.
public struct RunOutline: Sendable, Hashable {
  /// The plan.
  public var planID: PlanID
  /// The migration's slug.
  public var slug: String
  /// The columns that change under clients, as `schema.table.column`.
  public var columns: [String]
  /// The kinds of all steps, in order.
  public var steps: [StepKind]
  /// The step that comes next.
  public var position: Int

  init(_ plan: LivePlan, at position: Int) {
    planID = plan.header.planID
    slug = plan.header.slug
    columns = plan.hooks.map { "\($0.table).\(Quoting.identifier($0.column))" }
    steps = plan.steps.map(\.kind)
    self.position = position
  }
}
