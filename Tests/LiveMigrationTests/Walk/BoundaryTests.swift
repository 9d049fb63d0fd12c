import Rehearsals
import Testing

/// Which moments of a command are struck when all are asked for.
@Suite("Walk: boundaries")
struct BoundaryTests {
  /// A question, a chunk three times, and an index that is made outside a transaction.
  private static let statements =
    ["SELECT 1"] + [[String]](repeating: ["BEGIN", "UPDATE t", "COMMIT"], count: 3).flatMap { $0 }
    + ["CREATE INDEX CONCURRENTLY i ON t (a)", "BEGIN", "UPDATE u", "COMMIT"]

  @Test
  func `A dead program is struck once between what is kept and what is kept next`() {
    let dead = Blow.all(on: Self.statements).filter { $0.fault == .process }
    #expect(dead.map(\.statement) == [3, 6, 9, 10, 13, 13])
    #expect(dead.map(\.side) == [.before, .before, .before, .before, .before, .after])
  }

  @Test
  func `What is repeated is struck the first and the last time`() {
    let lost = Blow.all(on: Self.statements).filter { $0.fault == .backend && $0.side == .before }
    #expect(lost.map(\.statement) == [0, 1, 2, 3, 4, 7, 8, 9, 10, 11, 12, 13])
    let answers = Blow.all(on: Self.statements).filter { $0.fault == .backend && $0.side == .after }
    #expect(answers.map(\.statement) == [3, 9, 10, 13])
  }

  @Test
  func `A server crashes before and after what it keeps`() async throws {
    let crashes = Blow.all(on: Self.statements).filter { $0.fault == .server }
    #expect(crashes.map(\.statement) == [3, 3, 9, 9, 10, 10, 13, 13])
    let sides = crashes.map(\.side)
    #expect(sides == (0..<4).flatMap { _ in [StatementTrap.Side.before, .after] })
  }

  @Test
  func `Somebody comes before each transaction that differs`() {
    let blows = Blow.all(on: Self.statements)
    let outsiders = blows.filter { $0.fault == .outsider }
    #expect(Set(outsiders.map(\.statement)) == [1, 4, 7, 11])
    #expect(Set(outsiders.map(\.mode)).count == 3)
    #expect(blows.filter { $0.fault == .halfway }.map(\.statement) == [10])
  }
}
