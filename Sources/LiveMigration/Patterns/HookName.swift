internal import SchemaChange

/// The names of the triggers that keep columns in step.
///
/// Triggers fire in the order of their names, byte by byte (manual, section 39.1): a hook that fires last sees what the
/// application's own have made of the row.
enum HookName {
  static let prefix = "zzzz_djogi_"

  /// Whether a trigger of the application changes rows after the hooks have seen them.
  static func isBefore(_ trigger: TriggerFacts) -> Bool {
    trigger.changesRows && trigger.enabled != "D" && !trigger.name.hasPrefix(prefix)
      && prefix.utf8.lexicographicallyPrecedes(trigger.name.utf8)
  }
}

extension ReplacementGrouping {
  /// Refuses a table on which a trigger would change the column behind the hook's back: what a client wrote would be
  /// lost in the swap.
  func requireHookLast(on table: TableFacts, _ verdict: Verdict) throws {
    for node in table.tree {
      guard let trigger = node.triggers.first(where: HookName.isBefore) else { continue }
      throw context.cannotStage(
        verdict.change,
        "the trigger \(trigger.name) of \(node.name) would change rows after the plan's own, which must be the last; "
          + "rename it in a migration before, to a name that sorts before \(HookName.prefix)")
    }
  }
}
