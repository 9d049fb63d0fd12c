import LiveMigration
import Postgres
import Synchronization
import TestSupport
import Testing

/// Outsiders in partitions, and at the other end of foreign keys, which no statement of a plan names.
@Suite("Lock courtesy beyond the named tables", .database)
struct LockTreeTests {
  @Test
  func `All waits of one statement together end as one would`() async throws {
    var settings = Rehearsal.quick
    settings.lockTimeout = .milliseconds(400)
    let rehearsal = try await Rehearsal(
      setup: """
        CREATE TABLE t (id int, a int) PARTITION BY RANGE (id);
        CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM (0) TO (100);
        CREATE TABLE t_2 PARTITION OF t FOR VALUES FROM (100) TO (200);
        CREATE TABLE t_3 PARTITION OF t FOR VALUES FROM (200) TO (1000) PARTITION BY RANGE (id);
        CREATE TABLE t_3a PARTITION OF t_3 DEFAULT;
        INSERT INTO t SELECT g, g FROM generate_series(1, 300) g;
        ANALYZE;
        """, migration: "ALTER TABLE t ALTER a SET NOT NULL;", settings: settings)
    let id = try await rehearsal.plan()
    // Each leaves when the plan has waited for it a while, always before one wait would be too long.
    let outsiders = ["t_1", "t_2", "t_3a"].map { leaf in
      Task { try await Self.leave(leaf, rehearsal.database) }
    }
    try await Self.waitForOutsiders(outsiders.count, rehearsal.database)
    let (engine, witness) = (rehearsal.engine(), Witness())
    _ = try await engine.run(id, options: Rehearsal.everything) { witness.take($0) }
    for outsider in outsiders { try await outsider.value }
    #expect(!witness.retries.isEmpty)
    #expect(witness.retries.allSatisfy { $0.0.sqlState == .lockNotAvailable })
    #expect(witness.retries.allSatisfy { $0.0.description.contains("lock timeout") })
    let blockers = witness.retries.first?.1.map(\.applicationName) ?? []
    #expect(!blockers.isEmpty && blockers.allSatisfy { $0 == "outsider" })
    #expect(try await rehearsal.drive(id, with: engine).status == .complete)
    try await rehearsal.runDirectly()
    let schemas = try await rehearsal.schemas()
    #expect(schemas.live == schemas.direct)
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  /// Holds a partition until the plan has waited for it for most of a lock's time.
  private static func leave(_ leaf: String, _ database: TestDatabase) async throws {
    let outsider = try await database.connect(applicationName: "outsider")
    try await outsider.script("BEGIN; SELECT count(*) FROM \(leaf)")
    // Inside of a transaction pg_stat_activity stays as it was first seen.
    while try await outsider.query(
      "SELECT FROM pg_locks WHERE NOT granted AND relation = \(leaf)::regclass"
    ).isEmpty {
      try await Task.sleep(for: .milliseconds(2))
    }
    try await Task.sleep(for: .milliseconds(250))
    try await outsider.script("COMMIT")
    await outsider.close()
  }

  private static func waitForOutsiders(_ count: Int, _ database: TestDatabase) async throws {
    let observer = try await database.connect()
    while try await observer.query(
      """
      SELECT FROM pg_locks JOIN pg_stat_activity USING (pid)
      WHERE granted AND relation IN ('t_1'::regclass, 't_2'::regclass, 't_3a'::regclass)
        AND application_name = 'outsider'
      """
    ).count < count {
      try await Task.sleep(for: .milliseconds(5))
    }
    await observer.close()
  }

  @Test
  func `A plan waits no longer for one leaf among many, and names who is in its way`() async throws
  {
    var settings = Rehearsal.quick
    settings.lockTimeout = .milliseconds(150)
    settings.lockRetries = 2
    let rehearsal = try await Rehearsal(
      setup: """
        CREATE TABLE t (id int, a int) PARTITION BY HASH (id);
        DO $$ BEGIN FOR g IN 0..59 LOOP EXECUTE format(
          'CREATE TABLE t_%s PARTITION OF t FOR VALUES WITH (MODULUS 60, REMAINDER %s)', g, g);
        END LOOP; END $$;
        INSERT INTO t SELECT g, g FROM generate_series(1, 300) g;
        ANALYZE;
        """, migration: "ALTER TABLE t ALTER a SET NOT NULL;", settings: settings, comparing: false)
    let client = try await rehearsal.database.connect(applicationName: "outsider")
    let id = try await rehearsal.plan()
    try await client.script("BEGIN; SELECT count(*) FROM t_41")
    let engine = rehearsal.engine()
    let error = await #expect(throws: EngineError.self) {
      try await engine.run(id, options: Rehearsal.everything) { _ in }
    }
    guard case .retriesSpent(_, _, _, 2, let cause, let blockers, _) = error else {
      throw try #require(error)
    }
    #expect(cause.sqlState == .lockNotAvailable)
    #expect(blockers.map(\.applicationName) == ["outsider"])
    // The session has its own timeouts again.
    #expect(
      try await engine.connection().query("SHOW statement_timeout").only().decode(0) == "0")
    try await client.script("COMMIT")
    await client.close()
    #expect(try await rehearsal.drive(id, with: engine).status == .complete)
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  @Test
  func `The swap gives way to a client in the table that a carried key references`() async throws {
    let rehearsal = try await Rehearsal(
      setup: """
        CREATE TABLE z (id int PRIMARY KEY, big bigint UNIQUE, name text);
        CREATE TABLE t (id int PRIMARY KEY, z int REFERENCES z (big), note text);
        INSERT INTO z SELECT g, g, 'z' FROM generate_series(1, 50) g;
        INSERT INTO t SELECT g, 1 + g % 50, 'n' FROM generate_series(1, 200) g;
        ANALYZE;
        """,
      migration: "ALTER TABLE t ALTER COLUMN z TYPE bigint;", comparing: false)
    let id = try await rehearsal.plan()
    let engine = rehearsal.engine()
    _ = try await engine.run(id, options: Rehearsal.everything) { _ in }
    let retries = try await Self.meetInCircle(rehearsal, holding: "z", wanting: "t") { onEvent in
      let outcome = try await engine.finalize(id, justification: "now", onEvent: onEvent)
      #expect(outcome.status == .complete)
    }
    #expect(retries > 0)
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  @Test
  func `A dropped table gives way to a client in the table that its key references`() async throws {
    let rehearsal = try await Rehearsal(
      setup: """
        CREATE TABLE z (id int PRIMARY KEY, name text);
        CREATE TABLE t (id int PRIMARY KEY, z int REFERENCES z, note text);
        CREATE TABLE a (id int); INSERT INTO a VALUES (1);
        INSERT INTO z SELECT g, 'z' FROM generate_series(1, 50) g;
        INSERT INTO t SELECT g, 1 + g % 50, 'n' FROM generate_series(1, 200) g;
        ANALYZE;
        """,
      migration: "ALTER TABLE a ALTER id TYPE bigint; DROP TABLE t;", comparing: false)
    let id = try await rehearsal.plan()
    let engine = rehearsal.engine()
    _ = try await engine.run(id, options: Rehearsal.everything) { _ in }
    let client = try await rehearsal.database.connect(applicationName: "client")
    try await client.script("BEGIN; UPDATE z SET name = 'client' WHERE id = 7")
    let witness = Witness()
    let finalize = Task {
      try await engine.finalize(id, justification: "now") { witness.take($0) }
    }
    await witness.wait { events in
      events.contains { if case .retrying = $0 { true } else { false } }
    }
    // It waits for z before it holds t, or gives way while it holds it.
    try await client.script("UPDATE t SET note = 'client' WHERE id = 7; COMMIT")
    #expect(try await finalize.value.status == .complete)
    await client.close()
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  /// Lets a client hold one table and want the other while the plan does it the other way round; returns how often
  /// the plan gave way.
  private static func meetInCircle(
    _ rehearsal: Rehearsal, holding held: String, wanting wanted: String,
    _ body: (@escaping RunObserver) async throws -> Void
  ) async throws -> Int {
    let client = try await rehearsal.database.connect(applicationName: "client")
    let task = Mutex<Task<Void, any Error>?>(nil)
    let observer = StatementObserver(
      before: { text in
        guard text.contains("\(wanted) IN ACCESS EXCLUSIVE"), task.withLock({ $0 }) == nil else {
          return
        }
        try await StatementObserver.$current.withValue(nil) {
          _ = try await client.script("BEGIN; UPDATE \(held) SET name = 'client' WHERE id = 7")
          let both = Task {
            try await rehearsal.database.waitUntilBlocked(holding: wanted)
            _ = try await client.script(
              "UPDATE \(wanted) SET note = 'client' WHERE id = 7; COMMIT")
          }
          task.withLock { $0 = both }
        }
      },
      after: { _ in })
    let retries = Mutex(0)
    try await StatementObserver.$current.withValue(observer) {
      try await body { if case .retrying = $0 { retries.withLock { $0 += 1 } } }
    }
    let both = try #require(task.withLock { $0 })
    await #expect(throws: Never.self) { try await both.value }
    let written: [String] = try await client.query(
      """
      SELECT note FROM \(raw: wanted) WHERE id = 7
      UNION ALL SELECT name FROM \(raw: held) WHERE id = 7
      """
    ).map { try $0.decode(0) }
    #expect(written == ["client", "client"])
    await client.close()
    return retries.withLock { $0 }
  }

  @Test
  func `What a role may not lock in front is locked by the statement itself`() async throws {
    let role = try await TestDatabase.current.makeRole()
    let rehearsal = try await Rehearsal(
      setup: """
        CREATE TABLE z (id int PRIMARY KEY, big bigint UNIQUE);
        INSERT INTO z SELECT g, g FROM generate_series(1, 50) g;
        CREATE TABLE t (id int PRIMARY KEY, z int REFERENCES z (big));
        INSERT INTO t SELECT g, 1 + g % 50 FROM generate_series(1, 200) g;
        ALTER TABLE t OWNER TO \(role); GRANT REFERENCES, SELECT ON z TO \(role);
        GRANT CREATE ON SCHEMA public TO \(role);
        ANALYZE;
        """,
      migration: "ALTER TABLE t ALTER COLUMN z TYPE bigint;", user: role)
    #expect(try await rehearsal.drive(try await rehearsal.plan()).status == .complete)
    try await rehearsal.runDirectly()
    let schemas = try await rehearsal.schemas()
    #expect(schemas.live == schemas.direct)
    try await rehearsal.dispose()
  }
}
