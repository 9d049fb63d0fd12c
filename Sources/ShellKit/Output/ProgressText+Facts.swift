internal import LiveMigration

/// A backfill's progress where there is a line for each thing.
extension ProgressText {
  /// A bar, what it costs, and each reason, on lines that fit the terminal.
  static func block(
    _ progress: BackfillProgress, columns: Int, style: TerminalStyle
  ) -> [String] {
    let room = max(columns - 1, 1)
    let costs = costs(progress).joined(separator: "  ")
    let lines = ([costs] + reasons(progress)).filter { !$0.isEmpty }
    return [bar(progress, columns: columns, style: style)]
      + lines.map { ("  " + $0).truncated(to: room) }
  }

  /// Everything that is known, each thing with its name.
  static func facts(_ progress: BackfillProgress) -> [(name: String, value: String)] {
    let pass = progress.sweep > 0 ? ", pass \(progress.sweep + 1)" : ""
    let done = fraction(progress).map { ", " + CountText.percent($0) } ?? ""
    var facts = [
      ("table", Sanitised.text(progress.table) + pass),
      ("rows", rows(progress.rowsDone, of: progress.rowsTotal) + done),
    ]
    if let rate = progress.rowsPerSecond { facts.append(("rate", CountText.rate(rate))) }
    if let left = timeLeft(progress) { facts.append(("ETA", left)) }
    if progress.strides > 0 {
      facts.append(("chunk", chunkTime(progress)))
      facts.append(("window", "\(progress.windowBlocks) blocks in \(progress.strides) strides"))
    }
    if let share = progress.hotShare { facts.append(("HOT", CountText.percent(share))) }
    if let bytes = progress.walBytes { facts.append(("server WAL", "\(bytes >> 20) MB")) }
    if let workers = progress.workers { facts.append(("workers", String(workers))) }
    facts += named(progress).map { ($0.name, $0.text) }
    return facts.map { (name: $0.0, value: $0.1) }
  }

  /// Why it waits, or goes on in another way than it could.
  static func reasons(_ progress: BackfillProgress) -> [String] {
    named(progress).map { name, text in
      name == "waits for" ? "\(name) \(text)" : "\(name): \(text)"
    }
  }

  private static func named(_ progress: BackfillProgress) -> [(name: String, text: String)] {
    [
      ("eased", progress.easedFor), ("pinned", progress.pinnedBy), ("unseen", progress.unseen),
      ("waits for", progress.waitingFor),
    ].compactMap { name, text in text.map { (name, Sanitised.text($0)) } }
  }
}
