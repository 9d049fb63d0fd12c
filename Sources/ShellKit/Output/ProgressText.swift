internal import LiveMigration

/// A backfill's progress in words.
enum ProgressText {
  /// One line without a bar: `ledger_entry  42%  420,000 of ~1,000,000 rows  18.3k rows/s  ETA 32 s`.
  static func line(_ progress: BackfillProgress) -> String {
    fields(progress).joined(separator: "  ")
  }

  /// One line with a bar that fits the terminal: what matters least is left out first.
  static func bar(_ progress: BackfillProgress, columns: Int, style: TerminalStyle) -> String {
    let room = max(columns - 1, 1)
    guard let fraction = fraction(progress) else { return line(progress).truncated(to: room) }
    let shortest = 10
    var text = CountText.percent(fraction)
    for field in compactFields(progress) {
      let longer = text + "  " + field
      if shortest + 2 + DisplayWidth.of(longer) <= room { text = longer }
    }
    let width = min(room - 2 - DisplayWidth.of(text), 30)
    guard width >= shortest else { return text.truncated(to: room) }
    return style.text(ProgressBar().text(fraction, width: width), .cyan) + "  " + text
  }

  /// The fields beside a bar, the most important first.
  private static func compactFields(_ progress: BackfillProgress) -> [String] {
    let total = progress.rowsTotal.map { "/~" + CountText.short(Double($0)) } ?? ""
    let pass = progress.sweep > 0 ? ["pass \(progress.sweep + 1)"] : []
    return rate(progress) + eta(progress)
      + [CountText.short(Double(progress.rowsDone)) + total + " rows"] + pass
      + [Sanitised.text(progress.table), chunk(progress)]
  }

  /// The part that is done; `nil` while the whole is unknown.
  static func fraction(_ progress: BackfillProgress) -> Double? {
    guard let total = progress.rowsTotal, total > 0 else { return nil }
    return min(1, Double(progress.rowsDone) / Double(total))
  }

  /// `420,000 of 1,000,000 rows`; the whole is an estimate.
  static func rows(_ done: Int64, of total: Int64?) -> String {
    count(done, of: total) + " rows"
  }

  /// The same behind a word that says it is rows.
  static func count(_ done: Int64, of total: Int64?) -> String {
    let done = CountText.grouped(done)
    return total.map { "\(done) of ~\(CountText.grouped($0))" } ?? done
  }

  private static func fields(_ progress: BackfillProgress) -> [String] {
    var fields = [Sanitised.text(progress.table)]
    if let fraction = fraction(progress) { fields.append(CountText.percent(fraction)) }
    fields.append(rows(progress.rowsDone, of: progress.rowsTotal))
    fields += rate(progress) + eta(progress)
    fields.append(chunk(progress))
    fields += costs(progress)
    if progress.sweep > 0 { fields.append("pass \(progress.sweep + 1)") }
    return fields + reasons(progress)
  }

  private static func rate(_ progress: BackfillProgress) -> [String] {
    progress.rowsPerSecond.map { [CountText.rate($0)] } ?? []
  }

  private static func eta(_ progress: BackfillProgress) -> [String] {
    timeLeft(progress).map { ["ETA " + $0] } ?? []
  }

  static func timeLeft(_ progress: BackfillProgress) -> String? {
    guard let seconds = progress.secondsLeft, seconds.isFinite, seconds >= 0, seconds < 1e9 else {
      return nil
    }
    return DurationText.text(.seconds(Int64(seconds.rounded(.up)))) + spread(progress)
  }

  private static func chunk(_ progress: BackfillProgress) -> String {
    "chunk " + chunkTime(progress)
  }

  static func chunkTime(_ progress: BackfillProgress) -> String {
    let milliseconds = min(max(progress.chunkMilliseconds, 0), 1e12)
    return DurationText.text(.milliseconds(Int64(milliseconds)))
  }

  /// How far the estimate would move at the latest rate, when that is worth a word.
  private static func spread(_ progress: BackfillProgress) -> String {
    guard let spread = progress.secondsLeftSpread, let left = progress.secondsLeft,
      spread.isFinite, spread >= 1, spread > left / 20, spread < 1e9
    else { return "" }
    return " ± " + DurationText.text(.seconds(Int64(spread.rounded())))
  }

  /// What it costs, as far as that is known.
  static func costs(_ progress: BackfillProgress) -> [String] {
    var costs: [String] = []
    if let share = progress.hotShare { costs.append("HOT " + CountText.percent(share)) }
    // The WAL of one client is not counted.
    if let bytes = progress.walBytes { costs.append("server WAL \(bytes >> 20) MB") }
    if let workers = progress.workers, workers > 1 { costs.append("\(workers) workers") }
    return costs
  }
}
