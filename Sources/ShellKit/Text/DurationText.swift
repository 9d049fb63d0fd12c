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

/// Durations as they are typed: digits and one unit, `90s`, `15min`, `2h`.
enum DurationWord {
  /// Reads a duration; blanks around it do not count, and anything else than digits and a unit is
  /// refused.
  static func parse(_ text: String) throws(DurationError) -> Duration {
    let word = text.drop(while: \.isWhitespace).trimmingEnd(while: \.isWhitespace)
    let digits = word.utf8.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard !digits.isEmpty, let unit = seconds(of: word.utf8.dropFirst(digits.count)) else {
      throw .malformed(text)
    }
    guard let number = Int64(Substring(digits)) else { throw .tooLarge(text) }
    let (seconds, overflows) = number.multipliedReportingOverflow(by: unit)
    guard !overflows else { throw .tooLarge(text) }
    return .seconds(seconds)
  }

  private static func seconds(of unit: Substring.UTF8View) -> Int64? {
    switch String(Substring(unit)) {
    case "s": 1
    case "m", "min": 60
    case "h": 3600
    case "d": 86_400
    default: nil
    }
  }
}

/// A word that is no duration.
enum DurationError: Error, Hashable, Sendable, CustomStringConvertible {
  case malformed(String)
  case tooLarge(String)

  var description: String {
    switch self {
    case .malformed(let text):
      "'\(Sanitised.text(text))' is no duration: digits and one of s, m, min, h, d, as in 15min"
    case .tooLarge(let text): "the duration '\(Sanitised.text(text))' is too large"
    }
  }
}

extension Substring {
  fileprivate func trimmingEnd(while isDropped: (Character) -> Bool) -> Substring {
    guard let last = lastIndex(where: { !isDropped($0) }) else { return "" }
    return self[...last]
  }
}
