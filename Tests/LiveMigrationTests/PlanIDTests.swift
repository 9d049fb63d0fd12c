import Foundation
import LiveMigration
import Testing

@Suite("Plan identifiers")
struct PlanIDTests {
  private let day = Date(timeIntervalSince1970: 1_767_225_600 + 86_400)

  @Test
  func `An identifier holds its time, node and sequence`() {
    let planID = PlanIDGenerator(node: 511).next(now: day)
    #expect(planID.timestamp == day)
    #expect(planID.node == 511)
    #expect(planID.sequence == 0)
    #expect(planID.rawValue == 86_400_000 << 22 | 511 << 13)
  }

  @Test(arguments: ["0", "1", "4711", "9223372036854775807"])
  func `A decimal number is read and written alike`(text: String) throws {
    #expect(try #require(PlanID(text)).description == text)
  }

  @Test(arguments: [
    "", " ", "-1", "-0", "+1", "00", "01", "1 ", " 1", "1_0", "0x1", "1.0", "٣", "1\u{301}",
    "9223372036854775808", "99999999999999999999999",
  ])
  func `Any other form is refused`(text: String) {
    #expect(PlanID(text) == nil)
  }

  @Test
  func `Identifiers grow while the clock stands still, steps back and runs out of sequence`() {
    let generator = PlanIDGenerator(node: 3)
    var previous = generator.next(now: day)
    for number in 1...20_000 {
      let planID = generator.next(now: day.addingTimeInterval(number.isMultiple(of: 2) ? 0 : -60))
      #expect(planID > previous)
      #expect(planID.node == 3)
      previous = planID
    }
    #expect(previous.timestamp > day && previous.timestamp < day.addingTimeInterval(0.003))
    #expect(previous.sequence == 20_000 - 2 * 8192)
    #expect(generator.next(now: day.addingTimeInterval(1)).sequence == 0)
  }

  @Test
  func `Generators used from many tasks never repeat an identifier`() async {
    let generator = PlanIDGenerator(node: 0)
    let planIDs = await withTaskGroup(of: [PlanID].self) { group in
      for _ in 0..<8 { group.addTask { (0..<2000).map { _ in generator.next() } } }
      return await group.reduce(into: [PlanID]()) { $0 += $1 }
    }
    #expect(Set(planIDs).count == 16_000)
  }

  @Test
  func `A clock before 2026 or out of all reason still gives an identifier`() {
    let generator = PlanIDGenerator(node: 0)
    #expect(generator.next(now: .distantPast).rawValue == 0)
    #expect(generator.next(now: .distantFuture).timestamp > day)
  }

  @Test(arguments: [
    ([:], 0), (["NODE_ID": ""], 0), (["NODE_ID": "0"], 0), (["NODE_ID": "511"], 511),
  ])
  func `The environment names the node`(environment: [String: String], node: Int) throws {
    #expect(try PlanIDGenerator.node(fromEnvironment: environment) == node)
  }

  @Test(arguments: ["512", "-1", "+1", "one", " 1", "1.5", "99999999999999999999"])
  func `A node that is none is an error that names the variable`(text: String) {
    #expect(throws: PlanIDError.badNode(text)) {
      try PlanIDGenerator.node(fromEnvironment: ["NODE_ID": text])
    }
    #expect(PlanIDError.badNode(text).description.hasPrefix("NODE_ID must be"))
    #expect(PlanIDError.badNode(text).description.contains(text))
  }
}
