/// Shapes windows so that a transaction takes about as long as it should.
///
/// Fast strides widen the windows to come, slow ones narrow them; the ceiling of rows a transaction may touch comes
/// first. While clients wait on what the backfill holds, it aims at less.
struct ChunkPace: Sendable {
  /// How long a transaction should take when no client suffers.
  var target: Duration
  /// The most rows that a transaction may change.
  var rowLimit: Int
  /// The rows of a block, by estimate.
  let rowsPerBlock: Double
  /// The rows that a transaction is to change now, where every row needs work.
  private(set) var rows: Double
  /// The part of the target that is aimed at now.
  private(set) var ease = 1.0
  /// Whether clients are at work that must be let through.
  var yields = false
  /// How long a transaction works between two naps while clients are at work, in seconds.
  var workBetweenNaps = ClientSlowdown.first
  /// How many times the blocks that full ones would allow are visited at once where hardly a row needs work.
  private var sweepFactor = 1.0
  private var slowest = 0.0
  private var mostRows = 0
  private var secondsPerBlock: Double?
  /// The rows that a stride changes of a block.
  private var rowsOfBlock: Double

  /// However fast its strides are, a window is done in a while.
  static let largestWindow = 8192.0
  /// The part of the target that is aimed at while clients are at work: the fewer rows are locked, and the shorter,
  /// the less often a client meets one.
  static let yieldingPart = 0.2
  /// What a nap takes on an idle processor, in seconds.
  static let leastNap = 0.0012
  static let mostSweepFactor = 16.0
  /// However busy the machine is, so many rows are changed between two naps, and a twentieth of the ceiling in a
  /// transaction: a backfill must end some day.
  static let leastRowsBetweenNaps = 40.0
  static let leastYieldingPart = 0.05
  /// However many clients wait, some work is done in each transaction.
  static let leastEase = 1.0 / 16

  /// Begins with a quarter of what a transaction may change, because nothing is known of what a row costs.
  init(target: Duration, rowLimit: Int, rowsPerBlock: Double) {
    self.target = target
    self.rowLimit = rowLimit
    self.rowsPerBlock = max(rowsPerBlock, 1)
    rows = max(Double(rowLimit) / 4, 1)
    rowsOfBlock = max(rowsPerBlock, 1) / 10
  }

  /// The blocks of a window that is done in so many strides.
  ///
  /// In the first pass every row is counted as one that needs work: behind blocks that are done already may come some
  /// that are not. A later pass mostly reads.
  func windowBlocks(strides: Int, isSweep: Bool = false) -> Int64 {
    let share = StrideShape(strides: strides, rowsPerBlock: rowsPerBlock).largestShare
    let blocks =
      min(rows, Double(rowLimit)) / rowsPerBlock / share * (isSweep ? sweepFactor : 1)
    return Int64(min(max(blocks, 1), Self.largestWindow))
  }

  /// The blocks after which a transaction takes a nap; `nil` where no client is to be let through, or clients feel so
  /// little that there is nothing to let through.
  var nap: Int? {
    guard yields else { return nil }
    let least = max(Self.leastRowsBetweenNaps / rowsOfBlock, 1)
    let wanted = secondsPerBlock.map { workBetweenNaps / max($0, 1e-9) } ?? least
    if workBetweenNaps >= ClientSlowdown.most { return nil }
    return Int(min(max(wanted, least), 255))
  }

  /// Takes in what a stride of a window of so many blocks cost.
  ///
  /// A nap that took longer, because clients had all the processors, counts as work: the next naps come sooner.
  mutating func took(_ duration: Duration, rows: Int, blocks: Int64) {
    slowest = max(slowest, duration.seconds)
    mostRows = max(mostRows, rows)
    if rows > 0 { rowsOfBlock = Double(rows) / Double(max(blocks, 1)) }
    let naps = nap.map { Double(blocks) / Double($0) * Self.leastNap } ?? 0
    let cost = max(duration.seconds - naps, duration.seconds / 10) / Double(max(blocks, 1))
    secondsPerBlock = ((secondsPerBlock ?? cost) + cost) / 2
  }

  /// A client waits on a lock that a chunk holds: the next ones hold theirs for half as long.
  mutating func clientsWait() { ease = max(ease / 2, Self.leastEase) }

  /// Chooses the size of the transactions to come; called when a window is done.
  mutating func endWindow() {
    defer { (slowest, mostRows) = (0, 0) }
    let aim = target.seconds * min(ease, yields ? Self.yieldingPart : 1)
    var factor = slowest > 0 ? aim / slowest : 2
    if mostRows > 0 { factor = min(factor, Double(rowLimit) / Double(mostRows)) }
    // Never more than double at a time: one quiet window says little of the next.
    factor = min(max(factor, 0.1), 2)
    let least = yields && ease == 1 ? Double(rowLimit) * Self.leastYieldingPart : 1
    rows = min(max(rows * factor, least), Double(rowLimit))
    ease = min(ease * 1.25, 1)
    if mostRows > 0 || slowest > aim {
      sweepFactor = 1
    } else if slowest < aim / 4 {
      sweepFactor = min(sweepFactor * 4, Self.mostSweepFactor)
    }
  }

  /// How long to rest after a chunk, so that all sessions together stay below a ceiling of rows.
  ///
  /// - Parameter rowsPerSecond: The ceiling, 1 or more.
  static func owed(rows: Int, took: Duration, sessions: Int, rowsPerSecond: Int) -> Duration {
    let worth = Duration.seconds(Double(rows) * Double(sessions) / Double(rowsPerSecond))
    return max(worth - took, .zero)
  }
}
