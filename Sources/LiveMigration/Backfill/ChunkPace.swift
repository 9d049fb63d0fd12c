/// Shapes windows so that a transaction takes about as long as it should.
///
/// Fast strides widen the window, slow ones narrow it; the ceiling of rows a transaction may touch comes first. While
/// clients wait on what the backfill holds, it aims at less.
struct ChunkPace: Sendable {
  /// How long a transaction should take when nobody suffers.
  var target: Duration
  /// The most rows that a transaction may change.
  var rowLimit: Int
  /// The blocks of the next window.
  private(set) var windowBlocks: Int64
  /// The part of the target that is aimed at now.
  private(set) var ease = 1.0
  private var slowest = 0.0
  private var mostRows = 0

  static let smallest: Int64 = 8
  static let largest: Int64 = 8192
  /// However many clients wait, some work is done in each transaction.
  static let leastEase = 1.0 / 16

  init(target: Duration, rowLimit: Int, windowBlocks: Int64) {
    self.target = target
    self.rowLimit = rowLimit
    self.windowBlocks = min(max(windowBlocks, Self.smallest), Self.largest)
  }

  /// Takes in what a stride cost.
  mutating func took(_ duration: Duration, rows: Int) {
    slowest = max(slowest, duration.seconds)
    mostRows = max(mostRows, rows)
  }

  /// A client waits on a lock that a chunk holds: the next ones hold theirs for half as long.
  mutating func clientsWait() { ease = max(ease / 2, Self.leastEase) }

  /// Chooses the next window's width; called when a window is done.
  ///
  /// - Parameter strideFactor: How many times the strides of the last window the next one has: the same blocks in
  ///   fewer strides make longer transactions.
  mutating func endWindow(strideFactor: Double = 1) {
    defer { (slowest, mostRows) = (0, 0) }
    var factor = slowest > 0 ? target.seconds * ease / slowest : 2
    if mostRows > 0 { factor = min(factor, Double(rowLimit) / Double(mostRows)) }
    // Never more than double at a time: one quiet window says little of the next.
    factor = min(max(factor, 0.1), 2) * strideFactor
    let blocks = (Double(windowBlocks) * factor).rounded()
    windowBlocks = min(max(Int64(blocks), Self.smallest), Self.largest)
    ease = min(ease * 1.25, 1)
  }

  /// The first window: in each stride a quarter of what one transaction may change, at the density that is known.
  ///
  /// It is small, because nothing is known of what a row costs; it doubles as long as it may.
  static func firstWindow(
    rows: Int64?, blocks: Int64, strides: Int, rowLimit: Int
  ) -> Int64 {
    let perBlock = rowsPerBlock(rows: rows, blocks: blocks)
    return Int64(min(Double(rowLimit) / 4 * Double(strides) / perBlock, Double(largest)))
  }

  /// How long to rest after a chunk, so that all sessions together stay below a ceiling of rows.
  ///
  /// - Parameter rowsPerSecond: The ceiling, 1 or more.
  static func owed(rows: Int, took: Duration, sessions: Int, rowsPerSecond: Int) -> Duration {
    let worth = Duration.seconds(Double(rows) * Double(sessions) / Double(rowsPerSecond))
    return max(worth - took, .zero)
  }

  /// The rows of a block; a guess where the table was never analysed.
  static func rowsPerBlock(rows: Int64?, blocks: Int64) -> Double {
    max(Double(rows ?? blocks * 50) / Double(max(blocks, 1)), 1)
  }
}
