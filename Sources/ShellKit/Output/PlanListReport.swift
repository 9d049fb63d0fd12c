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

/// How wide the parts of a line are.
struct PlanListWidths {
  var name: Int
  var state: Int
  /// What is left for the rest; `nil` where nothing is cut.
  var note: Int?

  init(_ lines: [PlanListLine], _ ends: [String], columns: Int?) {
    let longest = lines.map { DisplayWidth.of($0.name) }.max() ?? 0
    let end = ends.map { DisplayWidth.of($0) }.max() ?? 0
    guard let columns else {
      (name, state, note) = (longest, PlanListLine.barredWidth, nil)
      return
    }
    name = min(longest, columns < 60 ? 12 : columns < 100 ? 20 : max(columns / 3, 30))
    state = columns < 60 ? 10 : PlanListLine.barredWidth
    note = max(columns - 1 - 2 - name - 2 - state - 2 - 2 - end, 0)
  }
}

/// One plan of the list, taken apart.
struct PlanListLine {
  private static let barWidth = 12
  /// What a bar and its percentage take.
  static let barredWidth = barWidth + 5

  private let plan: PlanSnapshot

  /// The word that names the plan: `widen_amount`, or `shop/widen_amount` beside plans of other applications.
  let name: String

  init(_ plan: PlanSnapshot, namesApplication: Bool) {
    self.plan = plan
    let row = plan.row
    name = Sanitised.text(
      namesApplication && !row.appLabel.isEmpty ? row.appLabel + "/" + row.slug : row.slug)
  }

  /// Its place in the backfill as a bar, or its status.
  private func state(_ width: Int, _ look: TextLook) -> String {
    let row = plan.row
    let isFilling = row.status == .running || row.status == .paused
    if isFilling, row.currentStep == .backfillChunked, let total = row.rowsTotal, total > 0 {
      let part = min(1, Double(row.rowsDone) / Double(total))
      let percent = CountText.percent(part)
      guard width >= Self.barredWidth else { return percent.padded(to: width) }
      let bar = look.style.text(ProgressBar().text(part, width: Self.barWidth), .cyan)
      return bar + String(repeating: " ", count: 5 - percent.count) + percent
    }
    let word = row.standing
    return look.status(word) + String(repeating: " ", count: max(width - word.count, 0))
  }

  /// What it needs, or what it is at.
  private var note: String {
    let row = plan.row
    if let need = plan.need { return need + reason }
    if let kept = row.kept { return "keeps the old shape until \(TimeText.text(kept.until))" }
    if row.status.isTerminal { return row.completedAt.map { TimeText.ago($0) } ?? "" }
    if let waiting = plan.progress?.waitingFor { return "waits for " + Sanitised.text(waiting) }
    guard let progress = plan.progress, plan.isDriven, row.currentStep == .backfillChunked else {
      return row.status == .running ? row.currentStep?.title ?? "" : ""
    }
    let left = ProgressText.timeLeft(progress).map { "ETA " + $0 }
    let eased = progress.easedFor.map { "eased: " + Sanitised.text($0) }
    return [progress.rowsPerSecond.map { CountText.rate($0) }, left, eased].compactMap(\.self)
      .joined(separator: "  ")
  }

  /// Why it stopped where it needs the operator.
  private var reason: String {
    let lines = (plan.row.lastError ?? "").split(separator: "\n")
    // The first line of several may only announce them.
    guard let line = lines.first(where: { !$0.hasSuffix(":") }) else { return "" }
    return ": " + Sanitised.text(Masking.shown(String(line))).withoutOuterBlanks
  }

  func text(_ widths: PlanListWidths, _ end: String, _ look: TextLook) -> String {
    let name = look.style.text(
      self.name.truncated(to: widths.name).padded(to: widths.name), .bold)
    // Where there is no room for both, what is needed says more than the status.
    let isShort = widths.state < Self.barredWidth
    let leavesStatusOut = isShort && plan.need != nil
    let parts = leavesStatusOut ? ["", name] : ["", name, state(widths.state, look)]
    let said = isShort ? self.note.replacing("WAITS FOR ", with: "") : self.note
    let room = widths.note.map { leavesStatusOut ? $0 + 2 + widths.state : $0 }
    let note = room.map { said.truncated(to: $0).padded(to: $0) } ?? said
    let shown = plan.need == nil ? note : look.style.text(note, .yellow)
    return (parts + [shown, end]).joined(separator: "  ")
  }
}

extension PlanSnapshot {
  /// What it needs the operator for; `nil` while it needs nothing.
  fileprivate var need: String? {
    switch row.status {
    case .validating, .cutover, .finalizing:
      if isDriven { return nil }
      if let kept = row.kept {
        return kept.until < Date() && !kept.retiresUnattended ? "ITS TIME IS OVER: retire" : nil
      }
      let gate = (gate ?? row.currentStep.flatMap(Gate.init(before:)))?.rawValue
      return row.lastError == nil
        ? "WAITS FOR YOU" + (gate.map { ": " + $0 } ?? "") : "WAITS FOR DATA"
    case .paused: return row.lastError == nil ? "WAITS FOR YOU: resume" : "STOPPED"
    case .running where !isDriven:
      let since = row.lastProgressAt.map { ", got on " + TimeText.ago($0) } ?? ""
      return "NO DRIVER" + since
    default: return nil
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
