import Foundation
import Postgres
import Synchronization
import TestSupport
import Testing

@testable import LiveMigration

/// A table that is read piece by piece for its gates, while clients write it.
@Suite("Gates: reading", .database)
struct GateReadingTests {
  private static let conditions = ["r.v IS NULL", "r.v % 100 = 7"]

  private func pass(_ table: String) -> GatePass? {
    let gates = Self.conditions.map { condition in
      GateQuery(
        name: condition, query: "SELECT count(*) FROM \(table) AS r WHERE \(condition)",
        expected: 0,
        rows: .init(
          table: QualifiedName(schema: "public", name: table), alias: "r", condition: condition))
    }
    return GatePass.passes(of: gates).first
  }

  /// What clients do between two windows: rows change, move, come and go.
  private static func changes(_ number: Int, _ table: String) -> String {
    """
    UPDATE \(table) SET v = NULL, note = repeat('y', 400) WHERE id % 50 = \(number % 50);
    UPDATE \(table) SET v = 1 WHERE v IS NULL AND id % 3 = \(number % 3);
    DELETE FROM \(table) WHERE id % 61 = \(number % 61);
    INSERT INTO \(table) SELECT 100000 + \(number) * 1000 + g, 7, 'n' FROM generate_series(1, 99) g;
    """
  }

  private static let plain = """
    CREATE TABLE t (id int, v int, note text);
    INSERT INTO t SELECT g, nullif(g % 1000, 0), repeat('x', 200) FROM generate_series(1, 20000) g;
    """

  private static let partitioned = """
    CREATE TABLE t (id int, v int, note text) PARTITION BY RANGE (id);
    CREATE TABLE t_a PARTITION OF t FOR VALUES FROM (0) TO (9000);
    CREATE TABLE t_b PARTITION OF t FOR VALUES FROM (9000) TO (500000) PARTITION BY HASH (id);
    CREATE TABLE t_b0 PARTITION OF t_b FOR VALUES WITH (MODULUS 2, REMAINDER 0);
    CREATE TABLE t_b1 PARTITION OF t_b FOR VALUES WITH (MODULUS 2, REMAINDER 1);
    CREATE TABLE t_none PARTITION OF t DEFAULT;
    INSERT INTO t SELECT g, nullif(g % 1000, 0), repeat('x', 200) FROM generate_series(1, 20000) g;
    """

  @Test(arguments: [plain, partitioned])
  func `All pieces see what one statement would have seen, and no writer waits`(
    setup: String
  ) async throws {
    let connection = try await TestDatabase.current.connect()
    try await connection.script(setup)
    let client = try await TestDatabase.current.connect()
    try await client.script("SET lock_timeout = 1")
    let before = try await connection.query(
      "SELECT count(*) FILTER (WHERE v IS NULL), count(*) FILTER (WHERE v % 100 = 7) FROM t"
    ).only()
    let windows = Mutex(0)
    let observer = StatementObserver(
      before: { text in
        guard text.contains("SELECT CASE") else { return }
        let number = windows.withLock { windows in
          windows += 1
          return windows
        }
        try await StatementObserver.$current.withValue(nil) {
          try await client.script(Self.changes(number, "t"))
        }
      }, after: { _ in })
    let read = Mutex<[Int64]>([])
    let total = Mutex<Int64>(0)
    let reading = GateReading(pass: try #require(pass("t")), session: PlanSession()) { done, all in
      read.withLock { $0.append(done) }
      total.withLock { $0 = all }
    }
    let counts = try await StatementObserver.$current.withValue(observer) {
      try await connection.transaction(.snapshot) { try await reading.counts(on: $0) }
    }
    #expect(counts == [try before.decode(0), try before.decode(1)])
    let steps = read.withLock { $0 }
    #expect(steps == steps.sorted() && steps.first == 0)
    #expect(steps.last == total.withLock { $0 } && steps.count > 3)
    #expect(windows.withLock { $0 } >= 3)
    await client.close()
    await connection.close()
  }

  @Test
  func `A table with a part that has no blocks is asked as a whole`() async throws {
    let connection = try await TestDatabase.current.connect()
    try await connection.script(
      Self.partitioned + """
        CREATE FOREIGN DATA WRAPPER nowhere; CREATE SERVER nowhere FOREIGN DATA WRAPPER nowhere;
        CREATE FOREIGN TABLE t_far PARTITION OF t FOR VALUES FROM (900000) TO (900001) SERVER nowhere;
        """)
    let reading = GateReading(pass: try #require(pass("t")), session: PlanSession()) { _, _ in }
    let counts = try await connection.transaction(.snapshot) {
      try await reading.counts(on: $0)
    }
    #expect(counts == nil)
    await connection.close()
  }

  @Test
  func `A conversion of a partitioned table is asked of each leaf, to the last block`()
    async throws
  {
    let rehearsal = try await Rehearsal(
      setup: """
        CREATE TABLE t (id int PRIMARY KEY, v text, w text NOT NULL) PARTITION BY RANGE (id);
        CREATE TABLE t_a PARTITION OF t FOR VALUES FROM (0) TO (1000);
        CREATE TABLE t_b PARTITION OF t FOR VALUES FROM (1000) TO (9000) PARTITION BY HASH (id);
        CREATE TABLE t_b0 PARTITION OF t_b FOR VALUES WITH (MODULUS 2, REMAINDER 0);
        CREATE TABLE t_b1 PARTITION OF t_b FOR VALUES WITH (MODULUS 2, REMAINDER 1);
        INSERT INTO t SELECT g, g::text, g::text FROM generate_series(1, 3000) g;
        ANALYZE;
        """,
      migration: """
        ALTER TABLE t ALTER v TYPE int USING v::int, ALTER w TYPE bigint USING w::bigint;
        """, comparing: false)
    let id = try await rehearsal.plan()
    let engine = rehearsal.engine()
    let seen = Mutex<[GateProgress]>([])
    let arrived = try await engine.run(
      id, options: RunOptions(allowDestructive: true, justification: "x")
    ) { event in
      if case .gate(_, let progress) = event { seen.withLock { $0.append(progress) } }
    }
    #expect(arrived.status == .validating && arrived.gates.count == 7)
    #expect(arrived.gates.allSatisfy { $0.found == 0 })
    let progress = seen.withLock { $0 }
    #expect(progress.last?.fraction == 1 && progress.last?.names.count == 7, "\(progress)")
    let client = try await rehearsal.database.connect()
    try await client.execute("UPDATE t SET v = 'many' WHERE id IN (7, 2500)")
    try await client.execute("UPDATE t SET w = 'more' WHERE id = 8")
    let refused = await #expect(throws: EngineError.self) {
      try await engine.run(id, options: Rehearsal.everything) { _ in }
    }
    guard case .gateDisagreed(_, _, let outcomes, _) = refused else {
      Issue.record("\(String(describing: refused))")
      return
    }
    // What is asked of `w` has no answer while `v` stands in its way.
    #expect(outcomes.map(\.name) == ["public.t.v: every value converts"])
    #expect(outcomes.first?.found == 2)
    #expect(Set(outcomes.first?.sample ?? []) == ["id=7", "id=2500"])
    try await client.execute("UPDATE t SET v = '0' WHERE v = 'many'")
    try await client.execute("UPDATE t SET w = '0' WHERE w = 'more'")
    await engine.disconnect()
    #expect(try await rehearsal.drive(id).status == .complete)
    await client.close()
    try await rehearsal.dispose()
  }

  @Test
  func `A question that the server cannot answer is told apart from one that has an answer`()
    async throws
  {
    let rehearsal = try await Rehearsal(
      setup: """
        CREATE TABLE t (id int PRIMARY KEY, n int);
        INSERT INTO t SELECT g, CASE g WHEN 7 THEN 0 WHEN 900 THEN 5 ELSE 1 END
        FROM generate_series(1, 1000) g;
        ANALYZE;
        """,
      migration: """
        ALTER TABLE t ADD CONSTRAINT a CHECK (n <> 5), ADD CONSTRAINT b CHECK (10 / n < 99);
        """, comparing: false)
    let id = try await rehearsal.plan()
    let engine = rehearsal.engine()
    // Each question is asked before its constraint binds clients.
    func refusal(
      of command: () async throws -> Void
    ) async throws -> ServerError {
      let error = await #expect(throws: EngineError.self) { try await command() }
      guard case .dataRefused(_, _, .expandSchema, let refusal, _, _) = error else {
        throw RehearsalError("\(String(describing: error))")
      }
      return refusal
    }
    let first = try await refusal {
      _ = try await engine.run(id, options: Rehearsal.everything) { _ in }
    }
    #expect(first.message == "rows stand in the way of public.t: a: id=900")
    #expect(first.sqlState == .checkViolation)
    let client = try await rehearsal.database.connect()
    try await client.execute("UPDATE t SET n = 1 WHERE id = 900")
    let second = try await refusal {
      _ = try await engine.resume(id, options: Rehearsal.everything) { _ in }
    }
    #expect(second.sqlState.rawValue == "22012", "\(second)")
    try await client.execute("UPDATE t SET n = 1 WHERE id = 7")
    await engine.disconnect()
    #expect(try await rehearsal.drive(id).status == .complete)
    await client.close()
    try await rehearsal.dispose()
  }
}
