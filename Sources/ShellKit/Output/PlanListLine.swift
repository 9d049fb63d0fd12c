internal import Foundation
internal import LiveMigration
internal import Postgres

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
  var need: String? {
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
    case .pending: return "WAITS FOR YOU: run"
    default: return nil
    }
  }
}
