internal import Foundation

/// The backfill's place, kept in the plan's row and committed with each chunk.
///
/// A window is a range of blocks; its rows are updated in strides, one transaction each. What lies before `nextBlock`
/// and in no open window is done. A cursor that is older than the work says less than was done, never more: going on
/// from it repeats harmless work and leaves out none.
struct BackfillCursor: Sendable, Hashable, Codable {
  /// The leaf table, by its object identifier; leaves are filled in the order of these.
  var leaf: UInt32
  /// The leaf's file: a rewritten table starts afresh.
  var fileNode: UInt32
  /// The block after the last one to visit, fixed when the pass began.
  ///
  /// Rows born later are the hook's work.
  var endBlock: Int64
  /// The first block that no window was opened for.
  var nextBlock: Int64
  /// The windows under way, one for each session.
  var open: [Window]
  /// How many passes over the leaf were finished: from 1 on, passes look for what moved behind the cursor.
  var sweep: Int
  /// Rows that this pass changed, in later passes those that need no more work; a pass without any is the last.
  var changedInPass: Int64

  /// A range of blocks whose rows are updated in strides.
  struct Window: Sendable, Hashable, Codable {
    /// The first block.
    var block: Int64
    /// The block after the last.
    var end: Int64
    /// The strides that it takes.
    var strides: Int
    /// The stride that comes next.
    var stride: Int

    /// A Boolean value telling whether the next stride takes whatever the others left.
    var isLastStride: Bool { stride + 1 == strides }

    fileprivate var isSane: Bool {
      block >= 0 && end > block && (1...StrideChoice.most).contains(strides)
        && (0..<strides).contains(stride)
    }
  }

  /// A table that holds rows.
  struct Leaf: Sendable, Hashable {
    var oid: UInt32
    var name: String
    var fileNode: UInt32
    var blocks: Int64
    var estimatedRows: Int64?

    /// The rows of a block; a guess where the table was never analysed.
    var rowsPerBlock: Double {
      max(Double(estimatedRows ?? blocks * 50) / Double(max(blocks, 1)), 1)
    }
  }

  init(leaf: Leaf) {
    self.leaf = leaf.oid
    fileNode = leaf.fileNode
    endBlock = leaf.blocks
    nextBlock = 0
    open = []
    sweep = 0
    changedInPass = 0
  }

  /// A Boolean value telling whether this pass has visited every block.
  var isPassDone: Bool { nextBlock >= endBlock && open.isEmpty }

  /// A Boolean value telling whether this pass was the last: it looked for what moved, and found nothing.
  ///
  /// An expression that gives NULL for a row leaves it in need of work for ever, and does not count; the gate then
  /// names the row.
  var isLastPass: Bool {
    isPassDone && sweep > 0 && (changedInPass == 0 || sweep >= Self.mostPasses)
  }

  private static let mostPasses = 50

  /// Blocks that this pass has yet to finish; a window's strides are parts of its blocks.
  var blocksLeft: Int64 {
    open.reduce(max(endBlock - nextBlock, 0)) { left, window in
      let part = Double(window.strides - window.stride) / Double(window.strides)
      return left + Int64(Double(window.end - window.block) * part)
    }
  }

  /// Opens the next window; `nil` when every block has one.
  mutating func claim(blocks: Int64, strides: Int) -> Window? {
    guard nextBlock < endBlock else { return nil }
    let end = min(nextBlock + max(blocks, 1), endBlock)
    let window = Window(block: nextBlock, end: end, strides: strides, stride: 0)
    open.append(window)
    nextBlock = end
    return window
  }

  /// The cursor after the current stride of a window changed `rows` rows.
  func advanced(_ window: Window, rows: Int) -> BackfillCursor {
    var cursor = self
    guard let index = open.firstIndex(of: window) else { return cursor }
    cursor.changedInPass += Int64(rows)
    if window.stride + 1 < window.strides {
      cursor.open[index].stride += 1
    } else {
      cursor.open.remove(at: index)
    }
    return cursor
  }

  /// The cursor at the start of the pass that looks for what moved behind this one.
  func sweeping(_ leaf: Leaf) -> BackfillCursor {
    var cursor = BackfillCursor(leaf: leaf)
    cursor.sweep = sweep + 1
    return cursor
  }

  /// The cursor as the row holds it.
  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  /// Reads what a row holds; `nil` starts the leaf afresh, which the condition makes harmless.
  init?(json: String?) {
    guard let json, let cursor = try? JSONDecoder().decode(Self.self, from: Data(json.utf8)),
      cursor.isSane
    else { return nil }
    self = cursor
  }

  /// No table has more (manual, appendix K).
  private static let mostBlocks: Int64 = 1 << 32

  /// Numbers that no backfill reaches come from somebody else, and their sums would run over.
  private var isSane: Bool {
    (0...Self.mostBlocks).contains(nextBlock) && (0...Self.mostBlocks).contains(endBlock)
      && (0...Self.mostPasses).contains(sweep) && (0...Int64.max / 2).contains(changedInPass)
      && open.allSatisfy { $0.isSane && $0.end <= nextBlock }
      && Set(open.map(\.block)).count == open.count
  }
}
