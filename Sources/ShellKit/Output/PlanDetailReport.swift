internal import LiveMigration
internal import Postgres
internal import SchemaChange

/// Everything about one plan: file, state and hooks.
struct PlanDetailReport: Report {
  let detail: PlanDetail
  let printsSQL: Bool

  func text(_ look: TextLook) -> String {
    let title = look.style.text("Plan \(detail.row.planID)", .bold)
    let head = title + "  " + Sanitised.text(detail.row.slug) + "\n"
    return head + self.facts(look) + steps(look) + look.next(detail.next)
  }

  private func facts(_ look: TextLook) -> String {
    look.facts(facts(of: look) + brief(look), nameWidth: 13)
  }

  /// What is decided at the gate that the plan waits at.
  private func brief(_ look: TextLook) -> [(String, String)] {
    guard let gate = detail.waitingGate, let plan = detail.file.plan else { return [] }
    let (id, step) = (detail.row.planID, detail.row.position.step)
    return GateBrief(gate: gate, plan: plan, step: step)
      .facts(look.line.name(id), look).filter { $0.0 != "ahead" }
  }

  private func facts(of look: TextLook) -> [(String, String)] {
    let row = detail.row
    let reverted = row.revertState == .done ? ", reverted: the schema is as before the plan" : ""
    var facts = [("status", look.status(row.status.rawValue) + reverted + situation)]
    if let plan = detail.file.plan {
      facts.append(("class", plan.header.classification.rawValue))
      for (index, loss) in plan.losses.enumerated() {
        facts.append(
          (index == 0 ? "destroys" : "", "\(loss.text(look)), in step \(loss.step + 1)"))
      }
    }
    facts.append(("migration", Sanitised.text(row.originatingMigration)))
    let app = row.appLabel.isEmpty ? "_global_" : Sanitised.text(row.appLabel)
    facts.append(("database", "\(Sanitised.text(row.targetDatabase)), application \(app)"))
    facts += file(look).enumerated().map { ($0 == 0 ? "plan file" : "", $1) }
    if let proof = detail.proof { facts.append(("proof", Sanitised.text(proof))) }
    let times = [
      ("created", row.createdAt), ("started", row.startedAt),
      ("last progress", row.lastProgressAt), ("ended", row.completedAt),
    ]
    facts += times.compactMap { name, date in date.map { (name, TimeText.text($0)) } }
    if row.currentStep == .backfillChunked, let progress = detail.progress {
      facts += ProgressText.facts(progress).map { ($0.name, $0.value) }
    } else if row.rowsDone > 0 || row.rowsTotal != nil {
      facts.append(("rows", ProgressText.count(row.rowsDone, of: row.rowsTotal)))
    }
    if let gate = detail.gateProgress {
      facts.append(("asks", GateText.fields(gate).joined(separator: "  ")))
    }
    if let hooks = detail.hooks {
      let names = hooks.open.isEmpty ? "none open" : hooks.open.joined(separator: ", ")
      let suppressed = hooks.suppressesSideEffects ? "; side effects suppressed" : ""
      facts.append(("hooks", Sanitised.text(names) + suppressed))
    }
    if let kept = row.kept {
      let end = kept.retiresUnattended ? "then the daemon may retire it" : "and until retire"
      facts.append(("old shape", "kept until \(TimeText.text(kept.until)), \(end)"))
    } else if case .refused(let reason) = detail.file.plan?.keeping, !row.status.isTerminal {
      facts.append(("no --keep", Sanitised.text(reason)))
    }
    if let found = detail.newValues { facts.append(("new values", Self.text(found))) }
    if !detail.firingTriggers.isEmpty {
      facts.append(
        ("triggers", "will fire: " + Sanitised.text(detail.firingTriggers.joined(separator: ", "))))
    }
    if let error = row.lastError {
      let text = Sanitised.text(Masking.shown(error), keepingLineEnds: true)
      for (index, line) in text.split(separator: "\n").enumerated() {
        facts.append((index == 0 ? "last error" : "", String(line)))
      }
    }
    return facts
  }

  private static func text(_ found: UnheldValues) -> String {
    let more = found.rows > Int64(found.keys.count) ? ", …" : ""
    let keys = found.keys.isEmpty ? "" : ": " + found.keys.joined(separator: ", ") + more
    return CountText.grouped(found.rows) + (found.rows == 1 ? " row has" : " rows have")
      + " one that the old shape does not hold" + Sanitised.text(keys)
  }

  private var situation: String {
    var parts: [String] = []
    if let gate = detail.waitingGate { parts.append("waits at the gate \(gate.rawValue)") }
    if let holder = detail.holder {
      let process =
        holder.claim.map { "process \($0.pid) on \(Sanitised.text($0.host))" } ?? "a session"
      parts.append("running in \(process) (server process \(holder.backendPID))")
    } else if detail.row.status == .running {
      parts.append("but no session drives it")
    }
    if detail.row.pauseRequested { parts.append("a pause is requested") }
    return parts.map { ", " + $0 }.joined()
  }

  private func file(_ look: TextLook) -> [String] {
    let remark = detail.fileRemark.map { [Sanitised.text($0)] } ?? []
    switch detail.file {
    case .intact(let file): return [Sanitised.text(file.path)] + remark
    case .missing(let path):
      return [Sanitised.text(path) + look.style.text(" is missing", .red)] + remark
    case .changed(let path, let found):
      return [
        Sanitised.text(path) + look.style.text(" was changed", .red),
        "recorded \(detail.row.planFileChecksum)", "found    \(found)",
      ]
    case .unreadable(let reason, _): return [look.style.text(Sanitised.text(reason), .red)]
    }
  }

  private func steps(_ look: TextLook) -> String {
    guard let plan = detail.file.plan else { return "" }
    let lines = plan.steps.map { $0.text(look, state: state(of: $0), printsSQL: printsSQL) }
    return "\n" + lines.joined() + "\n"
  }

  private func state(of step: PlanStep) -> StepState {
    StepState(ordinal: step.ordinal, position: detail.row.position.step)
  }

  var objects: [OutputValue] {
    let row = detail.row
    let more: [String: OutputValue] = [
      "event": "plan_detail", "file": fileObject,
      "gate": .text(detail.waitingGate?.rawValue), "driven": .bool(detail.holder != nil),
      "hooks": .list((detail.hooks?.open ?? []).map { .string($0) }),
      "side_effects_suppressed": .bool(detail.hooks?.suppressesSideEffects ?? false),
      "holder": detail.holder?.object ?? .null,
      "progress": detail.progress.map { .object($0.members) } ?? .null,
      "gate_progress": detail.gateProgress.map { .object($0.members) } ?? .null,
      "proof": detail.proof.map { .string($0) } ?? .null,
      "firing_triggers": .list(detail.firingTriggers.map { .string($0) }),
      "new_values": .bigint(detail.newValues?.rows),
      "new_value_keys": .list((detail.newValues?.keys ?? []).map { .string($0) }),
      "classification": .text(detail.file.plan?.header.classification.rawValue),
      "losses": .list((detail.file.plan?.losses ?? []).map(\.object)),
      "destructive": detail.file.plan.map { .bool($0.isDestructive) } ?? .null,
      "steps": .list(
        (detail.file.plan?.steps ?? []).map {
          $0.object(state: state(of: $0), printsSQL: printsSQL)
        }),
      "next": .text(detail.next?.line),
    ]
    return [.object(row.members.merging(more) { $1 })]
  }

  private var fileObject: OutputValue {
    switch detail.file {
    case .intact(let file): ["state": "intact", "path": .string(file.path)]
    case .missing(let path): ["state": "missing", "path": .string(path)]
    case .changed(let path, let found):
      ["state": "changed", "path": .string(path), "found": .string(found.rawValue)]
    case .unreadable(let reason, _): ["state": "unreadable", "reason": .string(reason)]
    }
  }
}

extension PlanHolder {
  /// The holder for programs.
  var object: OutputValue {
    [
      "backend_pid": .int(backendPID), "application_name": .string(applicationName),
      "client_address": .text(clientAddress), "since": .time(since),
    ]
  }
}
