internal import Foundation
internal import LiveMigration
internal import Postgres
internal import SchemaChange

/// The plans that `list` found, a line each at any width: what needs the operator comes first.
struct PlanListReport: Report {
  let plans: [PlanSnapshot]
  /// A Boolean value telling whether more was asked for than the unfinished ones.
  let isFiltered: Bool

  func text(_ look: TextLook) -> String {
    guard !plans.isEmpty else {
      return isFiltered
        ? "No such plan.\n" : "No unfinished plan; list --all shows those that have ended.\n"
    }
    let isOneApplication = Set(plans.map(\.row.appLabel)).count == 1
    let lines = sorted.map { PlanListLine($0, namesApplication: !isOneApplication) }
    let ids = plans.map(\.row.planID)
    let ends = sorted.map { plan in
      look.columns == nil
        ? plan.row.planID.description : PlanName.shortEnd(of: plan.row.planID, among: ids)
    }
    let widths = PlanListWidths(lines, ends, columns: look.columns)
    return zip(lines, ends).map { $0.text(widths, $1, look) + "\n" }.joined() + summary(look)
  }

  /// The plans that need the operator first, then as they came.
  private var sorted: [PlanSnapshot] {
    plans.filter { $0.need != nil } + plans.filter { $0.need == nil }
  }

  /// How many plans there are, how many need the operator, and what to type.
  private func summary(_ look: TextLook) -> String {
    let needy = sorted.prefix { $0.need != nil }
    let count = plans.count == 1 ? "1 plan" : "\(plans.count) plans"
    guard let first = needy.first else { return count + "\n" }
    let need = needy.count == 1 ? "1 needs you" : "\(needy.count) need you"
    let row = first.row
    let names = plans.filter { !$0.row.status.isTerminal && $0.row.slug == row.slug }
    let isUnique = names.count == 1 && !isFiltered && !row.slug.isEmpty
    var look = look
    if isUnique { look.line.names[row.planID] = row.slug }
    return "\(count), \(need)\n" + look.next(first.next ?? NextStep(.show(row.planID)))
  }

  var objects: [OutputValue] {
    plans.map { plan in
      let more: [String: OutputValue] = [
        "event": "plan", "gate": .text(plan.gate?.rawValue), "driven": .bool(plan.isDriven),
        "next": .text(plan.next?.line),
      ]
      return .object(plan.row.members.merging(more) { $1 })
    }
  }
}

extension PlanRow {
  /// Its status; of a plan whose additions were taken away, that too.
  var standing: String { revertState == .done ? "reverted" : status.rawValue }

  /// The row for programs.
  var members: [String: OutputValue] {
    [
      "plan_id": .plan(planID), "slug": .string(slug), "status": .string(status.rawValue),
      "current_step_index": .int(position.step), "current_step": .text(currentStep?.rawValue),
      "segment_index": .int(position.segment), "rows_done": .bigint(rowsDone),
      "rows_total": .bigint(rowsTotal), "created_at": .time(createdAt),
      "started_at": .time(startedAt), "last_progress_at": .time(lastProgressAt),
      "completed_at": .time(completedAt), "last_error": .text(lastError),
      "originating_migration": .string(originatingMigration),
      "target_database": .string(targetDatabase), "app_label": .string(appLabel),
      "plan_file_checksum": .string(planFileChecksum.rawValue),
      "pause_requested": .bool(pauseRequested), "reverted": .bool(revertState == .done),
      "kept_until": .time(kept?.until),
      "claim": claim.map {
        ["pid": .int($0.pid), "host": .string($0.host), "since": .time($0.since)]
      } ?? .null,
    ]
  }
}
