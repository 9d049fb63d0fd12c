internal import LiveMigration
internal import SchemaChange

/// What `plan` made of a migration.
struct PlanningReport: Report {
  let result: PlanningResult

  func text(_ look: TextLook) -> String {
    switch result {
    case .planned(let file, let verdicts, let remarks, let proof):
      let title = look.style.text("Planned \(file.plan.header.planID)", .bold)
      return title + Self.origin(file.plan.header) + "  file  \(Sanitised.text(file.path))\n\n"
        + steps(file.plan, look, printsSQL: false)
        + Self.losses(file.plan, look) + Self.verdicts(verdicts, look)
        + Self.remarks(remarks) + Self.proof(proof) + look.next(Self.running(file.plan))
    case .dryRun(let plan, let verdicts, let remarks, let proof):
      let title = look.style.text("Would plan", .bold)
      return title + Self.origin(plan.header) + "\n" + steps(plan, look, printsSQL: true)
        + Self.losses(plan, look) + Self.verdicts(verdicts, look) + Self.remarks(remarks)
        + Self.proof(proof)
        + look.next(Self.planning(plan.header))
    case .noPlanNeeded(let version, let app, let verdicts):
      return "\(Sanitised.text(version)) needs no live plan.\n" + Self.verdicts(verdicts, look)
        + look.next(Self.applying(version, app, verdicts))
    case .nothingPending: return "No migration is pending.\n"
    }
  }

  var objects: [OutputValue] {
    switch result {
    case .planned(let file, let verdicts, let remarks, let proof):
      [
        Self.object(
          file.plan, verdicts, remarks, proof, event: "planned", printsSQL: false,
          ["path": .string(file.path), "checksum": .string(file.checksum.rawValue)])
      ]
    case .dryRun(let plan, let verdicts, let remarks, let proof):
      [Self.object(plan, verdicts, remarks, proof, event: "dry_run", printsSQL: true, [:])]
    case .noPlanNeeded(let version, let app, let verdicts):
      [
        [
          "event": "no_plan_needed", "version": .string(version), "app_label": .string(app),
          "verdicts": .list(verdicts.map(\.object)),
          "next": .string(Self.applying(version, app, verdicts).line),
        ]
      ]
    case .nothingPending: [["event": "nothing_pending"]]
    }
  }

  private static func origin(_ header: PlanHeader) -> String {
    let app = header.appLabel.isEmpty ? "" : " of \(Sanitised.text(header.appLabel))"
    let source = Sanitised.text(header.originatingMigration)
    return " \(Sanitised.text(header.slug)), from \(source)\(app)\n"
  }

  private func steps(_ plan: LivePlan, _ look: TextLook, printsSQL: Bool) -> String {
    plan.steps.map { $0.text(look, printsSQL: printsSQL) }.joined() + "\n"
  }

  private static func losses(_ plan: LivePlan, _ look: TextLook) -> String {
    let losses = plan.losses.map { "destroys: \($0.text(look)), in step \($0.step + 1)\n" }
    return losses.joined() + (losses.isEmpty ? "" : "\n")
  }

  private static func verdicts(_ verdicts: [Verdict], _ look: TextLook) -> String {
    verdicts.map { $0.text(look) }.joined() + (verdicts.isEmpty ? "" : "\n")
  }

  private static func remarks(_ remarks: [String]) -> String {
    remarks.map { "note: \(Sanitised.text($0))\n" }.joined() + (remarks.isEmpty ? "" : "\n")
  }

  private static func proof(_ proof: Proof) -> String {
    "proof: \(Sanitised.text(proof.sentence))\n\n"
  }

  private static func planning(_ header: PlanHeader) -> NextStep {
    NextStep(.plan(version: header.originatingMigration, app: header.appLabel))
  }

  private static func applying(
    _ version: String, _ app: String, _ verdicts: [Verdict]
  ) -> NextStep {
    let destroys = verdicts.contains { $0.classification == .fastLockDestructiveGuarded }
    return NextStep(.apply(version: version, app: app), destroys: destroys)
  }

  private static func running(_ plan: LivePlan) -> NextStep {
    NextStep(.run(plan.header.planID), destroys: plan.isDestructive)
  }

  private static func object(
    _ plan: LivePlan, _ verdicts: [Verdict], _ remarks: [String], _ proof: Proof, event: String,
    printsSQL: Bool, _ more: [String: OutputValue]
  ) -> OutputValue {
    let header = plan.header
    let members: [String: OutputValue] = [
      "event": .string(event), "plan_id": .plan(header.planID), "slug": .string(header.slug),
      "classification": .string(header.classification.rawValue),
      "originating_migration": .string(header.originatingMigration),
      "target_database": .string(header.targetDatabase), "app_label": .string(header.appLabel),
      "destructive": .bool(plan.isDestructive), "losses": .list(plan.losses.map(\.object)),
      "steps": .list(plan.steps.map { $0.object(state: nil, printsSQL: printsSQL) }),
      "verdicts": .list(verdicts.map(\.object)), "remarks": .list(remarks.map { .string($0) }),
      "proof": .object([
        "state": .string(proof.word), "sentence": .string(proof.sentence),
      ]),
      "next": printsSQL ? .null : .string(running(plan).line),
    ]
    return .object(members.merging(more) { $1 })
  }
}
