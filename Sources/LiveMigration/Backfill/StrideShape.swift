/// Which rows of a page each stride of a window takes: those at a range of positions on the page.
///
/// The rows that a stride updates leave room behind for the next one, once the server prunes what is dead. By their
/// position, not by a hash, a stride has the same number of rows on every page: none that finds no room where the
/// page beside it has some left. New versions are longer than old ones, so each stride leaves less room than it
/// found; the last ones are smaller for that. The first is no larger than the free tenth of an index page: more new
/// entries at once would split every page of the indexes.
struct StrideShape: Sendable, Hashable {
  /// The transactions of a window.
  let strides: Int
  /// The positions of a page that are told apart.
  let positions: Int

  /// Divides the rows of a page.
  ///
  /// - Parameter rowsPerBlock: The rows on a page, by estimate; any error costs room, never a row.
  init(strides: Int, rowsPerBlock: Double) {
    self.strides = max(strides, 1)
    positions = min(max(Int(rowsPerBlock.rounded()), self.strides), Self.mostPositions)
  }

  /// A stride's positions, counted from 0; the last stride takes whatever the others left besides.
  func range(of stride: Int) -> Range<Int> { bound(stride)..<bound(stride + 1) }

  /// The share of a window's rows that its largest stride changes.
  var largestShare: Double { 1 / weights.reduce(0, +) }

  private static let mostPositions = 256
  private static let evenShare = 0.6
  private static let shrinking = 0.84

  private func bound(_ stride: Int) -> Int {
    let part = weights.prefix(stride).reduce(0, +) / weights.reduce(0, +)
    return Int((Double(positions) * part).rounded())
  }

  /// Even at first, then each a little smaller than the one before; pages of few rows give one row to each.
  private var weights: [Double] {
    let even = positions < 2 * strides ? strides : Int(Double(strides) * Self.evenShare)
    var weights = [Double](repeating: 1, count: min(max(even, 1), strides))
    while weights.count < strides { weights.append(weights[weights.count - 1] * Self.shrinking) }
    return weights
  }
}
