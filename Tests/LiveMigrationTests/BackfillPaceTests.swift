import Postgres
import Testing

@testable import LiveMigration

@Suite("Backfill: pace, strides and rate")
struct BackfillPaceTests {
  static func pace() -> ChunkPace {
    ChunkPace(target: .milliseconds(100), rowLimit: 10_000, rowsPerBlock: 100)
  }

  @Test(arguments: [
    (1000, Duration.milliseconds(100), 1, 1000, Duration.milliseconds(900)),
    (1000, .milliseconds(100), 2, 1000, .milliseconds(1900)),
    (1000, .seconds(2), 1, 1000, .zero), (0, .milliseconds(5), 4, 1, .zero),
  ])
  func `A ceiling of rows is shared by the sessions`(
    rows: Int, took: Duration, sessions: Int, limit: Int, owed: Duration
  ) {
    #expect(
      ChunkPace.owed(rows: rows, took: took, sessions: sessions, rowsPerSecond: limit) == owed)
  }

  @Test
  func `It begins with a quarter of the rows that a transaction may change`() {
    #expect(Self.pace().windowBlocks(strides: 1) == 25)
    #expect(Self.pace().windowBlocks(strides: 12) == 251)
  }

  @Test
  func `A worker less ends just one session`() {
    var settings = LiveSettings()
    settings.workers = 3
    let board = BackfillBoard(settings: settings, progress: BackfillProgress(table: "t"))
    board.with { $0.helpers = 2 }
    #expect(!board.dismissesHelper() && !board.dismissesHelper())
    board.with { $0.settings.workers = 2 }
    #expect(board.dismissesHelper() && !board.dismissesHelper())
    #expect(board.with { $0.helpers } == 1)
  }

  @Test
  func `A ceiling makes transactions of a second's worth at most`() {
    var settings = LiveSettings()
    (settings.maxRowsPerSecond, settings.workers) = (9000, 3)
    let board = BackfillBoard(settings: settings, progress: BackfillProgress(table: "t"))
    #expect(board.with { $0.rowLimit } == 3000)
    board.with { $0.settings.maxRowsPerSecond = 1 }
    #expect(board.with { $0.rowLimit } == 1)
    board.with { $0.settings.maxRowsPerSecond = nil }
    #expect(board.with { $0.rowLimit } == settings.backfillChunkSize)
  }

  @Test
  func `A window that somebody holds a row of is left for later, others are not`() throws {
    let board = BackfillBoard(
      settings: LiveSettings(), progress: BackfillProgress(table: "t"))
    board.begin(BackfillCursor(leaf: BackfillCursorTests.leaf), BackfillCursorTests.leaf)
    let pace = ChunkPace(target: .seconds(1), rowLimit: 200, rowsPerBlock: 10)
    let first = try #require(board.claim(pace))
    let error = PostgresError.server(ServerError(message: "held", sqlState: .lockNotAvailable))
    board.block(first, error)
    let second = try #require(board.claim(pace))
    #expect(second.block == 50)
    guard case .others = board.rest else { throw error }
    var next: BackfillCursor.Window? = second
    while let window = next { next = board.committed(window, ChunkResult(rows: 1)).next }
    #expect(board.claim(pace) == nil)
    guard case .blocked(error) = board.rest else { throw error }
  }

  @Test
  func `Fast strides widen the window, at most twofold`() {
    var pace = Self.pace()
    pace.took(.milliseconds(1), rows: 100, blocks: 10)
    pace.endWindow()
    #expect(pace.windowBlocks(strides: 1) == 50)
  }

  @Test
  func `The slowest stride narrows it`() {
    var pace = Self.pace()
    pace.took(.milliseconds(500), rows: 100, blocks: 10)
    pace.took(.milliseconds(10), rows: 100, blocks: 10)
    pace.endWindow()
    #expect(pace.windowBlocks(strides: 1) == 5)
  }

  @Test
  func `Where pages hold more rows than was thought, a transaction soon stays below the ceiling`() {
    var pace = Self.pace()
    pace.took(.milliseconds(1), rows: 20_000, blocks: 10)
    pace.endWindow()
    #expect(pace.windowBlocks(strides: 1) == 12)
  }

  @Test(arguments: [1, 8, 20])
  func `Blocks that need no work make no transaction longer that comes after them`(strides: Int) {
    var pace = Self.pace()
    for _ in 0..<30 { pace.endWindow() }
    let share = StrideShape(strides: strides, rowsPerBlock: 100).largestShare
    let rows = Double(pace.windowBlocks(strides: strides)) * 100 * share
    #expect((9900...10_000).contains(rows))
  }

  @Test
  func `A pass that only reads takes larger windows, until it meets work`() {
    var pace = Self.pace()
    for _ in 0..<5 {
      pace.took(.milliseconds(1), rows: 0, blocks: 10)
      pace.endWindow()
    }
    #expect(pace.windowBlocks(strides: 1) == 100)
    #expect(pace.windowBlocks(strides: 1, isSweep: true) == 1600)
    pace.took(.milliseconds(1), rows: 5, blocks: 10)
    pace.endWindow()
    #expect(pace.windowBlocks(strides: 1, isSweep: true) == 100)
  }

  @Test
  func `Clients that wait make transactions shorter until they are gone`() {
    var pace = Self.pace()
    pace.clientsWait()
    pace.took(.milliseconds(100), rows: 100, blocks: 10)
    pace.endWindow()
    #expect(pace.windowBlocks(strides: 1) == 12)
    for _ in 0..<10 { pace.endWindow() }
    #expect(pace.ease == 1)
    for _ in 0..<20 { pace.clientsWait() }
    #expect(pace.ease == ChunkPace.leastEase)
  }

  @Test
  func `While clients are at work, transactions are short and take naps`() throws {
    var pace = Self.pace()
    pace.took(.milliseconds(40), rows: 10_000, blocks: 1000)
    #expect(pace.nap == nil)
    pace.yields = true
    #expect(pace.nap == 10)
    for _ in 0..<20 {
      let naps = 1000.0 / Double(try #require(pace.nap))
      pace.took(.seconds(0.04 + naps * ChunkPace.leastNap), rows: 10_000, blocks: 1000)
    }
    #expect((9...10).contains(try #require(pace.nap)))
    pace.endWindow()
    #expect(pace.windowBlocks(strides: 1) == 5)
  }

  @Test
  func `Naps that take longer than they should come sooner`() throws {
    var pace = Self.pace()
    pace.took(.milliseconds(40), rows: 10_000, blocks: 1000)
    pace.yields = true
    for _ in 0..<20 {
      // Each nap takes 0.3 ms more.
      let naps = 1000.0 / Double(try #require(pace.nap))
      pace.took(.seconds(0.04 + naps * 0.0014), rows: 10_000, blocks: 1000)
    }
    #expect((4...6).contains(try #require(pace.nap)))
    pace.took(.seconds(10), rows: 100, blocks: 10)
    #expect(pace.nap == 4)
  }

  @Test
  func `The window has bounds`() {
    var pace = ChunkPace(target: .milliseconds(100), rowLimit: 1_000_000, rowsPerBlock: 1)
    for _ in 0..<30 { pace.endWindow() }
    #expect(pace.windowBlocks(strides: 1) == 8192)
    for _ in 0..<30 {
      pace.took(.seconds(60), rows: 1, blocks: 10)
      pace.endWindow()
    }
    #expect(pace.windowBlocks(strides: 1) == 1)
  }

  @Test
  func `Strides need rows to divide, and a horizon that moves`() {
    var choice = StrideChoice(most: 8, rowsPerBlock: 100)
    #expect(choice.strides == 8)
    choice.rowsPerBlock = 16
    #expect(choice.strides == 8)
    choice.rowsPerBlock = 11.7
    #expect(choice.strides == 12)
    choice.rowsPerBlock = 5
    #expect(choice.strides == 5)
    (choice.most, choice.rowsPerBlock) = (64, 100)
    #expect(choice.strides == 64)
    choice.rowsPerBlock = 1
    #expect(choice.strides == 1)
    (choice.most, choice.rowsPerBlock) = (8, 100)
    choice.pinnedBy = "process 7"
    #expect(choice.strides == 1)
    choice.pinnedBy = nil
    choice.most = 1
    #expect(choice.strides == 1)
  }

  @Test
  func `Strides that win nothing are given up for a while`() {
    var choice = StrideChoice(most: 8, rowsPerBlock: 100)
    choice.endWindow(strides: 8, hotShare: 0.01)
    choice.endWindow(strides: 8, hotShare: 0.6)
    for _ in 0..<2 { choice.endWindow(strides: 8, hotShare: 0.01) }
    #expect(choice.strides == 8)
    choice.endWindow(strides: 8, hotShare: 0.01)
    #expect(choice.isFruitless)
    #expect(choice.strides == 1)
    for _ in 0..<StrideChoice.windowsWithout { choice.endWindow(strides: 1, hotShare: 0) }
    #expect(choice.strides == 8)
  }

  @Test
  func `A server that does not count changes nothing`() {
    var choice = StrideChoice(most: 8, rowsPerBlock: 100)
    for _ in 0..<9 { choice.endWindow(strides: 8, hotShare: nil) }
    #expect(choice.strides == 8)
  }

  @Test
  func `The rate forgets what is long past`() {
    let start = ContinuousClock.now
    var rate = SlidingRate()
    #expect(rate.perSecond(at: start) == nil)
    rate.add(1_000_000, at: start)
    #expect(rate.perSecond(at: start) == nil)
    for second in 1...60 { rate.add(10, at: start + .seconds(second)) }
    let now = start + .seconds(60)
    #expect(rate.perSecond(at: now) == 10)
    for half in 1...10 { rate.add(20, at: now + .milliseconds(half * 500)) }
    #expect(rate.perSecond(at: now + .seconds(5), within: .seconds(4)) == 40)
  }
}
