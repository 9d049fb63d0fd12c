/// Migrations that need no plan, and much of which no transaction takes.
let appliedPromises: [Promise] = [
  Promise(
    name: "several statements",
    setup: """
      CREATE TABLE t (id int PRIMARY KEY, a int, b text);
      CREATE INDEX t_b ON t (b);
      INSERT INTO t SELECT g, g, 'b' || g FROM generate_series(1, 300) g;
      ANALYZE t;
      """,
    migration: """
      ALTER TABLE t ADD COLUMN c int DEFAULT 7;
      CREATE TABLE u (id int PRIMARY KEY, t int);
      INSERT INTO u VALUES (1, 1), (2, 2);
      UPDATE u SET t = t + 1;
      COMMENT ON COLUMN t.c IS 'new';
      ALTER TABLE t ALTER c SET DEFAULT 8;
      DROP INDEX t_b;
      """, alsoCompared: ["u"]),
  Promise(
    name: "indexes built concurrently",
    setup: """
      CREATE TABLE t (id int PRIMARY KEY, a int, b text);
      CREATE INDEX t_old ON t (b);
      INSERT INTO t SELECT g, g, 'b' || g FROM generate_series(1, 300) g;
      ANALYZE t;
      """,
    migration: """
      CREATE INDEX CONCURRENTLY t_a ON t (a);
      CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS t_ab ON t (a, b);
      DROP INDEX CONCURRENTLY t_old;
      COMMENT ON INDEX t_a IS 'built';
      """),
  Promise(
    name: "indexes built anew, and partitions detached",
    setup: """
      CREATE TABLE t (id int, p int, a text) PARTITION BY LIST (p);
      CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
      CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
      CREATE INDEX t_a ON t (a);
      CREATE TABLE u (id int PRIMARY KEY, a text);
      CREATE INDEX u_a ON u (a);
      INSERT INTO t SELECT g, 1 + g % 2, 'a' || g FROM generate_series(1, 300) g;
      INSERT INTO u SELECT g, 'a' || g FROM generate_series(1, 300) g;
      ANALYZE;
      """,
    migration: """
      REINDEX INDEX CONCURRENTLY u_a;
      REINDEX TABLE CONCURRENTLY t;
      ALTER TABLE t DETACH PARTITION t_2 CONCURRENTLY;
      VACUUM u;
      COMMENT ON TABLE t_2 IS 'by itself';
      """, alsoCompared: ["t_1", "t_2", "u"]),
]
