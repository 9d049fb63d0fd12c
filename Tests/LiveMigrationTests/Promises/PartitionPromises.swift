/// Partitioned tables.
let partitionPromises: [Promise] = [
  Promise(
    name: "keys of a partitioned table over a column that changes its type",
    setup: """
      CREATE TABLE t (id int NOT NULL, day date NOT NULL, a int, note text,
        CONSTRAINT t_key PRIMARY KEY (id, day), CONSTRAINT t_once UNIQUE (a, day))
        PARTITION BY RANGE (day);
      CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
      CREATE TABLE t_2 PARTITION OF t FOR VALUES FROM ('2026-02-01') TO ('2027-01-01')
        PARTITION BY RANGE (day);
      CREATE TABLE "t 2a" PARTITION OF t_2 DEFAULT;
      CREATE INDEX t_a_note ON t (a, note);
      COMMENT ON CONSTRAINT t_once ON t IS 'once a day';
      INSERT INTO t SELECT g, date '2026-01-01' + g % 59, g, 'x' FROM generate_series(1, 300) g;
      ANALYZE t;
      """,
    migration: "ALTER TABLE t ALTER id TYPE bigint, ALTER a TYPE bigint;",
    clients: [
      ClientWork(columns: [
        ("a", ["#", "NULL"]), ("note", ["'y'"]), ("day", ["'2026-01-15'", "'2026-02-15'"]),
      ])
    ]),
  Promise(
    name: "an index of a partitioned table",
    setup: """
      CREATE TABLE t (id int, a int) PARTITION BY RANGE (id);
      CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM (0) TO (100);
      CREATE TABLE t_2 PARTITION OF t FOR VALUES FROM (100) TO (100000) PARTITION BY LIST (a);
      CREATE TABLE t_2a PARTITION OF t_2 DEFAULT;
      INSERT INTO t SELECT g, g FROM generate_series(1, 300) g;
      ANALYZE t;
      """,
    migration: """
      CREATE INDEX t_index ON t (a, id);
      CREATE INDEX ON t ((a + id));
      CREATE INDEX ON ONLY t (a);
      ALTER TABLE t ALTER a SET NOT NULL;
      """,
    clients: [ClientWork(columns: [("a", ["#", "7"])])]),
  Promise(
    name: "partitions come and go beside a staged change",
    setup: """
      CREATE TABLE t (id int, a int) PARTITION BY RANGE (id);
      CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM (0) TO (100000);
      CREATE TABLE t_2 PARTITION OF t FOR VALUES FROM (100000) TO (200000);
      CREATE TABLE empty (id int, a int, CHECK (a < 1000000));
      INSERT INTO t SELECT g, g FROM generate_series(1, 300) g;
      ANALYZE t;
      """,
    migration: """
      ALTER TABLE t ADD CONSTRAINT empty_a_check CHECK (a < 1000000);
      CREATE TABLE t_3 PARTITION OF t FOR VALUES FROM (200000) TO (300000);
      ALTER TABLE t ATTACH PARTITION empty FOR VALUES FROM (300000) TO (400000);
      ALTER TABLE t DETACH PARTITION t_2;
      """,
    clients: [ClientWork(columns: [("a", ["#", "7"])])]),
  Promise(
    name: "columns with constraints of a partitioned table",
    setup: """
      CREATE TABLE u (id int PRIMARY KEY);
      INSERT INTO u SELECT g FROM generate_series(1, 10) g;
      CREATE TABLE t (id int, a int) PARTITION BY RANGE (id);
      CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM (0) TO (100);
      CREATE TABLE t_2 PARTITION OF t FOR VALUES FROM (100) TO (100000);
      INSERT INTO t SELECT g, g FROM generate_series(1, 300) g;
      ANALYZE;
      """,
    migration: """
      ALTER TABLE t ADD COLUMN c int DEFAULT 1 CHECK (c > 0);
      ALTER TABLE t ADD COLUMN d int DEFAULT 3 REFERENCES u;
      ALTER TABLE t ALTER a SET NOT NULL;
      ALTER TABLE t ADD CONSTRAINT a_small CHECK (a < 1000000);
      """,
    clients: [ClientWork(columns: [("a", ["#", "7"])])]),
  Promise(
    name: "a large partition is attached",
    setup: """
      CREATE TABLE kind (id int PRIMARY KEY);
      INSERT INTO kind SELECT g FROM generate_series(0, 9) g;
      CREATE TABLE p (id int, part text, kind_id int REFERENCES kind, note text,
        PRIMARY KEY (id, part)) PARTITION BY LIST (part);
      CREATE INDEX p_note ON p (lower(note)) WHERE kind_id > 1;
      CREATE UNIQUE INDEX p_once ON p (id DESC, part);
      CREATE TABLE p_rest PARTITION OF p DEFAULT;
      INSERT INTO p SELECT g, 'a', g % 10, 'rest' FROM generate_series(1, 200) g;
      CREATE TABLE t (note text, id int NOT NULL, kind_id int, part text NOT NULL DEFAULT 'x');
      INSERT INTO t SELECT 'n' || g, g, g % 10, 'x' FROM generate_series(1, 300) g;
      ANALYZE;
      """,
    migration: "ALTER TABLE p ATTACH PARTITION t FOR VALUES IN ('x', 'y');",
    alsoCompared: ["p_rest"],
    clients: [
      ClientWork(columns: [
        ("note", ["'m'", "NULL"]), ("kind_id", ["1", "NULL"]), ("part", ["'x'", "'y'"]),
      ])
    ]),
  Promise(
    name: "a partition that is divided itself is attached",
    setup: """
      CREATE TABLE p (id int, day date, a int, PRIMARY KEY (id, day)) PARTITION BY RANGE (id);
      CREATE INDEX p_a ON p (a);
      CREATE TABLE t (id int NOT NULL, day date NOT NULL, a int) PARTITION BY RANGE (day);
      CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
      CREATE TABLE t_2 PARTITION OF t DEFAULT;
      INSERT INTO t SELECT g, date '2026-01-01' + g % 59, g FROM generate_series(1, 300) g;
      ANALYZE;
      """,
    migration: "ALTER TABLE p ATTACH PARTITION t FOR VALUES FROM (0) TO (1000000);",
    clients: [
      ClientWork(columns: [("a", ["#", "7"]), ("day", ["'2026-01-15'", "'2026-02-15'"])])
    ]),
]
