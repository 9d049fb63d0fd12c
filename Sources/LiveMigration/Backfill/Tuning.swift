internal import Foundation

/// Settings of one plan's backfill that were changed by `tune`; they win over the configuration.
public struct Tuning: Sendable, Hashable {
  /// What can be tuned, by the name that is typed.
  public enum Key: String, Sendable, Hashable, CaseIterable {
    case chunkTarget = "chunk-target"
    case maxRate = "max-rate"
    case chunkSize = "chunk-size"
    case yield
    case clientSlowdown = "client-slowdown"
    case workers
    case strides
    case maxReplicationLag = "max-replication-lag"
    case maxSlotLag = "max-slot-lag"
    case throttleQuery = "throttle-query"
    case stopQuery = "stop-query"
    case windows
    case snapshotWait = "snapshot-wait"
  }

  /// What was changed, as it is typed.
  public private(set) var values: [Key: String]
  /// Why the queries are not run, although there are some.
  private var queryRefusal: String?

  /// Nothing changed.
  public init() { values = [:] }

  /// The word that takes a change back.
  public static let reset = "default"
  /// The word for no limit.
  public static let none = "none"

  /// Changes a value, or takes its change back for `default`.
  public mutating func set(_ key: Key, to text: String) throws(TuningError) {
    guard text != Self.reset else {
      values[key] = nil
      return
    }
    var settings = LiveSettings()
    try key.apply(text, to: &settings)
    values[key] = key.text(in: settings)
  }

  /// Settings with everything changed that was.
  ///
  /// A value that another version of the program wrote and this one does not know changes nothing.
  public func applied(to settings: LiveSettings) -> LiveSettings {
    var tuned = values.reduce(into: settings) { settings, change in
      try? change.key.apply(change.value, to: &settings)
    }
    if let queryRefusal {
      tuned.queryRefusal = queryRefusal
      if runs(.throttleQuery) { tuned.throttleQuery = nil }
      if runs(.stopQuery) { tuned.stopQuery = nil }
    }
    return tuned
  }

  /// Whether there is a query that would be run.
  var runsQuery: Bool { Key.queries.contains(where: runs) }

  private func runs(_ query: Key) -> Bool { values[query].map { $0 != Self.none } ?? false }

  /// The same without running its queries: the backfill waits, and says why.
  func refusingQuery(_ reason: String) -> Tuning {
    var tuning = self
    tuning.queryRefusal = reason
    return tuning
  }

  // MARK: - In the plan's row

  init(json: String?) {
    let stored = json.flatMap {
      try? JSONDecoder().decode([String: String].self, from: Data($0.utf8))
    }
    values = [:]
    for (name, value) in stored ?? [:] {
      if let key = Key(rawValue: name) { values[key] = value }
    }
  }

  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let named = Dictionary(uniqueKeysWithValues: values.map { ($0.key.rawValue, $0.value) })
    return String(decoding: try encoder.encode(named), as: UTF8.self)
  }
}

extension Tuning.Key {
  /// The keys whose values are queries.
  static let queries: Set<Tuning.Key> = [.throttleQuery, .stopQuery]

  /// Reads a value into settings.
  func apply(_ text: String, to settings: inout LiveSettings) throws(TuningError) {
    guard let setting = LiveSettings.tunable[self], setting.take(text, &settings) else {
      throw .invalid(self, text, expected: expectation)
    }
  }

  /// A value as it is typed.
  public func text(in settings: LiveSettings) -> String {
    LiveSettings.tunable[self]?.text(settings) ?? Tuning.none
  }

  /// What a value must be.
  public var expectation: String { LiveSettings.tunable[self]?.expectation ?? "known" }
}

/// Why a plan cannot be tuned so.
public enum TuningError: Error, Sendable, Hashable, CustomStringConvertible {
  case invalid(Tuning.Key, String, expected: String)
  case ended(PlanID, PlanStatus)

  /// One sentence, without its full stop.
  public var description: String {
    switch self {
    case .invalid(let key, let value, let expected):
      "\(key.rawValue) must be \(expected), not '\(value)'"
    case .ended(let id, let status): "plan \(id) is \(status.rawValue): nothing is left to tune"
    }
  }
}
