internal import LiveMigration

/// How far the questions of a gate are, in words.
enum GateText {
  /// `asks public.t.amount: in step and 1 more  43%  12 s  ETA 16 s`.
  static func line(_ progress: GateProgress) -> String {
    "asks " + fields(progress).joined(separator: "  ")
  }

  /// The same without its first word.
  static func fields(_ progress: GateProgress) -> [String] {
    let more = progress.names.count > 1 ? " and \(progress.names.count - 1) more" : ""
    var fields = [Sanitised.text(progress.names.first ?? "") + more]
    if let fraction = progress.fraction { fields.append(CountText.percent(fraction)) }
    fields.append(time(progress.seconds))
    if let left = progress.secondsLeft, left > 0 { fields.append("ETA " + time(left)) }
    return fields
  }

  private static func time(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "--" }
    return DurationText.text(.seconds(Int64(seconds.rounded(.up))))
  }
}

extension GateProgress {
  /// The measures for programs.
  var members: [String: OutputValue] {
    [
      "names": .list(names.map { .string($0) }), "blocks_done": .bigint(blocksDone),
      "blocks_total": .bigint(blocksTotal),
      "percent": fraction.map { .int(Int($0 * 100)) } ?? .null,
      "elapsed_ms": .milliseconds(seconds: seconds),
      "eta_ms": .milliseconds(seconds: secondsLeft),
    ]
  }
}
