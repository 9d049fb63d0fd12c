/// Durations as an operator reads them.
enum DurationText {
  /// The two largest units: `3 min 12 s`, `2 d 4 h`; below a second `120 ms`, below ten `4.2 s`.
  static func text(_ duration: Duration) -> String {
    if duration < .zero { return "-" + text(.zero - duration) }
    let (seconds, attoseconds) = duration.components
    let milliseconds = attoseconds / 1_000_000_000_000_000
    if seconds == 0 { return "\(milliseconds) ms" }
    if seconds < 10, milliseconds >= 100 { return "\(seconds).\(milliseconds / 100) s" }
    let units: [(name: String, seconds: Int64)] = [
      ("d", 86_400), ("h", 3600), ("min", 60), ("s", 1),
    ]
    let first = units.firstIndex { seconds >= $0.seconds } ?? units.count - 1
    let large = "\(seconds / units[first].seconds) \(units[first].name)"
    guard first + 1 < units.count else { return large }
    let rest = seconds % units[first].seconds / units[first + 1].seconds
    return rest == 0 ? large : large + " \(rest) \(units[first + 1].name)"
  }
}
