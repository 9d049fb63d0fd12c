import Foundation
import Postgres
import TestSupport
import Testing

@testable import LiveMigration

/// Which gates are asked together, and how far they are, without a server.
@Suite("Gates: passes")
struct GatePassTests {
  private func gate(
    _ name: String, _ table: String?, alias: String = "r", expected: Int64 = 0
  ) -> GateQuery {
    GateQuery(
      name: name, query: "SELECT 1", expected: expected,
      rows: table.map { .init(table: QualifiedName(name: $0), alias: alias, condition: name) })
  }

  @Test
  func `Gates of one table in a row are one reading`() {
    let gates = [
      gate("a", "t"), gate("b", "t"), gate("own", nil), gate("c", "t"), gate("d", "u"),
      gate("e", "u", alias: "s"), gate("f", "u", alias: "s", expected: 1), gate("g", nil),
    ]
    #expect(
      GatePass.passes(of: gates).map { $0.gates.map(\.name) } == [
        ["a", "b"], ["own"], ["c"], ["d"], ["e"], ["f"], ["g"],
      ])
    #expect(GatePass.passes(of: []).isEmpty)
    let tables = GatePass.passes(of: gates).map { $0.table?.name }
    #expect(tables == ["t", nil, "t", "u", "u", "u", nil])
  }

  @Test
  func `The time that is left follows from the blocks`() throws {
    let half = GateProgress(names: ["a"], blocksDone: 25, blocksTotal: 100, seconds: 3)
    #expect(half.fraction == 0.25)
    #expect(half.secondsLeft == 9)
    #expect(GateProgress(names: ["a"], blocksDone: 0, blocksTotal: 0).fraction == 1)
    let whole = GateProgress(names: ["a"], seconds: 3)
    #expect(whole.fraction == nil && whole.secondsLeft == nil)
    let kept = #"{"table":"t","gate":"# + (try half.json()) + "}"
    #expect(GateProgress(json: kept) == half)
    #expect(GateProgress(json: #"{"table":"t"}"#) == nil)
  }

  @Test
  func `A window takes about as long as it shall`() {
    var window = WindowSize()
    window.took(.milliseconds(1), target: .milliseconds(500))
    #expect(window.blocks == 256)
    window.took(.seconds(1), target: .milliseconds(500))
    #expect(window.blocks == 128)
    for _ in 0..<9 { window.took(.seconds(100), target: .milliseconds(500)) }
    #expect(window.blocks == WindowSize.smallest)
    for _ in 0..<99 { window.took(.zero, target: .milliseconds(500)) }
    #expect(window.blocks == WindowSize.largest)
  }
}
