internal import Foundation

extension Tuning.Key {
  /// The keys whose values are queries.
  static let queries: Set<Tuning.Key> = [.throttleQuery, .stopQuery]

  /// Reads a value into settings.
  func apply(_ text: String, to settings: inout LiveSettings) throws(TuningError) {
    let isNone = text == Tuning.none
    switch self {
    case .chunkTarget: settings.chunkTarget = try duration(text)
    case .chunkSize: settings.backfillChunkSize = try integer(text, 1...1_000_000_000)
    case .yield:
      guard ["on", "off"].contains(text) else { throw invalid(text) }
      settings.yieldsToClients = text == "on"
    case .clientSlowdown: settings.clientSlowdown = try times(text, LiveSettings.clientSlowdowns)
    case .workers: settings.workers = try integer(text, 1...64)
    case .strides: settings.strides = try integer(text, 1...64)
    case .maxRate:
      settings.maxRowsPerSecond = isNone ? nil : try integer(text, 1...1_000_000_000_000)
    case .maxReplicationLag: settings.maxReplicationLag = isNone ? nil : try duration(text)
    case .maxSlotLag:
      let digits = text.hasSuffix("MB") ? String(text.dropLast(2)) : text
      settings.maxSlotLagMB = isNone ? nil : try integer(digits, 1...1_000_000_000, shown: text)
    case .throttleQuery:
      guard text.contains(where: { !$0.isWhitespace }) else { throw invalid(text) }
      settings.throttleQuery = isNone ? nil : text
    case .stopQuery:
      guard text.contains(where: { !$0.isWhitespace }) else { throw invalid(text) }
      settings.stopQuery = isNone ? nil : text
    case .windows:
      guard let windows = isNone ? [] : TimeWindow.list(text) else { throw invalid(text) }
      settings.windows = windows
    case .snapshotWait: settings.snapshotWait = isNone ? .zero : try duration(text)
    }
  }

  /// A value as it is typed.
  public func text(in settings: LiveSettings) -> String {
    switch self {
    case .chunkTarget: "\(settings.chunkTarget.milliseconds)ms"
    case .chunkSize: String(settings.backfillChunkSize)
    case .yield: settings.yieldsToClients ? "on" : "off"
    case .clientSlowdown: String(format: "%g", settings.clientSlowdown)
    case .workers: String(settings.workers)
    case .strides: String(settings.strides)
    case .maxRate: settings.maxRowsPerSecond.map(String.init) ?? Tuning.none
    case .maxReplicationLag:
      settings.maxReplicationLag.map { "\($0.milliseconds)ms" } ?? Tuning.none
    case .maxSlotLag: settings.maxSlotLagMB.map { "\($0)MB" } ?? Tuning.none
    case .throttleQuery: settings.throttleQuery ?? Tuning.none
    case .stopQuery: settings.stopQuery ?? Tuning.none
    case .windows:
      settings.windows.isEmpty
        ? Tuning.none : settings.windows.map(\.description).joined(separator: ",")
    case .snapshotWait:
      settings.snapshotWait > .zero ? "\(settings.snapshotWait.milliseconds)ms" : Tuning.none
    }
  }

  /// What a value must be.
  public var expectation: String {
    switch self {
    case .chunkTarget: "a duration such as 100ms or 2s"
    case .chunkSize: "a number of rows from 1 to 1000000000"
    case .yield: "on or off"
    case .clientSlowdown: "a number from 1.1 to 100, such as 2 or 1.5"
    case .workers, .strides: "a number from 1 to 64"
    case .maxRate: "a number of rows a second, or none"
    case .maxReplicationLag: "a duration such as 500ms or 10s, or none"
    case .maxSlotLag: "a number of megabytes, or none"
    case .throttleQuery, .stopQuery: "a query that answers true or false, or none"
    case .windows: "times of the day such as 22:00-06:00,12:00-13:00, or none"
    case .snapshotWait: "a duration such as 500ms or 10m, or none"
    }
  }

  private func invalid(_ text: String) -> TuningError {
    .invalid(self, text, expected: expectation)
  }

  private func integer(
    _ text: String, _ range: ClosedRange<Int>, shown: String? = nil
  ) throws(TuningError) -> Int {
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text),
      range.contains(number)
    else { throw invalid(shown ?? text) }
    return number
  }

  private func times(
    _ text: String, _ range: ClosedRange<Double>
  ) throws(TuningError) -> Double {
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2E }),
      let number = Double(text), range.contains(number)
    else { throw invalid(text) }
    return number
  }

  private func duration(_ text: String) throws(TuningError) -> Duration {
    // What PostgreSQL's settings of milliseconds can hold.
    guard let duration = try? DurationWord.parse(text), duration > .zero,
      duration <= .milliseconds(Int64(Int32.max))
    else { throw invalid(text) }
    return duration
  }
}
