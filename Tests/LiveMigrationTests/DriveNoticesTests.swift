import Postgres
import SchemaChange
import Synchronization
import TestSupport
import Testing

@testable import LiveMigration

/// The reminders of a drive, as they come.
private final class Reminders: Sendable {
  private let reminders = Mutex<[RunReminder]>([])

  var all: [RunReminder] { reminders.withLock { $0 } }

  func add(_ reminder: RunReminder) { reminders.withLock { $0.append(reminder) } }
}

/// What a drive tells while it goes on and at its end.
@Suite("Notices of a drive", .database)
struct DriveNoticesTests {
  private static let setup = """
    CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL);
    INSERT INTO t SELECT g, g FROM generate_series(1, 3000) g;
    ANALYZE t;
    """

  @Test
  func `A drive reminds of itself, with what was tuned meanwhile`() async throws {
    let rehearsal = try await Rehearsal(
      setup: Self.setup, migration: "ALTER TABLE t ALTER COLUMN a TYPE bigint;", comparing: false)
    let id = try await rehearsal.plan()
    var settings = Rehearsal.quick
    settings.reminderInterval = .milliseconds(5)
    // Ten chunks a second at most, so that reminders find the backfill at work.
    settings.backfillChunkSize = 100
    settings.maxRowsPerSecond = 1000
    let engine = rehearsal.engine(settings: settings)
    let reminders = Reminders()
    let operatorEngine = rehearsal.engine(settings: settings)
    let drive = Task {
      try await engine.run(id, options: RunOptions(allowDestructive: true, justification: "x")) {
        event in
        if case .reminder(let reminder) = event { reminders.add(reminder) }
      }
    }
    func isReminded(_ test: (RunReminder) -> Bool) async throws {
      while !reminders.all.contains(where: test) {
        try await Task.sleep(for: .milliseconds(5))
      }
    }
    func value(_ key: Tuning.Key, _ reminder: RunReminder) -> String? {
      reminder.settings.first { $0.key == key }?.value
    }
    try await isReminded { $0.kind == .backfillChunked && value(.maxRate, $0) == "1000" }
    _ = try await operatorEngine.tune(id, [TuningChange(key: .maxRate, value: "none")])
    try await isReminded { value(.maxRate, $0) == "none" }
    _ = try await drive.value
    let last = try #require(reminders.all.last)
    #expect(last.planID == id && last.steps == 7 && last.pid == ProcessIdentity.current.pid)
    await operatorEngine.disconnect()
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  /// What is posted for events, with a limit that every wait is over.
  private func posted(
    _ limit: Duration, _ body: (DriveNotices, PlanID) -> Void
  ) -> [PlanNotification] {
    let notifications = Mutex<[PlanNotification]>([])
    let notifier = PlanNotifier(waitLimit: limit) { one in
      notifications.withLock { $0.append(one) }
    }
    let header = PlanHeader(
      planID: PlanID(milliseconds: 0, node: 0, sequence: 7301), slug: "widen",
      classification: .expandContract, originatingMigration: "V20260428000000__widen",
      sourceChecksum: Checksum(of: []), targetDatabase: "main", appLabel: "")
    let plan = LivePlan(header: header, steps: [])
    body(DriveNotices(notifier, plan, database: .main), header.planID)
    return notifications.withLock { $0 }
  }

  private static let timeout = PostgresError.server(
    ServerError(message: "lock timeout", sqlState: .lockNotAvailable))

  private func attempt(_ id: PlanID) -> RunEvent {
    .retrying(id, attempt: 1, limit: 3, delay: .zero, Self.timeout, [])
  }

  @Test
  func `A wait is told once, however many attempts it has, and anew after work`() {
    let told = posted(.zero) { notices, id in
      for _ in 0..<3 {
        notices.observe(.stepStarted(id, .finalizeConstraints, ordinal: 5, of: 7))
        notices.observe(.segment(id, purpose: "swap"))
        notices.observe(attempt(id))
      }
      notices.observe(.segment(id, purpose: "another piece"))
      notices.observe(attempt(id))
    }
    #expect(told.map(\.event) == [.waiting, .waiting])
    #expect(told.first?.reason == "lock timeout")
  }

  @Test
  func `A short wait is not told`() {
    let told = posted(.seconds(3600)) { notices, id in
      notices.observe(attempt(id))
      notices.observe(.waiting(id, "a replica"))
      notices.observe(.gateReached(id, .validate, []))
    }
    #expect(told.isEmpty)
  }

  @Test
  func `An operator who stops a plan is not told of it`() {
    let told = posted(.zero) { notices, id in
      notices.end(CancellationError())
      notices.end(EngineError.interrupted(id, .paused))
      notices.end(
        EngineError.retriesSpent(
          id, .run, .backfillChunked, attempts: 3, Self.timeout, blockers: [], next: nil))
    }
    #expect(told.map(\.event) == [.failed])
  }
}
