internal import Foundation

/// The backfill's place, kept in the plan's row and committed with each chunk.
///
/// A window is a range of blocks; its rows are updated in strides, one transaction each.
struct BackfillCursor: Sendable, Hashable, Codable {
  /// The leaf table, by its object identifier; leaves are filled in the order of these.
  var leaf: UInt32
  /// The leaf's file: a rewritten table starts afresh.
  var fileNode: UInt32
  /// The block after the last one to visit, fixed when the pass began.
  ///
  /// Rows born later are the hook's work.
  var endBlock: Int64
  /// The first block of the current window.
  var block: Int64
  /// The blocks of the current window.
  var windowBlocks: Int64
  /// The strides of the current window, a power of two.
  var strides: Int
  /// The stride that comes next.
  var stride: Int
  /// How many passes over the leaf were finished: from 1 on, passes look for what moved behind the cursor.
  var sweep: Int
  /// Rows that this pass changed; a pass that changed none is the last.
  var changedInPass: Int64

  init(leaf: Leaf, strides: Int, windowBlocks: Int64) {
    self.leaf = leaf.oid
    fileNode = leaf.fileNode
    endBlock = leaf.blocks
    block = 0
    self.windowBlocks = windowBlocks
    self.strides = strides
    stride = 0
    sweep = 0
    changedInPass = 0
  }

  /// A table that holds rows.
  struct Leaf: Sendable, Hashable {
    var oid: UInt32
    var name: String
    var fileNode: UInt32
    var blocks: Int64
    var estimatedRows: Int64?
  }

  /// A Boolean value telling whether this pass has visited every block.
  var isPassDone: Bool { block >= endBlock }

  /// The block after the current window's last.
  var windowEnd: Int64 { min(block + windowBlocks, endBlock) }

  /// The cursor after the current stride changed `rows` rows; `next` shapes the window that may begin then.
  func advanced(rows: Int, next: (windowBlocks: Int64, strides: Int)) -> BackfillCursor {
    var cursor = self
    cursor.changedInPass += Int64(rows)
    if stride + 1 < strides {
      cursor.stride += 1
    } else {
      cursor.block = windowEnd
      cursor.stride = 0
      cursor.windowBlocks = next.windowBlocks
      cursor.strides = next.strides
    }
    return cursor
  }

  /// The cursor at the start of the pass that looks for what moved behind this one.
  func sweeping(_ leaf: Leaf) -> BackfillCursor {
    var cursor = self
    cursor.endBlock = leaf.blocks
    cursor.block = 0
    cursor.strides = 1
    cursor.stride = 0
    cursor.sweep += 1
    cursor.changedInPass = 0
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

  private var isSane: Bool {
    block >= 0 && endBlock >= 0 && windowBlocks > 0 && strides > 0 && strides & (strides - 1) == 0
      && (0..<strides).contains(stride) && sweep >= 0
  }
}
