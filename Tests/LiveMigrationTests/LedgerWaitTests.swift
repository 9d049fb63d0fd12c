import Postgres
import Synchronization
import TestSupport
import Testing

@testable import LiveMigration

/// An outsider who has a plan's row locked.
@Suite("A locked plan row", .database, .timeLimit(.minutes(10)))
struct LedgerWaitTests {
  private static func rehearsal() async throws -> Rehearsal {
    var settings = Rehearsal.quick
    settings.lockTimeout = .milliseconds(100)
    settings.lockRetries = 2
    return try await Rehearsal.backfill(settings: settings)
  }

  private static let lockRow = "BEGIN; SELECT FROM djogi_live_plans FOR UPDATE"

  @Test(arguments: [PlanCommand.run, .pause, .abandon, .revert, .tune])
  func `A command waits no longer than it may, and names who is in its way`(
    command: PlanCommand
  ) async throws {
    let rehearsal = try await Self.rehearsal()
    let id = try await rehearsal.plan()
    let outsider = try await rehearsal.database.connect(applicationName: "outsider")
    if command == .pause {
      try await outsider.execute("UPDATE djogi_live_plans SET status = 'running'")
    }
    try await outsider.script(Self.lockRow)
    let engine = rehearsal.engine()
    let error = await #expect(throws: EngineError.self) {
      if command == .revert {
        return _ = try await engine.revert(id, justification: "no") { _ in }
      }
      _ = try await rehearsal.perform(command, id, engine)
    }
    guard case .notBegun(let row, command, let cause, let blockers, _) = error else {
      throw try #require(error)
    }
    #expect(row.planID == id && cause.sqlState == .lockNotAvailable)
    #expect(blockers.map(\.applicationName) == ["outsider"])
    #expect(error?.description.contains("(outsider), idle in transaction") == true)
    let again: NextStep.Action? =
      switch command {
      case .run: .run(id)
      case .resume: .resume(id)
      case .pause: .pause(id)
      case .finalize: .finalize(id)
      case .rollback: .rollback(id)
      case .retire: .retire(id)
      case .abandon: .abandon(id)
      case .revert: .revert(id)
      case .tune: .tune(id)
      }
    #expect(error?.next?.action == again)
    #expect(try await engine.show(id).holder == nil)
    // The session is as it was before.
    let timeout: String = try await engine.connection().query("SHOW lock_timeout").only().decode(0)
    #expect(timeout == "0")
    await outsider.close()
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  @Test
  func `A pause that another is to hear waits no longer either`() async throws {
    let rehearsal = try await Self.rehearsal()
    let id = try await rehearsal.plan()
    let outsider = try await rehearsal.database.connect(applicationName: "outsider")
    try await outsider.execute("UPDATE djogi_live_plans SET status = 'running'")
    let holder = try await rehearsal.database.connect()
    #expect(try await holder.tryAdvisoryLock(PlanLock.key(of: id)))
    try await outsider.script(Self.lockRow)
    let engine = rehearsal.engine()
    let error = await #expect(throws: EngineError.self) { try await engine.pause(id) }
    #expect(error?.next == NextStep(.pause(id)))
    try await outsider.script("ROLLBACK")
    #expect(try await engine.pause(id).isPauseRequest)
    for connection in [outsider, holder] { await connection.close() }
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  @Test(arguments: [false, true])
  func `A pause that was asked before the driver came is forgotten, and a later one is heard`(
    isEarlier: Bool
  ) async throws {
    var settings = Rehearsal.quick
    settings.lockTimeout = .milliseconds(100)
    settings.lockRetries = 100_000
    let rehearsal = try await Rehearsal.backfill(settings: settings)
    let id = try await rehearsal.plan()
    let outsider = try await rehearsal.database.connect(applicationName: "outsider")
    let pause = "UPDATE djogi_live_plans SET pause_requested = true"
    if isEarlier { try await outsider.execute(SQL(raw: pause)) }
    try await outsider.script(Self.lockRow)
    let (engine, witness) = (rehearsal.engine(), Witness())
    let run = Task {
      try await engine.run(id, options: RunOptions(allowDestructive: true)) { witness.take($0) }
    }
    await witness.wait { events in
      events.contains { if case .retrying = $0 { true } else { false } }
    }
    if !isEarlier { try await outsider.execute(SQL(raw: pause)) }
    try await outsider.script("COMMIT")
    #expect(try await run.value.status == (isEarlier ? .validating : .paused))
    #expect(try await !engine.show(id).row.pauseRequested)
    await outsider.close()
    await engine.disconnect()
    try await rehearsal.drive(id)
    try await rehearsal.dispose()
  }

  @Test
  func `A command that is done gives the plan back although its row is locked`() async throws {
    let rehearsal = try await Self.rehearsal()
    let id = try await rehearsal.plan()
    let outsider = try await rehearsal.database.connect(applicationName: "outsider")
    let hasLocked = Mutex(false)
    let observer = StatementObserver(
      before: { text in
        guard text.contains("claimed_by_pid = NULL") else { return }
        hasLocked.withLock { $0 = true }
        try await StatementObserver.$current.withValue(nil) {
          _ = try await outsider.script(Self.lockRow)
        }
      }, after: { _ in })
    let engine = rehearsal.engine()
    let outcome = try await StatementObserver.$current.withValue(observer) {
      try await engine.run(id, options: RunOptions(allowDestructive: true)) { _ in }
    }
    let wasLocked = hasLocked.withLock { $0 }
    #expect(outcome.status == .validating && wasLocked)
    #expect(try await engine.show(id).holder == nil)
    await outsider.close()
    await engine.disconnect()
    try await rehearsal.drive(id)
    try await rehearsal.dispose()
  }

  @Test
  func `No limit of the role's own ends a drive, and each comes back after it`() async throws {
    let database = try TestDatabase.current
    let admin = try await database.connect()
    var limits = ["statement_timeout", "lock_timeout"]
    if admin.info.serverVersion >= 170_000 { limits.append("transaction_timeout") }
    for limit in limits {
      try await admin.execute(
        "ALTER DATABASE \(identifier: database.name) SET \(identifier: limit) = '77s'")
    }
    await admin.close()
    let connection = try await database.connect()
    func current() async throws -> [String] {
      let row = try await connection.query(
        "SELECT array(SELECT current_setting(l) FROM unnest(\(limits)) AS l)"
      ).only()
      return try row.decode(0)
    }
    let before = try await current()
    #expect(before.allSatisfy { $0 == "77s" })
    try await connection.settle(Rehearsal.quick)
    #expect(try await current() == limits.map { $0 == "lock_timeout" ? "1s" : "0" })
    try await connection.unsettle()
    #expect(try await current() == before)
    await connection.close()
  }
}
