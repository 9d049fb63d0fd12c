public import Foundation

extension Date: PostgresEncodable {
  /// Bound as `timestamp with time zone`.
  public static var postgresType: PostgresType { .timestamptz }

  /// The instant in UTC, rounded to the server's microseconds.
  public var postgresText: String {
    if self == .distantFuture { return "infinity" }
    if self == .distantPast { return "-infinity" }
    return Timestamp(self).text
  }
}

extension Date: PostgresDecodable {
  /// Reads a `timestamp with time zone` in the ISO style, which every session here is set to.
  ///
  /// `infinity` and `-infinity` are `distantFuture` and `distantPast`; a year before Christ is not read.
  public init?(postgresText text: String) {
    switch text {
    case "infinity": self = .distantFuture
    case "-infinity": self = .distantPast
    default:
      guard let date = Timestamp.date(text) else { return nil }
      self = date
    }
  }
}

/// A point in time split as the proleptic Gregorian calendar does, in UTC.
private struct Timestamp {
  static let secondsPerDay = 86_400
  /// Days from the first of March of the year 0, where this calendar counts from, to 1970-01-01.
  static let epoch = 719_468
  static let daysPerEra = 146_097

  var days: Int
  var seconds: Int
  var microseconds: Int

  init(_ date: Date) {
    let total = (date.timeIntervalSince1970 * 1_000_000).rounded()
    let whole = (total / 1_000_000).rounded(.down)
    microseconds = Int(total - whole * 1_000_000)
    let second = Int(whole)
    days = Int((whole / Double(Self.secondsPerDay)).rounded(.down))
    seconds = second - days * Self.secondsPerDay
  }

  var text: String {
    let (year, month, day) = Self.civil(days: days)
    let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { Self.pad($0, 2) }
    let date = [Self.pad(abs(year < 1 ? 1 - year : year), 4), Self.pad(month, 2), Self.pad(day, 2)]
    let fraction = Self.pad(microseconds, 6)
    let text = date.joined(separator: "-") + " " + clock.joined(separator: ":")
    return text + ".\(fraction)+00" + (year < 1 ? " BC" : "")
  }

  private static func pad(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  /// The day of the calendar; years start in March here, so that a leap day is a year's last day.
  private static func civil(days: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = days + epoch
    let era = Int((Double(shifted) / Double(daysPerEra)).rounded(.down))
    let dayOfEra = shifted - era * daysPerEra
    let leaps = dayOfEra / 1460 - dayOfEra / 36_524 + dayOfEra / 146_096
    let yearOfEra = (dayOfEra - leaps) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }

  private static func days(year: Int, month: Int, day: Int) -> Int {
    let year = month <= 2 ? year - 1 : year
    let era = year / 400
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * daysPerEra + dayOfEra - epoch
  }

  /// Reads `2026-11-23 09:13:35.123456+05:30`.
  static func date(_ text: String) -> Date? {
    var scan = DigitScanner(text)
    guard let year = scan.number(4...9), scan.take("-"), let month = scan.number(2...2),
      scan.take("-"), let day = scan.number(2...2), scan.take(" "),
      let hour = scan.number(2...2), scan.take(":"), let minute = scan.number(2...2),
      scan.take(":"), let second = scan.number(2...2)
    else { return nil }
    var microseconds = 0
    if scan.take(".") {
      guard let fraction = scan.number(1...6) else { return nil }
      microseconds = fraction
      for _ in scan.length..<6 { microseconds *= 10 }
    }
    let isWest = scan.take("-")
    guard isWest || scan.take("+"), let hours = scan.number(2...2) else { return nil }
    var offset = hours * 3600
    for unit in [60, 1] where scan.take(":") {
      guard let part = scan.number(2...2) else { return nil }
      offset += part * unit
    }
    guard scan.isAtEnd else { return nil }
    let clock = hour * 3600 + minute * 60 + second - (isWest ? -offset : offset)
    let whole = days(year: year, month: month, day: day) * secondsPerDay + clock
    return Date(timeIntervalSince1970: Double(whole) + Double(microseconds) / 1_000_000)
  }
}

/// Reads runs of digits and the marks between them; the rows of a ledger are full of times.
private struct DigitScanner {
  private var rest: Substring.UTF8View
  /// How many digits the last number had.
  private(set) var length = 0

  init(_ text: String) {
    rest = text[...].utf8
  }

  var isAtEnd: Bool { rest.isEmpty }

  /// The number that comes next, when it has as many digits as that.
  mutating func number(_ lengths: ClosedRange<Int>) -> Int? {
    var number = 0
    length = 0
    while length < lengths.upperBound, let byte = rest.first, (0x30...0x39).contains(byte) {
      number = number * 10 + Int(byte - 0x30)
      rest.removeFirst()
      length += 1
    }
    return length >= lengths.lowerBound ? number : nil
  }

  /// Whether the mark comes next, which is then behind.
  mutating func take(_ mark: Unicode.Scalar) -> Bool {
    guard let byte = rest.first, UInt32(byte) == mark.value else { return false }
    rest.removeFirst()
    return true
  }
}
