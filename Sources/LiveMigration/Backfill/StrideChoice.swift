/// Chooses how many transactions a window of blocks is spread over.
///
/// Strides pay while the server can prune what the last one left behind. They do not while an old snapshot keeps dead
/// versions alive, or when hardly any update stays on its page: then one pass over a window is cheaper.
struct StrideChoice: Sendable {
  /// What the settings ask for.
  var most: Int
  /// Rows in a block: the fewer they are, the fewer may change at once to find room on their page.
  var rowsPerBlock: Double
  /// What pins the horizon now.
  var pinnedBy: String?
  private var fruitless = 0
  private var patience = 0

  /// Below this share of heap-only updates strides have won nothing.
  static let leastShare = 0.1
  /// The most strides of a window.
  static let most = 64
  /// Windows in one pass before strides are tried again.
  static let windowsWithout = 32

  init(most: Int, rowsPerBlock: Double) {
    self.most = most
    self.rowsPerBlock = rowsPerBlock
  }

  /// The strides of the next window.
  var strides: Int {
    guard pinnedBy == nil, patience == 0 else { return 1 }
    // A row that has its page to itself never finds room there.
    guard most > 1, rowsPerBlock >= 2 else { return 1 }
    // On a page of few rows a single one at a time finds room.
    let rows = Int(rowsPerBlock.rounded())
    return rows < 2 * most ? min(rows, Self.most) : most
  }

  /// A Boolean value telling whether strides were given up because pruning achieves nothing.
  var isFruitless: Bool { patience > 0 }

  /// Takes in a window's share of heap-only updates; `nil` where the server does not count.
  mutating func endWindow(strides: Int, hotShare: Double?) {
    if patience > 0 {
      patience -= 1
      return
    }
    guard strides > 1, pinnedBy == nil, let hotShare else { return }
    fruitless = hotShare < Self.leastShare ? fruitless + 1 : 0
    // One window may have met rows that somebody held; three in a row are a property of the table.
    if fruitless == 3 { (fruitless, patience) = (0, Self.windowsWithout) }
  }
}
