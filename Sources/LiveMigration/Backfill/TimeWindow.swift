/// A part of each day, in the server's time: `22:00-06:00`.
public struct TimeWindow: Sendable, Hashable, CustomStringConvertible {
  /// The first minute of the day.
  public var start: Int
  /// The minute after the last; before `start` when the window goes past midnight.
  public var end: Int

  /// Reads `HH:MM-HH:MM`; `nil` for anything else, and for a window of no length.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, let start = Self.minute(parts[0]), start < 1440,
      let end = Self.minute(parts[1]), start != end
    else { return nil }
    self.start = start
    self.end = end
  }

  /// Reads windows with commas between them; `nil` when one makes no sense.
  public static func list(_ text: String) -> [TimeWindow]? {
    var windows: [TimeWindow] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let window = TimeWindow(part) else { return nil }
      windows.append(window)
    }
    return windows
  }

  private static func minute(_ text: some StringProtocol) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ (1...2).contains($0.utf8.count) }),
      let hour = UInt8(parts[0]), let minute = UInt8(parts[1]), parts[1].utf8.count == 2,
      minute < 60, hour < 24 || (hour == 24 && minute == 0)
    else { return nil }
    return Int(hour) * 60 + Int(minute)
  }

  /// A Boolean value telling whether a minute of the day is inside.
  public func contains(minute: Int) -> Bool {
    start < end ? (start..<end).contains(minute) : minute >= start || minute < end
  }

  /// As it is typed.
  public var description: String { "\(Self.clock(start))-\(Self.clock(end))" }

  private static func clock(_ minute: Int) -> String {
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return two(minute / 60) + ":" + two(minute % 60)
  }
}
