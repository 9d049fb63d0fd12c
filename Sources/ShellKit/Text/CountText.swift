/// Counts, shares and rates as an operator reads them.
enum CountText {
  /// All digits in groups of three: `1,234,567`.
  static func grouped(_ count: some BinaryInteger) -> String {
    let digits = Array(String(count.magnitude))
    var result = count < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { result += "," }
      result.append(digit)
    }
    return result
  }

  /// Three digits and a unit: `999`, `18.3k`, `4.2M`; `--` for what is not counted.
  static func short(_ count: Double) -> String {
    guard count >= 0, count < 1e21 else { return "--" }
    let units = ["", "k", "M", "G", "T", "P", "E"]
    var (value, index) = (count, 0)
    // 999.95k would be printed as 1000.0k.
    while value >= (index == 0 ? 999.5 : 999.95), index < units.count - 1 {
      value /= 1000
      index += 1
    }
    return index == 0 ? String(Int(value.rounded())) : tenths(value) + units[index]
  }

  /// `18.3k rows/s`; `--` while there is nothing to tell.
  static func rate(rows: some BinaryInteger, in duration: Duration) -> String {
    let seconds = duration / .seconds(1)
    return seconds > 0 ? rate(Double(rows) / seconds) : "-- rows/s"
  }

  /// `18.3k rows/s`.
  static func rate(_ rowsPerSecond: Double) -> String { short(rowsPerSecond) + " rows/s" }

  /// `42%`, `99%` until all is done; `--` of an unknown whole.
  static func percent(_ fraction: Double) -> String {
    guard fraction.isFinite else { return "--" }
    let percent = Int((min(max(fraction, 0), 1) * 100).rounded(.down))
    return "\(percent)%"
  }

  private static func tenths(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return tenths.isMultiple(of: 10) ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
  }
}
