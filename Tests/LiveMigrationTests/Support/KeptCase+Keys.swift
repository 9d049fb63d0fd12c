/// Swaps of tables with keys, which get other names.
extension KeptCase {
  static let renamed: [KeptCase] = [
    KeptCase(
      testDescription: "keys of tables that get other names, as their columns do",
      setup: """
        CREATE TABLE kind (id int PRIMARY KEY, n int);
        CREATE TABLE t (id int PRIMARY KEY, parent int REFERENCES t, kind int NOT NULL CONSTRAINT of_kind REFERENCES kind,
          gone int REFERENCES kind);
        CREATE TABLE child (id int PRIMARY KEY, t_id int REFERENCES t ON DELETE CASCADE, n int UNIQUE REFERENCES kind);
        COMMENT ON CONSTRAINT of_kind ON t IS 'one of these';
        INSERT INTO kind SELECT g, g FROM generate_series(1, 50) g;
        INSERT INTO t SELECT g, nullif(g - 1, 0), g, g FROM generate_series(1, 50) g;
        INSERT INTO child SELECT g, g, g FROM generate_series(1, 50) g;
        """,
      migration: """
        ALTER TABLE kind ALTER COLUMN id TYPE bigint; ALTER TABLE t ALTER COLUMN id TYPE bigint;
        ALTER TABLE t ALTER COLUMN parent TYPE bigint; ALTER TABLE child ALTER COLUMN n TYPE bigint;
        ALTER TABLE t DROP COLUMN gone; ALTER TABLE t RENAME COLUMN id TO key; ALTER TABLE t RENAME TO thing;
        ALTER TABLE kind RENAME COLUMN id TO key; ALTER TABLE kind RENAME TO sort;
        ALTER TABLE child RENAME COLUMN t_id TO thing; ALTER TABLE child RENAME TO part;
        """,
      writes: """
        INSERT INTO sort VALUES (60, 60); INSERT INTO thing VALUES (60, 50, 60); INSERT INTO part VALUES (60, 60, 60);
        UPDATE thing SET parent = 60 WHERE key = 7; DELETE FROM part WHERE id = 50;
        """,
      query: """
        SELECT format('%s %s %s %s %s', t.id, parent, kind, gone, c.n) FROM t LEFT JOIN child c ON t_id = t.id
          WHERE t.id IN (6, 7, 50, 60) ORDER BY t.id
        """,
      rows: ["6 5 6 6 6", "7 60 7 7 7", "50 49 50 50 ", "60 50 60  60"]),
    KeptCase(
      testDescription: "columns that go with keys over those that stay",
      setup: """
        CREATE TABLE kind (id int PRIMARY KEY); INSERT INTO kind SELECT generate_series(1, 100);
        CREATE TABLE t (a int, d int NOT NULL REFERENCES kind, e text, n int, CONSTRAINT t_key PRIMARY KEY (a, d),
          CONSTRAINT t_small CHECK (d < n + 100 AND e IS NOT NULL), CONSTRAINT apart EXCLUDE (e WITH =));
        CREATE UNIQUE INDEX t_both ON t (n, e) WHERE n > 3; CREATE UNIQUE INDEX t_lower ON t (lower(e));
        COMMENT ON CONSTRAINT t_key ON t IS 'both'; COMMENT ON INDEX t_both IS 'too'; ALTER TABLE t CLUSTER ON t_lower;
        INSERT INTO t SELECT g, g, 'e' || g, g FROM generate_series(1, 50) g;
        """,
      migration: """
        ALTER TABLE kind ALTER COLUMN id TYPE bigint; ALTER TABLE t DROP COLUMN d; ALTER TABLE t RENAME COLUMN a TO id;
        ALTER TABLE t DROP COLUMN e; ALTER TABLE t RENAME TO thing; ALTER TABLE kind RENAME TO sort;
        """,
      writes: """
        INSERT INTO thing (id, n) VALUES (7, 7), (7, 7); UPDATE thing SET id = 8 WHERE id = 9; DELETE FROM thing WHERE n = 7;
        DELETE FROM sort WHERE id = 7; UPDATE thing SET n = 11 WHERE id = 10;
        """,
      query: "SELECT format('%s %s %s %s', a, d, e, n) FROM t WHERE d BETWEEN 6 AND 11 ORDER BY d",
      rows: ["6 6 e6 6", "8 8 e8 8", "8 9 e9 9", "10 10 e10 11", "11 11 e11 11"]),
  ]
}
