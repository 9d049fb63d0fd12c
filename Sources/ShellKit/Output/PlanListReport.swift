internal import Foundation
internal import LiveMigration
internal import SchemaChange

/// The plans that `list` found.
struct PlanListReport: Report {
  let rows: [PlanRow]
  /// A Boolean value telling whether more was asked for than the unfinished ones.
  let isFiltered: Bool

  func text(_ look: TextLook) -> String {
    guard !rows.isEmpty else {
      return isFiltered
        ? "No such plan.\n" : "No unfinished plan; list --all shows those that have ended.\n"
    }
    let table = TextTable(
      [
        .init("slug"), .init("status"), .init("needs"), .init("step", .right),
        .init("rows", .right), .init("last progress"), .init("application"),
        .init("plan", .right),
      ],
      rows: sorted.map { row in
        [
          row.slug, row.standing, row.need, row.stepText,
          rowsText(row), row.lastProgressAt.map { TimeText.ago($0) },
          row.appLabel.isEmpty ? "_global_" : row.appLabel,
          look.columns == nil
            ? row.planID.description
            : PlanName.shortEnd(of: row.planID, among: rows.map(\.planID)),
        ]
      })
    let text =
      look.columns.map {
        table.cut(to: $0 - 1, droppable: ["application", "last progress", "rows", "step"]).text()
      } ?? table.text()
    return text.split(separator: "\n").dropLast().map { $0 + "\n" }.joined() + summary(look)
  }

  /// The plans that need the operator first, then as they came.
  private var sorted: [PlanRow] {
    rows.filter { $0.need != nil } + rows.filter { $0.need == nil }
  }

  /// How many plans there are, how many need the operator, and what to type.
  private func summary(_ look: TextLook) -> String {
    let needy = sorted.prefix { $0.need != nil }
    let count = rows.count == 1 ? "1 plan" : "\(rows.count) plans"
    guard let first = needy.first else { return count + "\n" }
    let need = needy.count == 1 ? "1 needs you" : "\(needy.count) need you"
    let names = rows.filter { !$0.status.isTerminal && $0.slug == first.slug }
    let isUnique = names.count == 1 && !isFiltered && !first.slug.isEmpty
    var look = look
    if isUnique { look.line.names[first.planID] = first.slug }
    return "\(count), \(need)\n" + look.next(NextStep(.show(first.planID)))
  }

  private func rowsText(_ row: PlanRow) -> String? {
    guard row.rowsDone > 0 || row.rowsTotal != nil else { return nil }
    let done = CountText.grouped(row.rowsDone)
    return row.rowsTotal.map { done + " / " + CountText.grouped($0) } ?? done
  }

  var objects: [OutputValue] {
    rows.map { .object(["event": "plan"].merging($0.members) { $1 }) }
  }
}

extension PlanRow {
  /// Its status; of a plan whose additions were taken away, that too.
  fileprivate var standing: String { revertState == .done ? "reverted" : status.rawValue }

  /// What it waits for the operator to do.
  fileprivate var need: String? {
    switch status {
    case .validating, .cutover:
      currentStep.flatMap(Gate.init(before:)).map { "your word: \($0.rawValue)" } ?? "your word"
    case .finalizing:
      kept.map { $0.until < Date() && !$0.retiresUnattended ? "retire" : nil } ?? "finalize"
    case .paused: "resume"
    default: nil
    }
  }

  /// The step that it is at, counted from 1.
  fileprivate var stepText: String? { status.isTerminal ? nil : String(position.step + 1) }

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
