internal import Foundation

/// Points in time as programs and people read them.
enum TimeText {
  /// `2026-11-23T15:24:07.120Z`.
  static func rfc3339(_ date: Date) -> String {
    date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
  }

  /// `2026-11-23 15:24:07 UTC`.
  static func text(_ date: Date) -> String {
    let style = Date.ISO8601FormatStyle(dateTimeSeparator: .space)
    return date.formatted(style).replacing("Z", with: " UTC")
  }

  /// `2026-11-23 15:24:07`, where it is said that this is UTC.
  static func clock(_ date: Date) -> String { String(text(date).dropLast(4)) }

  /// `2026-11-23T15:24:07Z`, at the beginning of a log's line.
  static func stamp(_ date: Date = Date()) -> String { date.formatted(.iso8601) }

  /// `3 min 12 s ago`.
  static func ago(_ date: Date, now: Date = Date()) -> String {
    let seconds = max(0, now.timeIntervalSince(date))
    return seconds < 1 ? "now" : DurationText.text(.seconds(Int64(seconds))) + " ago"
  }
}
