import LiveMigration
import Postgres
import TestSupport
import Testing

@Suite("What patterns hold clients and rows to", .database)
struct PatternGateTests {
  @Test func `Duplicates are named before a unique index is built`() async throws {
    let rehearsal = try await Rehearsal(
      setup: """
        CREATE TABLE t (a int, b int);
        INSERT INTO t SELECT g % 100, nullif(g, 5) FROM generate_series(1, 300) g;
        INSERT INTO t VALUES (1000, NULL);
        """,
      migration: "ALTER TABLE t ADD UNIQUE (a), ADD UNIQUE NULLS NOT DISTINCT (b);",
      comparing: false)
    let id = try await rehearsal.plan()
    let engine = rehearsal.engine()
    do {
      _ = try await engine.run(id, options: Rehearsal.everything) { _ in }
      Issue.record("the gate let duplicates pass")
    } catch EngineError.gateDisagreed(_, _, let outcomes, _) {
      #expect(outcomes.first?.found == 100)
      #expect(outcomes.first?.sample.first?.hasPrefix("a=") == true)
    }
    let connection = try await rehearsal.database.connect()
    let indexes: Int = try await connection.query(
      "SELECT count(*) FROM pg_index WHERE indrelid = 't'::regclass"
    )
    .only().decode(0)
    #expect(indexes == 0)
    try await connection.script(
      "DELETE FROM t WHERE b > 100 AND a < 100; DELETE FROM t WHERE b IS NULL AND a = 5")
    let outcome = try await rehearsal.drive(id, with: engine)
    #expect(outcome.status == .complete)
    await connection.close()
    try await rehearsal.dispose()
  }

  @Test func `The next value of a carried identity is a direct run's`() async throws {
    let rehearsal = try await Rehearsal(
      setup: keyPromises[0].setup, migration: keyPromises[0].migration)
    try await rehearsal.drive(try await rehearsal.plan())
    try await rehearsal.runDirectly()
    var values: [Int64] = []
    for name in [rehearsal.database.name, rehearsal.database.name + "_direct"] {
      let connection = try await rehearsal.database.cluster.connect(database: name)
      values.append(
        try await connection.query("INSERT INTO t (name) VALUES ('x') RETURNING id").only().decode(
          0))
      try await connection.execute("ALTER SEQUENCE t_id_seq RESTART 3000000000")
      values.append(
        try await connection.query("INSERT INTO t (name) VALUES ('x') RETURNING id").only().decode(
          0))
      await connection.close()
    }
    #expect(Array(values.prefix(2)) == Array(values.suffix(2)))
    #expect(values.last == 3_000_000_000)
    try await rehearsal.dispose()
  }

  @Test func `Rows of a client between the cut-overs get values and keep to the keys`() async throws
  {
    let rehearsal = try await Rehearsal(
      setup: keyPromises[1].setup,
      migration: keyPromises[1].migration
        + " ALTER TABLE t ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid();",
      comparing: false)
    let id = try await rehearsal.plan()
    let engine = rehearsal.engine()
    let options = RunOptions(
      approvals: [.validate, .cutoverReads], allowDestructive: true, justification: "rehearsal")
    _ = try await engine.run(id, options: options) { _ in }
    let connection = try await rehearsal.database.connect()
    try await connection.script(
      """
      CREATE ROLE plain_client; GRANT INSERT, SELECT ON t TO plain_client;
      GRANT USAGE ON SEQUENCE t_id_seq TO plain_client;
      SET ROLE plain_client; INSERT INTO t (name) VALUES ('new'); RESET ROLE;
      INSERT INTO u SELECT 1000, max(id) FROM t; INSERT INTO v SELECT max(id) FROM t;
      DELETE FROM v WHERE org = 7; DELETE FROM t WHERE id = 7;
      """)
    let outcome = try await rehearsal.drive(id, with: engine)
    #expect(outcome.status == .complete)
    let rows = try await connection.query(
      """
      SELECT (SELECT count(*) FROM t WHERE token IS NULL) AS empty,
        (SELECT count(*) FROM u WHERE org = 7) AS orphans,
        (SELECT count(*) FROM u JOIN t ON t.id = u.org WHERE u.id = 1000 AND t.name = 'new') AS kept
      """
    ).only()
    #expect(try rows.decode("empty", as: Int.self) == 0)
    #expect(try rows.decode("orphans", as: Int.self) == 0)
    #expect(try rows.decode("kept", as: Int.self) == 1)
    try await connection.script("DROP OWNED BY plain_client; DROP ROLE plain_client")
    await connection.close()
    try await rehearsal.dispose()
  }

  @Test(arguments: newColumns)
  func `A reverted new column leaves no trace`(_ column: NewColumn) async throws {
    let rehearsal = try await Rehearsal(setup: column.setup, migration: column.migration)
    let id = try await rehearsal.plan()
    let engine = rehearsal.engine()
    _ = try await engine.run(id, options: Rehearsal.everything) { _ in }
    let outcome = try await engine.revert(id, justification: "no more") { _ in }
    #expect(outcome.status == .abandoned)
    await engine.disconnect()
    let schemas = try await rehearsal.schemas()
    #expect(schemas.live == schemas.direct)
    #expect(try await rehearsal.rows(of: "t").live == rehearsal.rows(of: "t").direct)
    #expect(try await rehearsal.leftOvers() == [])
    try await rehearsal.dispose()
  }
}
