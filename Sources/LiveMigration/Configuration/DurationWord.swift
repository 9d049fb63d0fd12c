/// Durations as they are typed: digits and one unit, `100ms`, `90s`, `15min`, `2h`.
public enum DurationWord {
  /// The longest that is accepted, a hundred years: the server reckons times by it, and none of its own is far off.
  public static let longest = Duration.seconds(36_500 * 86_400)

  /// Reads a duration; blanks around it do not count, and anything else than digits and a unit is
  /// refused.
  public static func parse(_ text: String) throws(DurationError) -> Duration {
    let word = text.drop(while: \.isWhitespace).trimmingEnd(while: \.isWhitespace)
    let digits = word.utf8.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard !digits.isEmpty, let unit = milliseconds(of: word.utf8.dropFirst(digits.count)) else {
      throw .malformed(text)
    }
    guard let number = Int64(Substring(digits)) else { throw .tooLarge(text) }
    let (milliseconds, overflows) = number.multipliedReportingOverflow(by: unit)
    guard !overflows, .milliseconds(milliseconds) <= longest else { throw .tooLarge(text) }
    return .milliseconds(milliseconds)
  }

  private static func milliseconds(of unit: Substring.UTF8View) -> Int64? {
    switch String(Substring(unit)) {
    case "ms": 1
    case "s": 1000
    case "m", "min": 60_000
    case "h": 3_600_000
    case "d": 86_400_000
    default: nil
    }
  }
}

/// A word that is no duration.
public enum DurationError: Error, Hashable, Sendable, CustomStringConvertible {
  case malformed(String)
  case tooLarge(String)

  /// What is wrong with the word.
  public var description: String {
    switch self {
    case .malformed(let text):
      "invalid duration '\(text)': digits and one unit of ms, s, m, min, h, d, as in 30s or 15min"
    case .tooLarge(let text): "invalid duration '\(text)': it is longer than 36500d"
    }
  }
}

extension Substring {
  fileprivate func trimmingEnd(while isDropped: (Character) -> Bool) -> Substring {
    guard let last = lastIndex(where: { !isDropped($0) }) else { return "" }
    return self[...last]
  }
}
