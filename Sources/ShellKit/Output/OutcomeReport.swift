internal import LiveMigration

/// Where a command left a plan.
struct OutcomeReport: Report {
  let outcome: PlanOutcome
  /// The reason that the command was given.
  var reason: String?

  private var next: String? { outcome.next.map { NextLine(reason: reason).text($0) } }

  func text(_ look: TextLook) -> String {
    let plan = look.style.text("Plan \(outcome.planID)", .bold)
    let head = "\(plan) \(Sanitised.text(outcome.slug)) "
    return head + situation(look) + "\n" + rows + gates + look.next(next)
  }

  private func situation(_ look: TextLook) -> String {
    if outcome.isPauseRequest {
      return "was asked to pause; the session that runs it stops at the next chunk."
    }
    let status = look.status(outcome.status.rawValue)
    if outcome.isReverted {
      return "is \(status) and reverted: the schema is as before the plan."
    }
    if outcome.leavesObjects {
      return "is \(status); what it added to the schema stays until revert takes it away."
    }
    guard let gate = outcome.gate else { return "is \(status)." }
    return "is \(status) and waits at the gate \(gate.rawValue)."
  }

  private var rows: String {
    guard outcome.rowsDone > 0 || outcome.rowsTotal != nil else { return "" }
    return "  " + ProgressText.rows(outcome.rowsDone, of: outcome.rowsTotal) + "\n"
  }

  private var gates: String {
    outcome.gates.map { gate in
      let found = gate.found.map { CountText.grouped($0) } ?? "nothing"
      let verdict = gate.agrees ? "agrees" : "disagrees"
      return "  \(Sanitised.text(gate.name)): \(verdict), expected "
        + "\(CountText.grouped(gate.expected)), found \(found)\n"
    }.joined()
  }

  var objects: [OutputValue] {
    [
      [
        "event": "plan_state", "plan_id": .plan(outcome.planID), "slug": .string(outcome.slug),
        "status": .string(outcome.status.rawValue), "gate": .text(outcome.gate?.rawValue),
        "gates": .list(outcome.gates.map(\.object)), "rows_done": .bigint(outcome.rowsDone),
        "rows_total": .bigint(outcome.rowsTotal),
        "pause_requested": .bool(outcome.isPauseRequest),
        "reverted": .bool(outcome.isReverted), "leaves_objects": .bool(outcome.leavesObjects),
        "next": .text(next),
      ]
    ]
  }
}
