/// Swaps of partitioned tables with keys.
extension KeptCase {
  private static let parts = """
    CREATE TABLE t_a PARTITION OF t FOR VALUES FROM (0) TO (25);
    CREATE TABLE t_b PARTITION OF t FOR VALUES FROM (25) TO (1000) PARTITION BY RANGE (id);
    CREATE TABLE t_c PARTITION OF t_b DEFAULT;
    """

  static let partitioned: [KeptCase] = [
    KeptCase(
      testDescription: "keys of a partitioned table",
      setup: """
        CREATE TABLE kind (id int PRIMARY KEY); INSERT INTO kind SELECT generate_series(1, 100);
        CREATE TABLE t (id int, n int CONSTRAINT t_kind REFERENCES kind, w int DEFAULT 7,
          CONSTRAINT t_key PRIMARY KEY (id, n), CONSTRAINT t_once UNIQUE (w, id) INCLUDE (n)) PARTITION BY RANGE (id);
        \(parts)
        COMMENT ON CONSTRAINT t_key ON t IS 'both'; COMMENT ON CONSTRAINT t_kind ON t IS 'known';
        INSERT INTO t SELECT g, g, g FROM generate_series(1, 50) g;
        """,
      migration:
        "ALTER TABLE t ALTER COLUMN n TYPE bigint; ALTER TABLE t ALTER COLUMN w TYPE text;",
      writes: """
        UPDATE t SET n = 80, w = '70' WHERE id IN (7, 47); INSERT INTO t (id, n) VALUES (60, 61);
        INSERT INTO t VALUES (60, 61, '8') ON CONFLICT ON CONSTRAINT t_key DO UPDATE SET w = '9';
        CREATE TABLE t_d PARTITION OF t FOR VALUES FROM (1000) TO (2000); INSERT INTO t VALUES (1001, 1, '1');
        DROP TABLE t_d;
        """,
      query: "SELECT n || ' ' || w FROM t WHERE id IN (6, 7, 47, 60) ORDER BY id",
      rows: ["6 6", "80 70", "80 70", "61 9"]),
    KeptCase(
      testDescription: "what single partitions have of their own",
      setup: """
        CREATE TABLE kind (id int PRIMARY KEY); INSERT INTO kind SELECT generate_series(1, 100);
        CREATE TABLE t (id int PRIMARY KEY, n int DEFAULT 3) PARTITION BY RANGE (id);
        \(parts)
        ALTER TABLE t_a ADD CONSTRAINT few CHECK (n < 90), ADD CONSTRAINT once UNIQUE (n),
          ADD CONSTRAINT known FOREIGN KEY (n) REFERENCES kind;
        CREATE INDEX own ON t_b (n, id); CREATE UNIQUE INDEX own_once ON t_c (n);
        COMMENT ON CONSTRAINT once ON t_a IS 'here alone'; COMMENT ON INDEX own_once IS 'there alone';
        INSERT INTO t SELECT g, g FROM generate_series(1, 50) g;
        """,
      migration: "ALTER TABLE t ALTER COLUMN n TYPE bigint;",
      writes: """
        UPDATE t SET n = 80 WHERE id IN (7, 47); INSERT INTO t (id) VALUES (60);
        INSERT INTO t_c VALUES (61, 80) ON CONFLICT (n) DO UPDATE SET n = 81;
        """,
      query: "SELECT n::text FROM t WHERE id IN (6, 7, 47, 60) ORDER BY id",
      rows: ["6", "80", "81", "3"]),
    KeptCase(
      testDescription: "keys of a partitioned table, in two shapes at once",
      setup: """
        CREATE TABLE kind (id int PRIMARY KEY); INSERT INTO kind SELECT generate_series(1, 100);
        CREATE TABLE t (id int, n int REFERENCES kind, note text, UNIQUE (n, id)) PARTITION BY RANGE (id);
        \(parts)
        INSERT INTO t SELECT g, g, 'n' FROM generate_series(1, 50) g;
        """,
      migration: """
        ALTER TABLE t ALTER COLUMN n TYPE bigint; ALTER TABLE t RENAME COLUMN note TO remark;
        """,
      newShape: true,
      writes: """
        UPDATE t SET n = 80, remark = 'r' WHERE id IN (7, 47); INSERT INTO t (id, n) VALUES (60, 61)
        """,
      query: "SELECT n || coalesce(note, '-') FROM t WHERE id IN (6, 7, 47, 60) ORDER BY id",
      rows: ["6n", "80r", "80r", "61-"]),
    KeptCase(
      testDescription: "columns of a partitioned table that go, with their keys",
      setup: """
        CREATE TABLE kind (id int PRIMARY KEY); INSERT INTO kind SELECT generate_series(1, 100);
        CREATE TABLE t (id int, n int, gone int REFERENCES kind, code text NOT NULL, PRIMARY KEY (id, code), UNIQUE (gone, id))
          PARTITION BY RANGE (id);
        \(parts)
        ALTER TABLE t_a ADD CONSTRAINT few CHECK (gone < 90), ADD CONSTRAINT once UNIQUE (gone);
        CREATE INDEX own ON t_b (code, id);
        INSERT INTO t SELECT g, g, g, 'c' || g FROM generate_series(1, 50) g;
        """,
      migration: """
        ALTER TABLE t ALTER COLUMN n TYPE bigint; ALTER TABLE t DROP COLUMN gone; ALTER TABLE t DROP COLUMN code;
        """,
      // What the old keys would refuse.
      writes: """
        INSERT INTO t (id, n) VALUES (6, 60), (6, 61); DELETE FROM t WHERE n > 59;
        UPDATE t SET n = 80 WHERE id IN (7, 47); UPDATE t SET id = 8 WHERE id = 9
        """,
      query:
        "SELECT format('%s %s %s', n, gone, code) FROM t WHERE id IN (6, 7, 8, 47) ORDER BY id, code",
      rows: ["6 6 c6", "80 7 c7", "8 8 c8", "9 9 c9", "80 47 c47"]),
  ]
}
