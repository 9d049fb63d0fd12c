internal import Foundation

/// What a backfill reports of itself.
public struct BackfillProgress: Sendable, Hashable, Codable {
  /// The table that is filled.
  public var table: String
  /// Rows changed so far, in this and earlier runs.
  public var rowsDone: Int64
  /// The estimate at the start.
  public var rowsTotal: Int64?
  /// Rows a second over the last half minute.
  public var rowsPerSecond: Double
  /// Seconds left at this rate, from the blocks that are left to visit.
  public var secondsLeft: Double?
  /// What the last transaction took.
  public var chunkMilliseconds: Double
  /// Blocks in a window.
  public var windowBlocks: Int
  /// Transactions in a window.
  public var strides: Int
  /// Passes finished over this table.
  public var sweep: Int
  /// What it is waiting for.
  public var waitingFor: String?

  /// Reads what a row holds.
  init?(json: String?) {
    guard let json,
      let progress = try? JSONDecoder().decode(Self.self, from: Data(json.utf8))
    else { return nil }
    self = progress
  }

  init(table: String) {
    self.table = table
    rowsDone = 0
    rowsPerSecond = 0
    chunkMilliseconds = 0
    windowBlocks = 0
    strides = 0
    sweep = 0
  }

  func json() throws -> String {
    String(decoding: try JSONEncoder().encode(self), as: UTF8.self)
  }
}

/// The rate over a sliding window of time.
struct SlidingRate: Sendable {
  private var samples: [(time: ContinuousClock.Instant, amount: Double)] = []
  private let span: Duration = .seconds(30)

  mutating func add(_ amount: Double, at now: ContinuousClock.Instant = .now) {
    samples.append((now, amount))
    samples.removeAll { now - $0.time > span }
  }

  /// The amount a second.
  func perSecond(at now: ContinuousClock.Instant = .now) -> Double {
    guard let first = samples.first, samples.count > 1 else { return 0 }
    let seconds = (now - first.time).seconds
    // The first sample's work was done before its time stamp.
    let amount = samples.dropFirst().reduce(0) { $0 + $1.amount }
    return seconds > 0 ? amount / seconds : 0
  }
}
