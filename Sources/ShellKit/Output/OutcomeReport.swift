internal import LiveMigration
internal import Postgres

/// Where a command left a plan.
struct OutcomeReport: Report {
  let outcome: PlanOutcome
  /// The reason that the command was given.
  var reason: String?

  func text(_ look: TextLook) -> String {
    let head = look.wrapped(title(look), indent: 2) + "\n"
    return head + look.facts(facts(look), nameWidth: 8) + disagreements + look.next(outcome.next)
  }

  private func title(_ look: TextLook) -> String {
    look.style.text(Sanitised.text(name(look)), .bold) + " " + situation(look)
  }

  /// The word that names the plan; a whole id has the slug beside it.
  private func name(_ look: TextLook) -> String {
    look.line.names[outcome.planID] ?? "plan \(outcome.planID) \(outcome.slug)"
  }

  private func situation(_ look: TextLook) -> String {
    if outcome.isPauseRequest {
      return "was asked to pause; the session that runs it stops at the next chunk."
    }
    if let kept = outcome.kept {
      return "has swapped: clients have the new shape. "
        + "The old shape is kept until \(TimeText.text(kept.until))."
    }
    let status = look.status(outcome.status.rawValue)
    if outcome.isRolledBack {
      return
        "has swapped back: clients have the old shape, and the new one is kept in step. It is \(status)"
        + place
    }
    if outcome.isReverted {
      return "is \(status) and reverted: the schema is as before the plan."
    }
    if outcome.leavesObjects {
      return "is \(status); what it added to the schema stays until revert takes it away."
    }
    if let reason = outcome.stoppedBy { return "is \(status): \(Sanitised.text(reason))." }
    guard let gate = outcome.gate else { return "is \(status)." }
    return look.style.text("waits at the gate \(gate.rawValue)", .yellow) + " for your word" + place
  }

  /// Which of its steps it is at.
  private var place: String {
    outcome.plan.map { ", step \(outcome.position.step + 1) of \($0.steps.count)." } ?? "."
  }

  private func facts(_ look: TextLook) -> [(String, String)] {
    var facts: [(String, String)] = []
    if hasRows { facts.append(("rows", rows)) }
    if let checked { facts.append(("checked", checked)) }
    if outcome.leavesObjects, let left { facts.append(("left", left)) }
    if outcome.kept != nil {
      let name = look.line.name(outcome.planID)
      facts.append(("undo", "rollback \(name), until retire; nothing is lost"))
    }
    if outcome.isRolledBack {
      let name = look.line.name(outcome.planID)
      facts.append(("undo", "revert \(name) takes the new shape away"))
    }
    if let gate = outcome.gate, let plan = outcome.plan, !outcome.isPauseRequest {
      let brief = GateBrief(gate: gate, plan: plan, step: outcome.position.step)
      facts += brief.facts(look.line.name(outcome.planID), look)
    }
    return facts
  }

  /// Whether the rows are news: later gates need not count them again.
  private var hasRows: Bool {
    guard outcome.rowsDone > 0 || outcome.rowsTotal != nil, !outcome.isReverted else {
      return false
    }
    return outcome.gate == nil || outcome.gate == .validate
  }

  private var rows: String { ProgressText.count(outcome.rowsDone, of: outcome.rowsTotal) }

  /// How many of the gate's questions agree.
  private var checked: String? {
    guard !outcome.gates.isEmpty else { return nil }
    return "\(outcome.gates.count(where: \.agrees)) of \(outcome.gates.count) agree"
  }

  /// The columns that an ended plan has left in the schema.
  private var left: String? {
    let hooks = (outcome.plan?.steps.prefix(outcome.position.step + 1) ?? []).flatMap(\.body.hooks)
    guard let first = hooks.first else { return nil }
    let column = "\(first.table).\(Quoting.identifier(first.shadow))"
    let more = hooks.count > 1 ? " and \(hooks.count - 1) more" : ""
    return "column \(Sanitised.text(column)) and its trigger\(more); clients go on as before"
  }

  private var disagreements: String {
    outcome.gates.filter { !$0.agrees }.map { gate in
      let found = gate.found.map { CountText.grouped($0) } ?? "nothing"
      return "  \(Sanitised.text(gate.name)): disagrees, expected "
        + "\(CountText.grouped(gate.expected)), found \(found)\n"
    }.joined()
  }

  var objects: [OutputValue] {
    let next = outcome.next.map { NextLine(reason: reason).text($0) }
    return [
      [
        "event": "plan_state", "plan_id": .plan(outcome.planID), "slug": .string(outcome.slug),
        "status": .string(outcome.status.rawValue), "gate": .text(outcome.gate?.rawValue),
        "gates": .list(outcome.gates.map(\.object)), "rows_done": .bigint(outcome.rowsDone),
        "rows_total": .bigint(outcome.rowsTotal),
        "pause_requested": .bool(outcome.isPauseRequest),
        "reverted": .bool(outcome.isReverted), "leaves_objects": .bool(outcome.leavesObjects),
        "current_step_index": .int(outcome.position.step),
        "steps": outcome.plan.map { .int($0.steps.count) } ?? .null,
        "losses": .list(
          (outcome.plan?.losses ?? []).filter { $0.step >= outcome.position.step }.map(\.object)),
        "kept_until": .time(outcome.kept?.until), "rolled_back": .bool(outcome.isRolledBack),
        "stopped_by": .text(outcome.stoppedBy),
        "next": .text(next),
      ]
    ]
  }
}
