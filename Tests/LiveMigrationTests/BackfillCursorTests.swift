import Testing

@testable import LiveMigration

@Suite("Backfill: the cursor")
struct BackfillCursorTests {
  static let leaf = BackfillCursor.Leaf(
    oid: 1, name: "t", fileNode: 7, blocks: 100, estimatedRows: 1000)

  /// Does strides of whichever window comes first, until the pass is done; returns the blocks visited by last strides.
  static func finish(_ start: BackfillCursor, blocks: Int64, strides: Int) -> [Range<Int64>] {
    var cursor = start
    var done: [Range<Int64>] = []
    while !cursor.isPassDone {
      if cursor.open.isEmpty { _ = cursor.claim(blocks: blocks, strides: strides) }
      let window = cursor.open[0]
      if window.isLastStride { done.append(window.block..<window.end) }
      cursor = cursor.advanced(window, rows: 1)
    }
    return done
  }

  @Test
  func `Every block is in just one window`() {
    let visited = Self.finish(BackfillCursor(leaf: Self.leaf), blocks: 16, strides: 4)
    #expect(visited.flatMap { Array($0) } == Array(0..<100))
  }

  @Test
  func `The strides of a window choose every position just once`() {
    var cursor = BackfillCursor(leaf: Self.leaf)
    _ = cursor.claim(blocks: 10, strides: 8)
    let shape = StrideShape(strides: 8, rowsPerBlock: 64)
    var left = Set(0..<64)
    while let window = cursor.open.first {
      let chosen = window.isLastStride ? left : Set(shape.range(of: window.stride))
      #expect(!chosen.isEmpty && chosen.isSubset(of: left))
      left.subtract(chosen)
      cursor = cursor.advanced(window, rows: chosen.count)
    }
    #expect(left.isEmpty)
    #expect(cursor.changedInPass == 64)
  }

  @Test
  func `An older cursor leaves out nothing that a newer one has yet to do`() throws {
    var cursor = BackfillCursor(leaf: Self.leaf)
    let claimed = cursor.claim(blocks: 30, strides: 2)
    let first = try #require(claimed)
    let older = cursor
    _ = cursor.claim(blocks: 30, strides: 2)
    cursor = cursor.advanced(first, rows: 5)
    let visited = Self.finish(older, blocks: 16, strides: 1).flatMap { Array($0) }
    #expect(Set(visited) == Set(0..<100))
    #expect(older.blocksLeft == 100)
    // One of two strides over 30 blocks is worth half of them.
    #expect(cursor.blocksLeft == 85)
  }

  @Test
  func `A stride that is not open changes nothing`() {
    var cursor = BackfillCursor(leaf: Self.leaf)
    let strange = BackfillCursor.Window(block: 5, end: 9, strides: 2, stride: 1)
    _ = cursor.claim(blocks: 30, strides: 2)
    #expect(cursor.advanced(strange, rows: 5) == cursor)
  }

  @Test
  func `A pass that changed rows is followed by another`() {
    var cursor = BackfillCursor(leaf: Self.leaf)
    _ = cursor.claim(blocks: 200, strides: 1)
    cursor = cursor.advanced(cursor.open[0], rows: 1000)
    #expect(cursor.isPassDone)
    #expect(!cursor.isLastPass)
    cursor = cursor.sweeping(Self.leaf)
    #expect(!cursor.isPassDone)
    _ = cursor.claim(blocks: 200, strides: 1)
    cursor = cursor.advanced(cursor.open[0], rows: 0)
    #expect(cursor.isLastPass)
  }

  @Test
  func `A table without blocks is done at once`() {
    let leaf = BackfillCursor.Leaf(
      oid: 1, name: "t", fileNode: 7, blocks: 0, estimatedRows: nil)
    #expect(BackfillCursor(leaf: leaf).isPassDone)
    #expect(BackfillCursor(leaf: leaf).sweeping(leaf).isLastPass)
  }

  @Test
  func `What is written is read`() throws {
    var cursor = BackfillCursor(leaf: Self.leaf)
    _ = cursor.claim(blocks: 10, strides: 8)
    _ = cursor.claim(blocks: 10, strides: 4)
    #expect(BackfillCursor(json: try cursor.json()) == cursor)
  }

  @Test(arguments: [
    nil, "", "null", "[]", "{}", #"{"leaf":1}"#,
    #"{"leaf":1,"fileNode":7,"endBlock":9,"nextBlock":-1,"open":[],"sweep":0,"changedInPass":0}"#,
    """
    {"leaf":1,"fileNode":7,"endBlock":9,"nextBlock":4,"sweep":0,"changedInPass":0,
     "open":[{"block":0,"end":5,"strides":2,"stride":0}]}
    """,
    """
    {"leaf":1,"fileNode":7,"endBlock":9,"nextBlock":9,"sweep":0,"changedInPass":0,
     "open":[{"block":0,"end":5,"strides":65,"stride":0}]}
    """,
    """
    {"leaf":1,"fileNode":7,"endBlock":9,"nextBlock":9,"sweep":0,"changedInPass":0,
     "open":[{"block":0,"end":5,"strides":2,"stride":2}]}
    """,
  ])
  func `What makes no sense starts afresh`(json: String?) {
    #expect(BackfillCursor(json: json) == nil)
  }
}
