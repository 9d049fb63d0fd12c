internal import Foundation

/// What a backfill reports of itself.
public struct BackfillProgress: Sendable, Hashable, Codable {
  /// The table that is filled.
  public var table: String
  /// Rows changed so far, in this and earlier runs.
  public var rowsDone: Int64
  /// The estimate at the start.
  public var rowsTotal: Int64?
  /// Rows a second over the last half minute; `nil` while nothing is done.
  public var rowsPerSecond: Double?
  /// Seconds left at this rate, from the blocks that are left to visit.
  public var secondsLeft: Double?
  /// How far the seconds left would move at the rate of the last five seconds.
  public var secondsLeftSpread: Double?
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
  /// The share of this run's updates that stayed on their page and cost the indexes nothing.
  public var hotShare: Double?
  /// The WAL that the server wrote while the backfill ran, its clients' included.
  public var walBytes: Int64?
  /// For whose sake transactions are shorter than the settings allow.
  public var easedFor: String?
  /// How many times its idle time a client's statement takes; `nil` while no clients are at work.
  public var clientSlowdown: Double?
  /// What keeps dead row versions alive.
  public var pinnedBy: String?
  /// What the role may not see, so that the backfill cannot wait for it.
  public var unseen: String?
  /// Sessions at work.
  public var workers: Int?

  /// Reads what a row holds.
  init?(json: String?) {
    guard let json,
      let progress = try? JSONDecoder().decode(Self.self, from: Data(json.utf8)),
      // Not counted.
      (0..<Int(Int32.max)).contains(progress.sweep)
    else { return nil }
    self = progress
  }

  init(table: String) {
    self.table = table
    rowsDone = 0
    chunkMilliseconds = 0
    windowBlocks = 0
    strides = 0
    sweep = 0
  }

  func json() throws -> String {
    String(decoding: try JSONEncoder().encode(self), as: UTF8.self)
  }

  /// Works out how long is left of a pass, and of what comes after it.
  mutating func estimate(_ outlook: BlockOutlook, blocksLeft: Int64, isSweep: Bool) {
    secondsLeft = outlook.secondsLeft(blocks: blocksLeft, isSweep: isSweep)
    let recent = outlook.secondsLeft(blocks: blocksLeft, isSweep: isSweep, within: .seconds(5))
    secondsLeftSpread = secondsLeft.flatMap { left in recent.map { abs($0 - left) } }
  }

  /// Forgets what is only true while rows are being changed.
  mutating func stand() {
    (rowsPerSecond, secondsLeft, secondsLeftSpread) = (nil, nil, nil)
  }

  /// What is still true when no session fills the table.
  var atRest: BackfillProgress {
    var progress = self
    progress.stand()
    (progress.waitingFor, progress.easedFor, progress.pinnedBy) = (nil, nil, nil)
    (progress.unseen, progress.workers, progress.clientSlowdown) = (nil, nil, nil)
    return progress
  }
}
