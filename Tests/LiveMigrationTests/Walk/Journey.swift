import LiveMigration
import Postgres
import Rehearsals
import Synchronization
import TestSupport
import Testing

/// What is done with a migration while it is struck.
enum Journey: String, Sendable, CaseIterable {
  /// A plan is driven to its end.
  case end
  /// A plan that has done all but its last phase is taken back.
  case revert
  /// A plan swaps, and keeps the old shape.
  case keep
  /// A swap is taken back.
  case rollback
  /// An old shape that was kept is given up.
  case retire
  /// A migration is applied without a plan.
  case apply

  private static let day = KeepingTime(.seconds(86_400))

  /// Brings a database to where the journey begins.
  func prepare(_ rehearsal: Rehearsal) async throws -> PlanID? {
    guard self != .apply else { return nil }
    let id = try await rehearsal.plan()
    guard self != .end else { return id }
    let engine = rehearsal.engine()
    _ = try await engine.run(id, options: Rehearsal.everything) { _ in }
    if self == .rollback || self == .retire {
      _ = try await engine.finalize(id, justification: "rehearsal", keeping: Self.day) { _ in }
    }
    await engine.disconnect()
    return id
  }

  /// The command, or the commands, that are struck, and that are given again afterwards.
  func go(_ rehearsal: Rehearsal, _ id: PlanID?, with engine: LiveEngine) async throws {
    switch (self, id) {
    case (.end, let id?):
      guard try await engine.show(id).row.status != .complete else { return }
      try await rehearsal.drive(id, with: engine)
    case (.revert, let id?):
      _ = try await engine.revert(id, justification: "rehearsal") { _ in }
    case (.keep, let id?):
      _ = try await engine.finalize(id, justification: "rehearsal", keeping: Self.day) { _ in }
    // What was done before the blow is none to do again.
    case (.rollback, let id?):
      guard try await engine.show(id).row.kept != nil else { return }
      _ = try await engine.rollback(id, justification: "rehearsal") { _ in }
    case (.retire, let id?):
      guard try await engine.show(id).row.kept != nil else { return }
      _ = try await engine.retire(id, justification: "rehearsal") { _ in }
    default:
      _ = try await engine.apply(
        version: nil, app: nil, allowDestructive: true, justification: "rehearsal")
    }
  }
}

extension Journey {
  /// Gives the command again; the server may need a moment to see that a session has gone.
  fileprivate func goOn(_ rehearsal: Rehearsal, _ id: PlanID?) async throws {
    let engine = rehearsal.engine()
    for attempt in 1... {
      do {
        try await go(rehearsal, id, with: engine)
        break
      } catch EngineError.bucketBusy where attempt < 200 {
        try await Task.sleep(for: .milliseconds(20))
      }
    }
    await engine.disconnect()
  }
}

/// A migration at the beginning of a journey, of which there are as many copies as there are blows.
struct WalkStart: Sendable {
  let promise: Promise
  let journey: Journey
  let original: Rehearsal
  let id: PlanID?
  /// What an undisturbed journey sends.
  let statements: [String]
  /// What it ends in.
  let end: String

  /// Uses the current database, and makes one undisturbed journey in a copy of it.
  init(_ promise: Promise, _ journey: Journey) async throws {
    self.promise = promise
    self.journey = journey
    original = try await Rehearsal(
      setup: promise.setup, migration: promise.migration,
      settings: Self.settings(newShape: promise.newShape),
      comparing: false)
    let before = journey == .revert ? try await original.endState(of: promise) : nil
    id = try await journey.prepare(original)
    let texts = Mutex<[String]>([])
    let end = Mutex("")
    let (original, id) = (original, id)
    try await Self.copy(of: original) { copy in
      let observer = StatementObserver(
        before: { text in texts.withLock { $0.append(text) } }, after: { _ in })
      let engine = copy.engine()
      try await StatementObserver.$current.withValue(observer) {
        try await journey.go(copy, id, with: engine)
      }
      await engine.disconnect()
      let state = try await copy.endState(of: promise)
      end.withLock { $0 = state }
    }
    statements = texts.withLock { $0 }
    self.end = end.withLock { $0 }
    if let before { #expect(SchemaText.differences(self.end, before) == []) }
  }

  /// Few retries, so that an outsider outlasts them.
  private static func settings(newShape: Bool) -> LiveSettings {
    var settings = Rehearsal.quick
    settings.newShape = newShape
    settings.lockTimeout = .milliseconds(60)
    // However busy the machine is that the walk is made on.
    settings.swapBudget = .seconds(30)
    settings.lockRetries = 4
    settings.backfillChunkSize = 100
    return settings
  }

  private static func copy(
    of original: Rehearsal, _ body: @escaping @Sendable (Rehearsal) async throws -> Void
  ) async throws {
    try await TestDatabase.scope(
      on: original.database.cluster, copying: original.database
    ) { try await body(Rehearsal(copying: original)) }
  }

  /// Strikes a copy, and expects the same command to end where nothing was struck.
  func survive(_ blow: Blow, _ count: WalkCount) async throws {
    let (promise, journey, id, end) = (promise, journey, id, end)
    let place = "\(journey.rawValue), \(blow): \(statements[blow.statement].prefix(60))"
    do {
      try await Self.copy(of: original) { copy in
        try await copy.noteLongWaits()
        let outcome = try await blow.strike(copy, tables: promise.tables) { engine in
          try await journey.go(copy, id, with: engine)
        }
        if let id { try await copy.waitForLock(id) }
        if !outcome.isDone {
          try await journey.goOn(copy, id)
        }
        count.add(blow, outcome)
        if blow.fault == .outsider || blow.fault == .outsiders {
          let waits = copy.longWaits()
          #expect(waits == [], "\(place)")
        }
        let state = try await copy.endState(of: promise)
        #expect(SchemaText.differences(state, end) == [], "\(place)")
      }
    } catch {
      Issue.record("\(place): \(error)")
    }
  }
}
