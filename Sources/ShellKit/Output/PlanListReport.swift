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
        .init("plan", .right), .init("slug"), .init("status"), .init("step", .right),
        .init("rows", .right), .init("last progress"), .init("application"),
      ],
      rows: rows.map { row in
        [
          row.planID.description, row.slug, row.status.rawValue, String(row.position.step),
          rowsText(row), row.lastProgressAt.map { TimeText.ago($0) },
          row.appLabel.isEmpty ? "_global_" : row.appLabel,
        ]
      })
    return table.text(look.columns.map { .fitting(columns: $0) } ?? .aligned)
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
      "pause_requested": .bool(pauseRequested),
      "claim": claim.map {
        ["pid": .int($0.pid), "host": .string($0.host), "since": .time($0.since)]
      } ?? .null,
    ]
  }
}
