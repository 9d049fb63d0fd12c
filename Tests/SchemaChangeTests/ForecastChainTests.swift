import Postgres
import SchemaChange
import TestSupport
import Testing

@Suite("Forecasts of whole migrations", .database)
struct ForecastChainTests {
  private func probeAfter(_ setup: String, _ migration: String) async throws -> ProbeOutcome {
    let connection = try await TestDatabase.current.connect()
    try await connection.script(setup)
    return try await probe(migration, on: connection)
  }

  @Test func `A later statement sees what an earlier one did`() async throws {
    let outcome = try await probeAfter(
      "CREATE TABLE t (a int)",
      """
      ALTER TABLE t ADD CONSTRAINT a_is_there CHECK (a IS NOT NULL) NOT VALID;
      ALTER TABLE t VALIDATE CONSTRAINT a_is_there;
      ALTER TABLE t ALTER COLUMN a SET NOT NULL;
      ALTER TABLE t RENAME TO t2;
      ALTER TABLE t2 RENAME COLUMN a TO b;
      ALTER TABLE t2 ALTER COLUMN b DROP NOT NULL, ADD COLUMN c text;
      ALTER TABLE t2 ALTER COLUMN missing DROP NOT NULL
      """)
    #expect(outcome.forecast(0)?.catalogueOnly == true)
    #expect(outcome.forecast(1)?.scans == true)
    #expect(outcome.forecast(2)?.catalogueOnly == true)
    #expect(outcome.forecast(4)?.lockText == "t AE")
    #expect(outcome.forecast(6)?.catalogueOnly == true)
    #expect(outcome.refusal(7)?.sqlState == .undefinedColumn)
    let after = [ColumnFacts(name: "b", type: "integer"), ColumnFacts(name: "c", type: "text")]
    #expect(outcome.columnsAfter[QualifiedName(name: "t2")] == after)
    #expect(outcome.columnsAfter[QualifiedName(name: "t")] == after)
  }

  @Test func `Objects that the migration makes are there for its later statements`() async throws {
    let outcome = try await probeAfter(
      "CREATE TABLE t (a int, s text); CREATE SCHEMA app",
      """
      CREATE TYPE mood AS ENUM ('calm', 'busy');
      CREATE DOMAIN app.small AS int CHECK (value < 10);
      CREATE FUNCTION one() RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
      CREATE SEQUENCE app.counter;
      CREATE EXTENSION citext;
      ALTER TABLE t ADD COLUMN m mood DEFAULT 'calm';
      ALTER TABLE t ADD COLUMN small app.small;
      ALTER TABLE t ADD COLUMN f int DEFAULT one();
      ALTER TABLE t ALTER COLUMN a SET DEFAULT nextval('app.counter');
      ALTER TABLE t ALTER COLUMN s TYPE citext;
      CREATE TABLE app.line (id serial PRIMARY KEY, t_a int);
      CREATE UNIQUE INDEX CONCURRENTLY t_a ON t (a);
      ALTER TABLE t ADD CONSTRAINT t_a_unique UNIQUE USING INDEX t_a;
      ALTER TABLE app.line ADD FOREIGN KEY (t_a) REFERENCES t (a)
      """)
    let refused = outcome.results.indices.compactMap { outcome.refusal($0) }
    #expect(refused == [])
    #expect(outcome.forecast(5)?.catalogueOnly == true)
    #expect(outcome.forecast(6)?.rewrites == true)
    #expect(outcome.forecast(7)?.catalogueOnly == true)
    #expect(outcome.forecast(9)?.catalogueOnly == true)
    #expect(outcome.forecast(11) == nil)
    #expect(outcome.forecast(12)?.buildsIndex == false)
    #expect(outcome.forecast(13)?.lockText == "app.line SRE, t SRE")
    let columns = try #require(outcome.columnsAfter[QualifiedName(name: "t")])
    #expect(
      columns.map(\.type) == ["integer", "public.citext", "public.mood", "app.small", "integer"])
    #expect(columns[0].defaultExpression == "nextval('app.counter'::regclass)")
    #expect(columns[2].defaultExpression == "'calm'::public.mood")
    let line = QualifiedName(schema: "app", name: "line")
    #expect(
      outcome.columnsAfter[line]?.first?.defaultExpression == "nextval('app.line_id_seq'::regclass)"
    )
  }

  @Test func `Columns keep what a clone cannot have, and get new sequences in the table's schema`()
    async throws
  {
    let outcome = try await probeAfter(
      """
      CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY, a serial, b text COLLATE "C");
      GRANT SELECT (a) ON t TO PUBLIC; COMMENT ON COLUMN t.b IS 'kept';
      ALTER TABLE t ALTER b SET STATISTICS 9; ALTER TABLE t ALTER b SET STORAGE EXTERNAL
      """, "ALTER TABLE public.t ADD COLUMN c smallserial")
    let columns = try #require(
      outcome.columnsAfter[QualifiedName(schema: "public", name: "t")])
    var id = columns[0]
    #expect(id.identitySequence?.type == "bigint")
    id.identitySequence = nil
    #expect(id == ColumnFacts(name: "id", type: "bigint", notNull: true, identity: .always))
    let sequence = QualifiedName(schema: "public", name: "t_a_seq")
    #expect(
      columns[1]
        == ColumnFacts(
          name: "a", type: "integer", notNull: true,
          defaultExpression: "nextval('public.t_a_seq'::regclass)",
          grants: [ColumnGrant(grantee: nil, privilege: "SELECT", grantable: false)],
          ownedSequences: [sequence]))
    #expect(
      columns[2]
        == ColumnFacts(
          name: "b", type: "text", collation: "\"C\"", comment: "kept", statisticsTarget: 9,
          storage: "EXTERNAL"))
    #expect(columns[3].defaultExpression == "nextval('public.t_c_seq'::regclass)")
  }

  @Test func `A refusal that may be the fault of what was not tried is no refusal`() async throws {
    let setup = "CREATE TABLE t (a int); CREATE TYPE en AS ENUM ('a')"
    let outcome = try await probeAfter(
      setup,
      """
      ALTER TYPE en ADD VALUE 'b';
      ALTER TABLE t ADD COLUMN e en DEFAULT 'b';
      ALTER TABLE t ADD COLUMN f int
      """)
    #expect(outcome.results[0] == nil)
    #expect(outcome.results[1] == nil)
    #expect(outcome.forecast(2)?.catalogueOnly == true)
    let blind = try await probeAfter(
      "", "ALTER TABLE t ADD COLUMN x int; DO $$ BEGIN END $$; ALTER TABLE t ADD COLUMN y int")
    #expect(blind.forecast(0)?.catalogueOnly == true)
    #expect(blind.results[2] == nil)
    #expect(blind.columnsAfter.isEmpty)
  }

  @Test func `What hangs on a column makes the server refuse, until the migration drops it`()
    async throws
  {
    let setup = """
      CREATE TABLE t (a int, b int); CREATE VIEW v AS SELECT a FROM t;
      CREATE MATERIALIZED VIEW m AS SELECT b FROM t; CREATE POLICY p ON t USING (a > 0)
      """
    let outcome = try await probeAfter(setup, "ALTER TABLE t ALTER COLUMN a TYPE bigint")
    #expect(outcome.refusal(0)?.sqlState == .featureNotSupported)
    #expect(outcome.refusal(0)?.detail?.contains("view v") == true)
    #expect(outcome.refusal(0)?.statement == "ALTER TABLE t ALTER COLUMN a TYPE bigint")
    let corrected = try await probeAfter(
      "",
      """
      DROP VIEW v; DROP MATERIALIZED VIEW m; DROP POLICY p ON t;
      ALTER TABLE t ALTER COLUMN a TYPE bigint, ALTER COLUMN b TYPE bigint;
      CREATE VIEW v AS SELECT a FROM t
      """)
    #expect(corrected.forecast(2)?.lockText == "t AE")
    #expect(corrected.forecast(3)?.rewrites == true)
    #expect(corrected.forecast(4)?.rewrites == true)
    #expect(corrected.forecast(5) == Forecast())
  }

  @Test func `A table whose rules are not cloned is forecast, but its refusals prove nothing`()
    async throws
  {
    let outcome = try await probeAfter(
      "CREATE TABLE t (a int); CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING",
      "ALTER TABLE t ADD COLUMN b int; ALTER TABLE t DISABLE RULE r")
    #expect(outcome.forecast(0)?.catalogueOnly == true)
    #expect(outcome.results[1] == nil)
  }

  @Test func `Tables of the same name in two schemas do not get into each other's way`()
    async throws
  {
    let outcome = try await probeAfter(
      """
      CREATE SCHEMA a; CREATE SCHEMA b; CREATE TABLE a.t (x int); CREATE TABLE b.t (y int);
      CREATE TABLE b.u (y int)
      """,
      """
      CREATE INDEX i ON a.t (x); CREATE INDEX i ON b.u (y); CREATE INDEX j ON b.t (y);
      ALTER TABLE a.t ALTER COLUMN x TYPE bigint
      """)
    #expect(outcome.forecast(0)?.buildsIndex == true)
    #expect(outcome.refusal(1) == nil)
    #expect(outcome.results[2] == nil)
    #expect(outcome.forecast(3)?.lockText == "a.t AE")
  }

  @Test func `A migration of data alone needs no clone`() async throws {
    let outcome = try await probeAfter("CREATE TABLE t (a int)", "INSERT INTO t VALUES (1)")
    #expect(outcome == ProbeOutcome(results: [nil]))
  }

  @Test func `Foreign keys are built anew on both sides`() async throws {
    let outcome = try await probeAfter(
      """
      CREATE TABLE u (id int PRIMARY KEY); CREATE TABLE t (u_id int REFERENCES u);
      CREATE TABLE loop (id int PRIMARY KEY, up int REFERENCES loop)
      """,
      """
      ALTER TABLE u ALTER COLUMN id TYPE bigint;
      ALTER TABLE loop ALTER COLUMN id TYPE bigint
      """)
    let forecast = try #require(outcome.forecast(0))
    #expect(forecast.rewrites && forecast.scans && forecast.buildsIndex)
    #expect(forecast.lockText == "public.t AE, u AE")
    #expect(outcome.forecast(1)?.scans == true)
  }
}
