import Testing

@testable import LiveMigration

@Suite("Backfill: pace, strides and rate")
struct BackfillPaceTests {
  static func pace(_ blocks: Int64 = 64) -> ChunkPace {
    ChunkPace(target: .milliseconds(100), rowLimit: 10_000, windowBlocks: blocks)
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
  func `Fast strides widen the window, at most twofold`() {
    var pace = Self.pace()
    pace.took(.milliseconds(1), rows: 100)
    pace.endWindow()
    #expect(pace.windowBlocks == 128)
  }

  @Test
  func `The slowest stride narrows it`() {
    var pace = Self.pace()
    pace.took(.milliseconds(200), rows: 100)
    pace.took(.milliseconds(10), rows: 100)
    pace.endWindow()
    #expect(pace.windowBlocks == 32)
  }

  @Test
  func `A transaction may not change more rows than allowed`() {
    var pace = Self.pace()
    pace.took(.milliseconds(1), rows: 20_000)
    pace.endWindow()
    #expect(pace.windowBlocks == 32)
  }

  @Test
  func `Fewer strides make narrower windows`() {
    var pace = Self.pace()
    pace.took(.milliseconds(100), rows: 100)
    pace.endWindow(strideFactor: 1.0 / 8)
    #expect(pace.windowBlocks == 8)
  }

  @Test
  func `Clients that wait make transactions shorter until they are gone`() {
    var pace = Self.pace()
    pace.clientsWait()
    pace.took(.milliseconds(100), rows: 100)
    pace.endWindow()
    #expect(pace.windowBlocks == 32)
    for _ in 0..<10 { pace.endWindow() }
    #expect(pace.ease == 1)
    for _ in 0..<20 { pace.clientsWait() }
    #expect(pace.ease == ChunkPace.leastEase)
  }

  @Test
  func `The window has bounds`() {
    var pace = Self.pace(1)
    #expect(pace.windowBlocks == ChunkPace.smallest)
    for _ in 0..<30 { pace.endWindow() }
    #expect(pace.windowBlocks == ChunkPace.largest)
    for _ in 0..<30 {
      pace.took(.seconds(60), rows: 1)
      pace.endWindow()
    }
    #expect(pace.windowBlocks == ChunkPace.smallest)
  }

  @Test
  func `The first window stays below the ceiling of rows in each stride`() {
    let window = ChunkPace.firstWindow(
      rows: 1_000_000, blocks: 10_000, strides: 8, rowLimit: 10_000)
    #expect(window == 200)
    let unknown = ChunkPace.firstWindow(rows: nil, blocks: 0, strides: 1, rowLimit: 10)
    #expect(unknown >= 0)
  }

  @Test
  func `Strides need rows to divide, and a horizon that moves`() {
    var choice = StrideChoice(most: 8, rowsPerBlock: 100)
    #expect(choice.strides == 8)
    choice.rowsPerBlock = 40
    #expect(choice.strides == 16)
    choice.rowsPerBlock = 5
    #expect(choice.strides == 32)
    choice.most = 64
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
