internal import LiveMigration
internal import Postgres

/// What an operator decides at a gate: what the word means, how to go back, what lies ahead.
struct GateBrief: Sendable {
  let gate: Gate
  let plan: LivePlan
  /// The step that the plan waits at, 0 for the first.
  let step: Int

  /// The facts, each with its name.
  func facts(_ name: String, _ look: TextLook) -> [(String, String)] {
    var facts = [("means", means), ("undo", undo(name))]
    let ahead = plan.losses.filter { $0.step >= step }
    let verb = gate == .finalize ? "it destroys " : "later, finalize destroys "
    if !ahead.isEmpty {
      facts.append(("ahead", verb + ahead.map { $0.text(look) }.joined(separator: ", ")))
    }
    return facts
  }

  private var means: String {
    let hooks = plan.steps.flatMap(\.body.hooks)
    let columns = Self.list(hooks.map { "\($0.table).\(Quoting.identifier($0.shadow))" })
    let former = Self.list(hooks.map { "\($0.table).\(Quoting.identifier($0.column))" })
    switch gate {
    case .validate:
      return hooks.isEmpty
        ? "the rows are as the change needs them; clients need to do nothing"
        : "the copied values are right; the cut-over begins, and clients need to do nothing"
    case .cutoverReads where !plan.newShape.isEmpty:
      return "from your word on, readers of the new shape may come: \(path); "
        + "clients of the old shape need to do nothing"
    case .cutoverWrites where !plan.newShape.isEmpty:
      return
        "from your word on, the new shape takes writes too; each shape has what clients write to the other, "
        + "and a statement that writes both sides means the new one"
    case .finalize where !plan.newShape.isEmpty:
      return
        "the old release is gone: the tables take their new shape and names in one brief lock, and the views "
        + "that showed it go (with --keep, at retire); no client has to change its search_path"
    case .cutoverReads:
      return "from your word on, clients may read \(columns); "
        + "clients of \(former) need to do nothing"
    case .cutoverWrites:
      return "from your word on, \(columns) wins where a client writes both; "
        + "clients of \(former) are kept in step until finalize"
    case .finalize:
      return hooks.isEmpty
        ? "the constraints are checked and stay; what is legacy goes"
        : "\(columns) takes the place and the name of \(former), in one brief lock"
    }
  }

  private func undo(_ name: String) -> String {
    let isBegun = plan.steps.prefix(step).contains { $0.kind == .cleanupLegacyState }
    guard !isBegun else { return "none: a part of the clean-up has run" }
    if gate == .finalize, plan.keeping?.shape != nil {
      return "revert \(name), until the swap; with finalize --keep 24h, rollback \(name) after it"
    }
    return gate == .finalize
      ? "revert \(name), until the clean-up has run; after that none"
      : "revert \(name), until finalize; nothing is lost"
  }

  /// The search path with which a client finds the new shape.
  private var path: String {
    let views = Set(plan.newShape.compactMap(\.view.schema)).sorted()
    // The tables' own schemas come after, for what keeps its shape.
    let own = Set(plan.newShape.compactMap(\.table.schema)).sorted()
    return "search_path = " + Self.list((views + own).map(Quoting.identifier))
  }

  /// Names in a row; of many, the first and how many more.
  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(3).map { Sanitised.text($0) }.joined(separator: ", ")
    return names.count > 3 ? "\(shown) and \(names.count - 3) more" : shown
  }
}
