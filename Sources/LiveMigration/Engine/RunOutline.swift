internal import Postgres

/// What a drive has before it.
public struct RunOutline: Sendable, Hashable {
  /// The plan.
  public var planID: PlanID
  /// The migration's slug.
  public var slug: String
  /// The columns that change under clients.
  public var columns: [Column]
  /// The kinds of all steps, in order.
  public var steps: [StepKind]
  /// The step that comes next.
  public var position: Int

  /// A column that changes under clients.
  public struct Column: Sendable, Hashable {
    /// As `schema.table.column`.
    public var name: String
    /// Its types before and after; `nil` where the plan does not say.
    public var types: Hook.Types?
    /// The functions of its encodings before and after, where the type stays.
    public var codec: Hook.Codec?
  }

  init(_ plan: LivePlan, at position: Int) {
    planID = plan.header.planID
    slug = plan.header.slug
    columns = plan.hooks.map { hook in
      Column(
        name: "\(hook.table).\(Quoting.identifier(hook.column))", types: hook.types,
        codec: hook.codec)
    }
    steps = plan.steps.map(\.kind)
    self.position = position
  }
}
