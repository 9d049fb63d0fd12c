/// Which hooks are open at a step: a function of the plan and the step's position alone.
public struct HookActivation: Sendable, Hashable {
  /// The ids of the open hooks, `dual_read::<table>::<column>` and `dual_write::<table>::<column>`; where the
  /// encoding changes, `dual_write::codec::<table>::<column>::<from>-><to>` and its like.
  public var open: [String]
  /// Whether side effects of the application are suppressed: exactly while a backfill step is current.
  public var suppressesSideEffects: Bool

  /// The hooks that are open while the step at `index` is current; `steps.count` is the end.
  public init(_ plan: LivePlan, at index: Int) {
    var hooks: [Hook] = []
    var reads = false
    var writes = false
    for step in plan.steps.prefix(index) {
      switch step.kind {
      case .beginCompatibilityWindow:
        hooks = step.body.hooks
        (reads, writes) = (true, true)
      case .cutoverReads: reads = false
      // From here on the trigger takes the new column's values; it fires for every write until it is dropped.
      case .cutoverWrites: break
      case .cleanupLegacyState: (reads, writes) = (false, false)
      default: break
      }
    }
    let names = hooks.map(\.label)
    open =
      (reads ? names.map { "dual_read::" + $0 } : [])
      + (writes ? names.map { "dual_write::" + $0 } : [])
    suppressesSideEffects =
      plan.steps.indices.contains(index) && plan.steps[index].kind == .backfillChunked
  }
}
