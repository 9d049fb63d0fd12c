internal import LiveMigration

/// A backfill's progress in words.
enum ProgressText {
  /// One line without a bar: `ledger_entry  42%  420,000 of 1,000,000 rows  18.3k rows/s  ETA 32 s`.
  static func line(_ progress: BackfillProgress) -> String {
    fields(progress).joined(separator: "  ")
  }

  /// One line with a bar, just as wide as the terminal allows.
  static func bar(_ progress: BackfillProgress, columns: Int, style: TerminalStyle) -> String {
    let text = line(progress)
    let room = columns - 1 - DisplayWidth.of(text) - 2
    guard room >= 8, let fraction = fraction(progress) else {
      return text.truncated(to: max(columns - 1, 1))
    }
    let bar = ProgressBar().text(fraction, width: min(room, 30))
    return style.text(bar, .cyan) + "  " + text
  }

  /// The part that is done; `nil` while the whole is unknown.
  static func fraction(_ progress: BackfillProgress) -> Double? {
    guard let total = progress.rowsTotal, total > 0 else { return nil }
    return min(1, Double(progress.rowsDone) / Double(total))
  }

  /// `420,000 of 1,000,000 rows`; the whole is an estimate.
  static func rows(_ done: Int64, of total: Int64?) -> String {
    let done = CountText.grouped(done)
    return total.map { "\(done) of ~\(CountText.grouped($0)) rows" } ?? "\(done) rows"
  }

  /// How far the estimate would move at the latest rate, when that is worth a word.
  private static func spread(_ progress: BackfillProgress) -> String {
    guard let spread = progress.secondsLeftSpread, let left = progress.secondsLeft,
      spread.isFinite, spread >= 1, spread > left / 20, spread < 1e9
    else { return "" }
    return " ± " + DurationText.text(.seconds(Int64(spread.rounded())))
  }

  private static func fields(_ progress: BackfillProgress) -> [String] {
    var fields = [Sanitised.text(progress.table)]
    if let fraction = fraction(progress) { fields.append("~" + CountText.percent(fraction)) }
    fields.append(rows(progress.rowsDone, of: progress.rowsTotal))
    fields.append(CountText.rate(progress.rowsPerSecond))
    if let seconds = progress.secondsLeft, seconds.isFinite, seconds >= 0, seconds < 1e9 {
      fields.append(
        "ETA ~" + DurationText.text(.seconds(Int64(seconds.rounded(.up)))) + spread(progress))
    }
    fields.append("chunk " + DurationText.text(.milliseconds(Int64(progress.chunkMilliseconds))))
    if let share = progress.hotShare { fields.append("HOT " + CountText.percent(share)) }
    if let bytes = progress.walBytes { fields.append("WAL \(bytes >> 20) MB") }
    if let workers = progress.workers, workers > 1 { fields.append("\(workers) workers") }
    if progress.sweep > 0 { fields.append("pass \(progress.sweep + 1)") }
    if let reason = progress.pinnedBy { fields.append("pinned: " + Sanitised.text(reason)) }
    if let reason = progress.waitingFor { fields.append("waits for " + Sanitised.text(reason)) }
    return fields
  }
}
