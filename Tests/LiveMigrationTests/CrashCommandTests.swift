import LiveMigration
import Rehearsals
import Synchronization
import TestSupport
import Testing

/// Faults while a plan is made, and while one is given up.
@Suite("Crashes of other commands", .database)
struct CrashCommandTests {
  /// Only the last statements of planning write anything; of those before, some are enough.
  static let writing = 14

  @Test(arguments: [Fault.process, .backend], StatementTrap.Side.allCases)
  func `A plan that was cut off while it was made is there, or can be made again`(
    fault: Fault, side: StatementTrap.Side
  ) async throws {
    let cluster = try TestDatabase.current.cluster
    let undisturbed = try await Self.undisturbed()
    let count = StatementTrap()
    try await TestDatabase.scope(on: cluster) {
      let planning = try await Self.rehearsal()
      _ = try await count.watch { try await planning.plan() }
      try await planning.dispose()
    }
    let last = count.count - Self.writing
    let boundaries = Array(stride(from: 0, to: last, by: 23)) + Array(last..<count.count)
    for boundary in boundaries {
      try await TestDatabase.scope(on: cluster) {
        let rehearsal = try await Self.rehearsal()
        let blow = Blow(fault: fault, statement: boundary, side: side)
        let outcome = try await blow.strike(rehearsal, tables: []) {
          _ = try await $0.plan(version: nil, app: nil, dryRun: false)
        }
        #expect(outcome.struck)
        let engine = rehearsal.engine()
        let rows = try await engine.list(statuses: nil, all: true)
        await engine.disconnect()
        #expect(rows.count <= 1)
        let id = if let row = rows.first { row.planID } else { try await rehearsal.plan() }
        try await rehearsal.drive(id)
        let state = try await rehearsal.endState(tables: ["t"])
        #expect(state == undisturbed, "\(fault) \(side) statement \(boundary)")
        try await rehearsal.dispose()
      }
    }
  }

  @Test(arguments: [Fault.process, .backend], StatementTrap.Side.allCases)
  func `Abandoning that was cut off is over, or done by the same command`(
    fault: Fault, side: StatementTrap.Side
  ) async throws {
    let cluster = try TestDatabase.current.cluster
    let boundaries = Mutex(0)
    var isStruck = true
    while isStruck {
      let boundary = boundaries.withLock { $0 }
      try await TestDatabase.scope(on: cluster) {
        let struck = try await Self.abandon(fault, side, at: boundary)
        boundaries.withLock { $0 = struck ? boundary + 1 : -1 }
      }
      isStruck = boundaries.withLock { $0 } > 0
      #expect(isStruck || boundary > 5)
    }
  }

  /// Abandons a plan that waits at its first gate, then takes it back; returns whether the fault struck.
  private static func abandon(
    _ fault: Fault, _ side: StatementTrap.Side, at boundary: Int
  ) async throws -> Bool {
    let rehearsal = try await Self.rehearsal()
    let before = try await rehearsal.endState(tables: ["t"])
    let id = try await rehearsal.plan()
    let options = RunOptions(allowDestructive: true, justification: "rehearsal")
    _ = try await rehearsal.engine().run(id, options: options) { _ in }
    let blow = Blow(fault: fault, statement: boundary, side: side)
    let outcome = try await blow.strike(rehearsal, tables: []) {
      _ = try await $0.abandon(id, justification: "rehearsal")
    }
    try await rehearsal.waitForLock(id)
    let engine = rehearsal.engine()
    if try await engine.show(id).row.status != .abandoned {
      _ = try await engine.abandon(id, justification: "rehearsal")
    }
    #expect(try await engine.history(id).count { $0.action == .abandoned } == 1)
    _ = try await engine.revert(id, justification: "rehearsal") { _ in }
    await engine.disconnect()
    let state = try await rehearsal.endState(tables: ["t"])
    #expect(state == before, "\(fault) \(side) statement \(boundary)")
    try await rehearsal.dispose()
    return outcome.struck
  }

  private static func rehearsal() async throws -> Rehearsal {
    try await Rehearsal(
      setup: compositePromise.setup, migration: compositePromise.migration, comparing: false)
  }

  /// What an undisturbed run ends in.
  private static func undisturbed() async throws -> String {
    let rehearsal = try await rehearsal()
    try await rehearsal.drive(try await rehearsal.plan())
    let state = try await rehearsal.endState(tables: ["t"])
    try await rehearsal.dispose()
    return state
  }
}
