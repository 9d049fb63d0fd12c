import Foundation
import Testing

@testable import LiveMigration

/// How long is left, how many rows there are, and who is to blame, without a server.
@Suite("Backfill: outlook")
struct BackfillOutlookTests {
  private let start = ContinuousClock.now

  @Test
  func `What is left takes in the leaves and tables that come after`() {
    var outlook = BlockOutlook()
    outlook.later = 300
    #expect(outlook.secondsLeft(blocks: 100, isSweep: false, at: start) == nil)
    // A window of 80 blocks in 8 strides of 2 s each: the rate is known after the second one.
    for stride in 0...15 { outlook.add(10, isSweep: false, at: start + .seconds(stride * 2)) }
    let now = start + .seconds(30)
    #expect(outlook.secondsLeft(blocks: 100, isSweep: false, at: now) == 80)
    #expect(outlook.secondsLeft(blocks: 100, isSweep: false, at: now, within: .seconds(5)) == 80)
  }

  @Test
  func `A look for what moved has a rate of its own, and the rest keeps its`() {
    var outlook = BlockOutlook()
    outlook.later = 50
    for second in 0...10 { outlook.add(5, isSweep: false, at: start + .seconds(second)) }
    for second in 60...70 { outlook.add(100, isSweep: true, at: start + .seconds(second)) }
    let now = start + .seconds(70)
    #expect(outlook.secondsLeft(blocks: 400, isSweep: true, at: now) == 14.0)
    outlook.later = 0
    #expect(outlook.secondsLeft(blocks: 400, isSweep: true, at: now) == 4)
    #expect(outlook.secondsLeft(blocks: 0, isSweep: true, at: now) == 0)
    #expect(outlook.restarted.secondsLeft(blocks: 400, isSweep: true, at: now) == nil)
  }

  @Test
  func `Nothing is said to go on that stands`() throws {
    let json = """
      {"table":"t","rowsDone":5,"rowsTotal":9,"rowsPerSecond":3,"secondsLeft":2,\
      "secondsLeftSpread":1,"chunkMilliseconds":7,"windowBlocks":64,"strides":8,"sweep":1,\
      "waitingFor":"a","easedFor":"b","pinnedBy":"c","unseen":"d","workers":2,"hotShare":0.5}
      """
    let progress = try #require(BackfillProgress(json: json))
    var expected = BackfillProgress(table: "t")
    (expected.rowsDone, expected.rowsTotal, expected.chunkMilliseconds) = (5, 9, 7)
    (expected.windowBlocks, expected.strides, expected.sweep) = (64, 8, 1)
    expected.hotShare = 0.5
    #expect(progress.atRest == expected)
  }

  @Test
  func `Rows are guessed where they were not counted`() {
    func leaf(_ blocks: Int64, _ rows: Int64?) -> BackfillCursor.Leaf {
      .init(oid: 1, name: "t", fileNode: 1, blocks: blocks, estimatedRows: rows)
    }
    func rows(_ leaves: BackfillCursor.Leaf...) -> Int64 { BackfillCursor.Leaf.rows(of: leaves) }
    #expect(rows(leaf(100, 5000), leaf(50, 2500)) == 7500)
    #expect(rows(leaf(100, 5000), leaf(0, nil)) == 5000)
    // Never analysed, or analysed while it was empty: as full as the others.
    #expect(rows(leaf(100, 6000), leaf(10, nil), leaf(10, 0)) == 7200)
    #expect(rows(leaf(10, nil)) == 500)
    #expect(rows(leaf(0, 7)) == 0)
    #expect(rows() == 0)
  }

  @Test
  func `The oldest transaction is to blame, and a young one is not`() {
    var watch = HorizonWatch()
    let holders = [
      HorizonWatch.Holder(what: "process 1 keeps a snapshot open", key: "1 7", age: 4),
      .init(what: "process 2 keeps a snapshot open", key: "2 8", age: 90.5),
      .init(what: "process 3 keeps a snapshot open", key: "3 9", age: 6),
    ]
    #expect(watch.take(holders, at: start) == "process 2 keeps a snapshot open for 90 s")
    #expect(watch.take([holders[0]], at: start + .seconds(9)) == nil)
    let slot = HorizonWatch.Holder(what: "slot s", key: "s", age: nil, countsAtOnce: true)
    #expect(watch.take([slot], at: start) == "slot s")
  }

  @Test
  func `Where the server tells no age, the looks do`() {
    var watch = HorizonWatch()
    let hidden = HorizonWatch.Holder(what: "process 1 keeps a transaction open", key: "1 7")
    #expect(watch.take([hidden], at: start) == nil)
    #expect(watch.take([hidden], at: start + .seconds(4)) == nil)
    #expect(
      watch.take([hidden], at: start + .seconds(7))
        == "process 1 keeps a transaction open for at least 7 s")
    // Gone between two looks: another transaction begins anew.
    #expect(watch.take([], at: start + .seconds(8)) == nil)
    #expect(watch.take([hidden], at: start + .seconds(9)) == nil)
  }
}
