import Postgres
import SchemaChange
import TestSupport
import Testing

@Suite("Forecasts of partitioned tables", .database)
struct ForecastPartitionTests {
  @Test func `A statement reaches the partitions, and one of their own is enough to need work`()
    async throws
  {
    let connection = try await TestDatabase.current.connect()
    try await connection.script(
      """
      CREATE TABLE u (id int PRIMARY KEY);
      CREATE TABLE p (id int, v varchar(10), w varchar(5), u_id int REFERENCES u, PRIMARY KEY (id))
        PARTITION BY RANGE (id);
      CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
      CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20) PARTITION BY RANGE (id);
      CREATE TABLE p2a PARTITION OF p2 FOR VALUES FROM (10) TO (15);
      CREATE TABLE p3 (LIKE p); ALTER TABLE p3 ADD CHECK (v IS NOT NULL);
      ALTER TABLE p3 ALTER id SET NOT NULL;
      ALTER TABLE p ATTACH PARTITION p3 FOR VALUES FROM (20) TO (30);
      CREATE TABLE p4 PARTITION OF p FOR VALUES FROM (30) TO (40);
      CREATE INDEX p_v ON p (v);
      """)
    let outcome = try await probe(
      """
      ALTER TABLE p ALTER COLUMN w TYPE varchar(20);
      ALTER TABLE p ALTER COLUMN v SET NOT NULL;
      ALTER TABLE p4 ADD CHECK (id > 3);
      ALTER TABLE p ALTER COLUMN id TYPE bigint;
      CREATE TABLE p5 PARTITION OF p FOR VALUES FROM (50) TO (60);
      ALTER TABLE p ADD COLUMN r float DEFAULT random();
      ALTER TABLE p4 ALTER COLUMN v TYPE text
      """, on: connection)
    #expect(outcome.forecast(0)?.catalogueOnly == true)
    #expect(outcome.forecast(0)?.locks.contains { $0.relation == "p" } == true)
    #expect(outcome.forecast(0)?.locks.contains { $0.relation == "public.p2a" } == true)
    #expect(outcome.forecast(1)?.scans == true)
    #expect(outcome.forecast(2)?.lockText == "p4 AE")
    #expect(outcome.refusal(3) != nil)
    #expect(outcome.forecast(4)?.lockText == "p AE, public.u SRE")
    #expect(outcome.forecast(5)?.rewrites == true)
    #expect(outcome.forecast(6) == nil)
    let columns = outcome.columnsAfter[QualifiedName(name: "p5")]
    #expect(columns?.map(\.name) == ["id", "v", "w", "u_id", "r"])
    #expect(outcome.columnsAfter[QualifiedName(name: "p")]?[2].type == "character varying(20)")
  }

  @Test func `A partition alone is tried as the part that it is`() async throws {
    let connection = try await TestDatabase.current.connect()
    try await connection.script(
      """
      CREATE TABLE p (id int, v int) PARTITION BY RANGE (id);
      CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
      CREATE TABLE parent (a int); CREATE TABLE child (b int) INHERITS (parent);
      """)
    let outcome = try await probe(
      "ALTER TABLE p1 ALTER COLUMN v TYPE bigint", on: connection)
    #expect(outcome.refusal(0)?.message == "cannot alter inherited column \"v\"")
    let inherited = try await probe(
      "ALTER TABLE parent ALTER COLUMN a TYPE bigint; ALTER TABLE child DROP COLUMN a",
      on: connection)
    #expect(inherited.forecast(0)?.lockText == "child AE, parent AE")
    #expect(inherited.refusal(1)?.message == "cannot drop inherited column \"a\"")
  }

  @Test func `Many partitions that are alike are tried by one`() async throws {
    let connection = try await TestDatabase.current.connect()
    try await connection.script(
      """
      CREATE TABLE p (id int, v int) PARTITION BY RANGE (id);
      DO $$ BEGIN FOR i IN 1..60 LOOP
        EXECUTE format('CREATE TABLE p_%s PARTITION OF p FOR VALUES FROM (%s) TO (%s)', i, i, i + 1);
      END LOOP; END $$;
      CREATE TABLE p_rest PARTITION OF p DEFAULT
      """)
    let outcome = try await probe(
      """
      ALTER TABLE p ALTER COLUMN v TYPE bigint;
      CREATE TABLE p_new PARTITION OF p FOR VALUES FROM (100) TO (101)
      """, on: connection)
    #expect(
      outcome.forecast(0)?.locks.map(\.relation) == ["p", "public.p_1", "public.p_rest"])
    #expect(outcome.forecast(0)?.rewrites == true)
    // The default partition is searched for rows that belong into the new one.
    #expect(outcome.forecast(1)?.scans == true)
  }
}
