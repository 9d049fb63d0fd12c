import LiveMigration
import Postgres
import Rehearsals
import Synchronization
import TestSupport
import Testing

/// A stranger's lock, longer than every retry, in front of each transaction of a plan.
@Suite("A stranger in front of every transaction", .database)
struct CrashLockTests {
  private static func rehearsal() async throws -> Rehearsal {
    try await CrashTests.rehearsal { settings in
      settings.lockTimeout = .milliseconds(60)
      settings.lockRetries = 2
    }
  }

  @Test(arguments: ["ACCESS SHARE", "SHARE", "ACCESS EXCLUSIVE"])
  func `A plan stops with the stranger's name, and goes on when he has left`(
    mode: String
  ) async throws {
    let cluster = try TestDatabase.current.cluster
    let undisturbed = try await CrashTests.undisturbed()
    let found = Mutex(0)
    try await TestDatabase.scope(on: cluster) {
      let count = try await Self.transactions()
      found.withLock { $0 = count }
    }
    let transactions = found.withLock { $0 }
    #expect(transactions > 10)
    let named = Mutex(0)
    for boundary in 1...transactions {
      try await TestDatabase.scope(on: cluster) {
        let rehearsal = try await Self.rehearsal()
        let id = try await rehearsal.plan()
        if try await Self.drive(rehearsal, id, to: boundary, mode) { named.withLock { $0 += 1 } }
        if try await rehearsal.engine().show(id).row.status != .complete {
          try await rehearsal.drive(id)
        }
        let state = try await rehearsal.endState(tables: ["t"])
        #expect(state == undisturbed.state, "\(mode) before transaction \(boundary)")
        try await rehearsal.dispose()
      }
    }
    // Not every transaction touches the table.
    #expect(named.withLock { $0 } > 3)
  }

  /// How many transactions a plan takes; how many statements there are in between depends on the clock.
  private static func transactions() async throws -> Int {
    let rehearsal = try await rehearsal()
    let id = try await rehearsal.plan()
    let count = Mutex(0)
    let observer = StatementObserver(
      before: { text in if text.hasPrefix("BEGIN") { count.withLock { $0 += 1 } } },
      after: { _ in })
    _ = try await StatementObserver.$current.withValue(observer) { try await rehearsal.drive(id) }
    try await rehearsal.dispose()
    return count.withLock { $0 }
  }

  /// Drives a plan with the stranger coming before a transaction; returns whether the plan gave way to him.
  private static func drive(
    _ rehearsal: Rehearsal, _ id: PlanID, to boundary: Int, _ mode: String
  ) async throws -> Bool {
    let stranger = try await rehearsal.database.connect(applicationName: "stranger")
    let count = Mutex(0)
    let observer = StatementObserver(
      before: { text in
        let begins = text.hasPrefix("BEGIN")
        let number = count.withLock { count in
          if begins { count += 1 }
          return count
        }
        try await StatementObserver.$current.withValue(nil) {
          if begins, number == boundary {
            try await stranger.script("BEGIN; LOCK TABLE t IN \(mode) MODE")
          }
          // Work that blocks nobody waits for as long as he stays.
          if number >= boundary, text.contains("CONCURRENTLY") { await stranger.close() }
        }
      }, after: { _ in })
    let engine = rehearsal.engine()
    var gaveWay = false
    do {
      _ = try await StatementObserver.$current.withValue(observer) {
        try await rehearsal.drive(id, with: engine)
      }
    } catch EngineError.retriesSpent(_, _, _, let attempts, let error, let blockers, _) {
      gaveWay = true
      #expect(attempts == 2)
      #expect(error.sqlState == .lockNotAvailable)
      #expect(blockers.map(\.applicationName) == ["stranger"], "before transaction \(boundary)")
    }
    await stranger.close()
    await engine.disconnect()
    return gaveWay
  }
}
