/// Shapes windows so that a transaction takes about as long as it should.
///
/// Fast strides widen the window, slow ones narrow it; the ceiling of rows a transaction may touch comes first.
struct ChunkPace: Sendable {
  /// How long a transaction should take.
  let target: Duration
  /// The most rows that a transaction may change.
  let rowLimit: Int
  /// The blocks of the next window.
  private(set) var windowBlocks: Int64
  private var slowest = 0.0
  private var mostRows = 0

  static let smallest: Int64 = 8
  static let largest: Int64 = 8192

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

  /// Chooses the next window's width; called at each window's end.
  mutating func endWindow() {
    defer { (slowest, mostRows) = (0, 0) }
    var factor = slowest > 0 ? target.seconds / slowest : 2
    if mostRows > 0 { factor = min(factor, Double(rowLimit) / Double(mostRows)) }
    // Never more than double at a time: one quiet window says little of the next.
    factor = min(max(factor, 0.1), 2)
    let blocks = (Double(windowBlocks) * factor).rounded()
    windowBlocks = min(max(Int64(blocks), Self.smallest), Self.largest)
  }

  /// The first window: as many rows a stride as one transaction may change, at the density that the estimate says.
  static func firstWindow(
    rows: Int64?, blocks: Int64, strides: Int, rowLimit: Int
  ) -> Int64 {
    let rowsPerBlock = max(Double(rows ?? blocks * 50) / Double(max(blocks, 1)), 1)
    return Int64(Double(rowLimit) / 2 * Double(strides) / rowsPerBlock)
  }
}
