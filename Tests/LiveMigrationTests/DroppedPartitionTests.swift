import LiveMigration
import Postgres
import TestSupport
import Testing

/// The oldest partition goes by the application's own job while a plan is under way.
@Suite("Dropped partitions", .database)
struct DroppedPartitionTests {
  private static let setup = """
    CREATE TABLE u (id int PRIMARY KEY);
    INSERT INTO u SELECT g FROM generate_series(0, 300) g;
    CREATE TABLE t (id int NOT NULL, day date NOT NULL, a int, u int, note text,
      CONSTRAINT t_key PRIMARY KEY (id, day), CONSTRAINT t_once UNIQUE (a, day),
      CONSTRAINT t_u FOREIGN KEY (u) REFERENCES u) PARTITION BY RANGE (day);
    CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')
      PARTITION BY RANGE (day);
    CREATE TABLE t_1a PARTITION OF t_1 DEFAULT;
    CREATE TABLE t_2 PARTITION OF t DEFAULT;
    CREATE INDEX t_a ON t (a, note);
    CREATE INDEX t_1_own ON t_1 (a);
    CREATE INDEX t_1a_own ON t_1a (u, a);
    ALTER TABLE t_1a ADD CONSTRAINT own CHECK (a > -5 AND u > -5);
    ALTER TABLE t_1a ADD CONSTRAINT own_key UNIQUE (a, u, id);
    CREATE STATISTICS t_1a_stats ON a, u FROM t_1a;
    ALTER STATISTICS t_1a_stats SET STATISTICS 7;
    COMMENT ON CONSTRAINT own ON t_1a IS 'own'; COMMENT ON CONSTRAINT own_key ON t_1a IS 'key';
    COMMENT ON INDEX t_1a_own IS 'own'; COMMENT ON STATISTICS t_1a_stats IS 'own';
    COMMENT ON COLUMN t_1a.a IS 'own'; COMMENT ON COLUMN t_1a.u IS 'own';
    GRANT SELECT (a, u) ON t_1a TO PUBLIC; ALTER TABLE t_1a ALTER a SET STATISTICS 7;
    INSERT INTO t SELECT g, date '2026-01-01' + g % 59, g, g, 'x' FROM generate_series(1, 300) g;
    ANALYZE;
    """

  private static let migrations = [
    "ALTER TABLE t ALTER a TYPE bigint;",
    "ALTER TABLE t ALTER u TYPE bigint, ALTER u SET NOT NULL;",
    "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u;",
    "ALTER TABLE t ADD CONSTRAINT more UNIQUE (day, u, a);",
    "CREATE INDEX more ON t (note, id); ALTER TABLE t ALTER a SET NOT NULL;",
  ]

  private static func drop(_ table: String, _ rehearsal: Rehearsal) async throws {
    for name in [rehearsal.database.name, rehearsal.directName] {
      let connection = try await rehearsal.database.cluster.connect(database: name)
      try await connection.script("DROP TABLE \(table)")
      await connection.close()
    }
  }

  private static func expectSame(_ rehearsal: Rehearsal) async throws {
    let schemas = try await rehearsal.schemas()
    #expect(
      schemas.live == schemas.direct, "\(SchemaText.differences(schemas.live, schemas.direct))")
    let rows = try await rehearsal.rows(of: "t")
    #expect(rows.live == rows.direct)
    #expect(try await rehearsal.leftOvers() == [])
  }

  @Test(arguments: migrations, ["t_1", "t_1a"])
  func `A plan is finalized without it`(migration: String, dropped: String) async throws {
    let rehearsal = try await Rehearsal(setup: Self.setup, migration: migration)
    let (id, engine) = (try await rehearsal.plan(), rehearsal.engine())
    let outcome = try await engine.run(id, options: Rehearsal.everything) { _ in }
    #expect(outcome.status == .finalizing)
    try await Self.drop(dropped, rehearsal)
    #expect(try await rehearsal.drive(id, with: engine).status == .complete)
    try await rehearsal.runDirectly()
    try await Self.expectSame(rehearsal)
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  @Test(arguments: migrations)
  func `A plan is reverted without it`(migration: String) async throws {
    let rehearsal = try await Rehearsal(setup: Self.setup, migration: migration)
    let (id, engine) = (try await rehearsal.plan(), rehearsal.engine())
    _ = try await engine.run(id, options: Rehearsal.everything) { _ in }
    try await Self.drop("t_1", rehearsal)
    let outcome = try await engine.revert(id, justification: "no more") { _ in }
    #expect(outcome.status == .abandoned)
    try await Self.expectSame(rehearsal)
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  @Test(arguments: [
    "ALTER TABLE t ALTER a TYPE bigint;", "CREATE INDEX more ON t (note, id);",
    "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u;",
  ])
  func `A plan that was made before is driven without it`(migration: String) async throws {
    let rehearsal = try await Rehearsal(
      setup: Self.setup + "ALTER TABLE t_1a DROP CONSTRAINT own;", migration: migration)
    let (id, engine) = (try await rehearsal.plan(), rehearsal.engine())
    try await Self.drop("t_1", rehearsal)
    #expect(try await rehearsal.drive(id, with: engine).status == .complete)
    try await rehearsal.runDirectly()
    try await Self.expectSame(rehearsal)
    await engine.disconnect()
    try await rehearsal.dispose()
  }
}
