/// Migrations of constraints and of columns with constraints.
let constraintPromises: [Promise] = [
  Promise(
    name: "columns with constraints",
    setup: """
      CREATE TABLE u (id int PRIMARY KEY);
      INSERT INTO u SELECT g FROM generate_series(1, 10) g;
      CREATE TABLE t (id int PRIMARY KEY, b text COLLATE "C");
      INSERT INTO t SELECT g, 'b' || g FROM generate_series(1, 300) g;
      ANALYZE;
      """,
    migration: """
      ALTER TABLE t ADD COLUMN c int DEFAULT 1 CHECK (c > 0);
      ALTER TABLE t ADD COLUMN d int UNIQUE, ADD COLUMN e int DEFAULT 3 REFERENCES u ON DELETE CASCADE;
      ALTER TABLE t ADD f int REFERENCES u (id), ADD g text COLLATE "C" NOT NULL DEFAULT 'x' CONSTRAINT
        g_short CHECK (length(g) < 9) CHECK (g <> '');
      """,
    clients: [ClientWork(columns: [("b", ["'x'", "NULL"])])]),
  Promise(
    name: "unique constraints that say more",
    setup: """
      CREATE TABLE t (id int, a int, b int, c text);
      INSERT INTO t SELECT g, g, nullif(g, 7), 'c' FROM generate_series(1, 300) g;
      ANALYZE t;
      """,
    migration: """
      ALTER TABLE t ADD PRIMARY KEY (id) INCLUDE (c);
      ALTER TABLE t ADD CONSTRAINT t_a UNIQUE (a) INCLUDE (c) WITH (fillfactor = 70);
      ALTER TABLE t ADD UNIQUE NULLS NOT DISTINCT (b);
      ALTER TABLE t ADD UNIQUE (b, a), ADD UNIQUE (a) INCLUDE (b);
      ALTER TABLE t ADD CHECK (a > 0), ADD CHECK (a < 1000);
      """,
    clients: [
      ClientWork(columns: [("a", ["#"]), ("b", ["#"]), ("c", ["'x'", "NULL"])])
    ]),
  Promise(
    name: "many keys onto one table",
    setup: """
      CREATE TABLE org (id int PRIMARY KEY);
      INSERT INTO org SELECT g FROM generate_series(1, 10) g;
      CREATE TABLE t (id int, a int, b int);
      INSERT INTO t SELECT g, 1 + g % 10, 1 + g % 3 FROM generate_series(1, 300) g;
      ANALYZE;
      """,
    migration: """
      ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES org, ADD FOREIGN KEY (b) REFERENCES org (id);
      CREATE TABLE v (org_id int REFERENCES org);
      CREATE TABLE w (org_id int, FOREIGN KEY (org_id) REFERENCES org);
      ALTER TABLE w ADD COLUMN other int REFERENCES org;
      """,
    alsoCompared: ["org"],
    clients: [
      ClientWork(columns: [("a", ["1", "10", "NULL"]), ("b", ["2", "NULL"])]),
      ClientWork(table: "org", keys: 11...20),
    ]),
  Promise(
    name: "key of a partitioned table",
    setup: """
      CREATE TABLE u (id int PRIMARY KEY);
      INSERT INTO u SELECT g FROM generate_series(1, 10) g;
      CREATE TABLE t (id int, a int) PARTITION BY RANGE (id);
      CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM (0) TO (100);
      CREATE TABLE t_2 PARTITION OF t FOR VALUES FROM (100) TO (100000) PARTITION BY LIST (a);
      CREATE TABLE t_2a PARTITION OF t_2 DEFAULT;
      INSERT INTO t SELECT g, 1 + g % 10 FROM generate_series(1, 300) g;
      ANALYZE;
      """,
    migration: "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u ON DELETE CASCADE;",
    clients: [ClientWork(columns: [("a", ["1", "10", "NULL"])])]),
  Promise(
    name: "unique constraints of a partitioned table",
    setup: """
      CREATE TABLE t (id int, a int, b text) PARTITION BY RANGE (id);
      CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM (0) TO (100);
      CREATE TABLE t_2 PARTITION OF t FOR VALUES FROM (100) TO (100000) PARTITION BY RANGE (a);
      CREATE TABLE "t 2a" PARTITION OF t_2 FOR VALUES FROM (0) TO (100000);
      INSERT INTO t SELECT g, g, 'b' FROM generate_series(1, 300) g;
      ANALYZE;
      """,
    migration: """
      ALTER TABLE t ADD PRIMARY KEY (id, a);
      ALTER TABLE t ADD CONSTRAINT t_once UNIQUE (a, id) INCLUDE (b) WITH (fillfactor = 80);
      """,
    clients: [ClientWork(columns: [("a", ["#"]), ("b", ["'x'", "NULL"])])]),
  Promise(
    name: "a table that many keys reference",
    setup: """
      CREATE TABLE t (id int);
      INSERT INTO t SELECT g FROM generate_series(1, 10) g;
      CREATE TABLE org (id int PRIMARY KEY);
      CREATE TABLE a1 (o int REFERENCES org);
      CREATE TABLE a2 (o int REFERENCES org);
      CREATE TABLE a3 (o int REFERENCES org);
      CREATE TABLE a4 (o int, CONSTRAINT "odd ""name" FOREIGN KEY (o) REFERENCES org NOT VALID);
      """,
    migration: "DROP TABLE org CASCADE;",
    clients: [
      ClientWork(table: "org", keys: 1...10),
      ClientWork(table: "a1", key: "o", comesAndGoes: false),
    ],
    clientsEnd: true),
]
