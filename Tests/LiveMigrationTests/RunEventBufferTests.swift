import Postgres
import Testing

@testable import LiveMigration

/// Events between the engine and its client.
@Suite("Buffer of events")
struct RunEventBufferTests {
  private let plan = PlanID(milliseconds: 0, node: 0, sequence: 7301)

  private func all(_ buffer: RunEventBuffer) async -> [String] {
    buffer.finish()
    var texts: [String] = []
    for await event in buffer {
      switch event {
      case .segment(_, let purpose): texts.append(purpose)
      case .gate(_, let progress): texts.append("gate \(progress.blocksDone ?? -1)")
      case .omitted(let count): texts.append("omitted \(count)")
      default: texts.append("?")
      }
    }
    return texts
  }

  private func gate(_ name: String, _ blocks: Int64) -> RunEvent {
    .gate(plan, GateProgress(names: [name], blocksDone: blocks, blocksTotal: 9))
  }

  @Test
  func `Events come out in their order, those before the end too`() async {
    let buffer = RunEventBuffer()
    for name in ["a", "b", "c"] { buffer.observe(.segment(plan, purpose: name)) }
    #expect(await all(buffer) == ["a", "b", "c"])
    buffer.observe(.segment(plan, purpose: "late"))
    #expect(await all(buffer) == [])
  }

  @Test
  func `Only the newest of a measure waits, after what came before it`() async {
    let buffer = RunEventBuffer()
    for blocks: Int64 in 1...5 { buffer.observe(gate("a", blocks)) }
    buffer.observe(.segment(plan, purpose: "next"))
    buffer.observe(gate("b", 1))
    buffer.observe(gate("b", 2))
    #expect(await all(buffer) == ["gate 5", "next", "gate 2"])
  }

  @Test
  func `A full buffer leaves out the oldest and says how many`() async {
    let buffer = RunEventBuffer(capacity: 3)
    for number in 1...10 { buffer.observe(.segment(plan, purpose: "\(number)")) }
    #expect(await all(buffer) == ["omitted 7", "8", "9", "10"])
  }

  @Test
  func `A consumer that waits gets what comes later`() async {
    let buffer = RunEventBuffer(capacity: 2000)
    let taken = Task { [buffer] in
      var count = 0
      for await _ in buffer { count += 1 }
      return count
    }
    for _ in 0..<1000 {
      buffer.observe(.segment(plan, purpose: "x"))
      await Task.yield()
    }
    buffer.finish()
    #expect(await taken.value == 1000)
  }
}
