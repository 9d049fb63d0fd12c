import LiveMigration
import Postgres
import Rehearsals
import TestSupport
import Testing

/// An outsider in the way of commands that drive no plan.
@Suite("Lock courtesy of other commands", .database)
struct LockCommandTests {
  private func rehearsal() async throws -> Rehearsal {
    var settings = Rehearsal.quick
    settings.lockTimeout = .milliseconds(100)
    settings.lockRetries = 2
    return try await Rehearsal(
      setup: """
        CREATE TABLE t (id int PRIMARY KEY, a int);
        INSERT INTO t SELECT g, g FROM generate_series(1, 300) g;
        ANALYZE t;
        """,
      migration: "ALTER TABLE t ALTER a TYPE bigint;", settings: settings)
  }

  @Test func `A plan is shown while somebody has its table locked`() async throws {
    let rehearsal = try await Rehearsal(
      setup: """
        CREATE TABLE t (id int PRIMARY KEY, v int DEFAULT 1 CHECK (v > 0)) PARTITION BY RANGE (id);
        CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (1000);
        CREATE INDEX ON t ((v + 1));
        INSERT INTO t SELECT g FROM generate_series(1, 100) g;
        """,
      migration: "ALTER TABLE t ALTER COLUMN v TYPE bigint;", comparing: false)
    let id = try await rehearsal.plan()
    let outsider = try await rehearsal.database.connect()
    try await outsider.script("BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
    let engine = rehearsal.engine()
    #expect(try await engine.show(id).row.status == .pending)
    await engine.disconnect()
    await outsider.close()
    try await rehearsal.dispose()
  }

  @Test
  func `A plan is not made by guess while its table is locked`() async throws {
    let rehearsal = try await rehearsal()
    let outsider = try await rehearsal.database.connect(applicationName: "outsider")
    try await outsider.script("BEGIN; LOCK TABLE t")
    let engine = rehearsal.engine()
    do {
      _ = try await engine.plan(version: nil, app: nil, dryRun: false)
      Issue.record("a plan was made")
    } catch let error as EngineError {
      guard case .tablesLocked(let cause, let blockers) = error else { throw error }
      #expect(cause.sqlState == .lockNotAvailable)
      #expect(blockers.map(\.applicationName) == ["outsider"])
      #expect(error.description.contains("(outsider), idle in transaction"))
      #expect(error.category == .runtime)
    }
    #expect(try await engine.list(statuses: nil, all: true).isEmpty)
    #expect(rehearsal.workspace.planFiles.isEmpty)
    await outsider.close()
    await engine.disconnect()
    let id = try await rehearsal.plan()
    #expect(try await rehearsal.drive(id).status == .complete)
    try await rehearsal.dispose()
  }

  @Test
  func `Nothing is applied by guess while its table is locked`() async throws {
    let rehearsal = try await rehearsal()
    let outsider = try await rehearsal.database.connect(applicationName: "outsider")
    try await outsider.script("BEGIN; LOCK TABLE t")
    let engine = rehearsal.engine()
    do {
      _ = try await engine.apply(
        version: nil, app: nil, allowDestructive: false, justification: nil)
      Issue.record("it was applied")
    } catch EngineError.tablesLocked(_, let blockers) {
      #expect(blockers.map(\.applicationName) == ["outsider"])
    }
    await outsider.close()
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  @Test
  func `A revert gives way, names who is in its way, and goes on when it has left`() async throws {
    let rehearsal = try await rehearsal()
    let id = try await rehearsal.plan()
    let engine = rehearsal.engine()
    _ = try await engine.run(id, options: Rehearsal.everything) { _ in }
    let outsider = try await rehearsal.database.connect(applicationName: "outsider")
    try await outsider.script("BEGIN; SELECT count(*) FROM t")
    do {
      _ = try await engine.revert(id, justification: "no more") { _ in }
      Issue.record("the revert got through")
    } catch EngineError.retriesSpent(_, let command, _, let attempts, let error, let blockers, _) {
      #expect(command == .revert && attempts == 2)
      #expect(error.sqlState == .lockNotAvailable)
      #expect(blockers.map(\.applicationName) == ["outsider"])
      // Later sessions can see it too.
      #expect(try await engine.show(id).row.lastError == error.description)
      #expect(try await engine.history(id).last?.action == .error)
    }
    await outsider.close()
    _ = try await engine.revert(id, justification: "no more") { _ in }
    await engine.disconnect()
    let schemas = try await rehearsal.schemas()
    #expect(schemas.live == schemas.direct)
    #expect(try await rehearsal.leftOvers() == [])
    try await rehearsal.dispose()
  }

  @Test
  func `A transaction that was prepared and left behind is named`() async throws {
    let rehearsal = try await rehearsal()
    let id = try await rehearsal.plan()
    let name = "left-behind-\(rehearsal.database.name)"
    let outsider = try await rehearsal.database.connect(applicationName: "outsider")
    try await outsider.script("BEGIN; LOCK TABLE t; PREPARE TRANSACTION '\(name)'")
    let engine = rehearsal.engine()
    do {
      _ = try await engine.run(id, options: Rehearsal.everything) { _ in }
      Issue.record("the plan got through")
    } catch let error as EngineError {
      guard case .retriesSpent(_, _, _, _, _, let blockers, _) = error else { throw error }
      #expect(blockers.map(\.prepared) == [name])
      #expect(error.description.contains("blocked by the prepared transaction “\(name)”"))
    }
    try await outsider.script("ROLLBACK PREPARED '\(name)'")
    await outsider.close()
    #expect(try await rehearsal.drive(id, with: engine).status == .complete)
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  @Test
  func `A migration that is applied gives way, and names who is in its way`() async throws {
    var settings = Rehearsal.quick
    settings.lockTimeout = .milliseconds(100)
    settings.lockRetries = 2
    let rehearsal = try await Rehearsal(
      setup: "CREATE TABLE t (id int PRIMARY KEY, a int)",
      migration: "COMMENT ON TABLE t IS 'x'; ALTER TABLE t ALTER a SET DEFAULT 7;",
      settings: settings, comparing: false)
    let outsider = try await rehearsal.database.connect(applicationName: "outsider")
    try await outsider.script("BEGIN; SELECT count(*) FROM t")
    let engine = rehearsal.engine()
    do {
      _ = try await engine.apply(
        version: nil, app: nil, allowDestructive: false, justification: nil)
      Issue.record("it was applied")
    } catch let error as EngineError {
      guard case .notApplied(_, let statement, let cause, let blockers) = error else { throw error }
      #expect(statement == 2)
      #expect(cause.sqlState == .lockNotAvailable)
      #expect(blockers.map(\.applicationName) == ["outsider"])
      #expect(error.description.contains("(outsider), idle in transaction"))
      #expect(error.next == NextStep(.apply(version: Rehearsal.version)))
    }
    let timeouts: [String] = try await engine.connection().query(
      "SELECT unnest(ARRAY[current_setting('lock_timeout'), current_setting('statement_timeout')])"
    ).map { try $0.decode(0) }
    #expect(timeouts == ["0", "0"])
    await outsider.close()
    #expect(
      try await engine.apply(
        version: nil, app: nil, allowDestructive: false, justification: nil
      ).map(\.statements) == [1])
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  @Test
  func `A session has its own timeouts again when concurrent work has failed`() async throws {
    let rehearsal = try await Rehearsal(
      setup: "CREATE TABLE t (id int PRIMARY KEY, a int); INSERT INTO t VALUES (1, 1), (2, 1)",
      migration: "CREATE UNIQUE INDEX CONCURRENTLY t_a ON t (a);", comparing: false)
    let engine = rehearsal.engine()
    try await engine.connection().script(
      "SET lock_timeout = '7s'; SET statement_timeout = '70s'")
    await #expect(throws: PostgresError.self) {
      try await engine.apply(version: nil, app: nil, allowDestructive: false, justification: nil)
    }
    let timeouts: [String] = try await engine.connection().query(
      "SELECT unnest(ARRAY[current_setting('lock_timeout'), current_setting('statement_timeout')])"
    ).map { try $0.decode(0) }
    #expect(timeouts == ["7s", "70s"])
    await engine.disconnect()
    try await rehearsal.dispose()
  }
}
