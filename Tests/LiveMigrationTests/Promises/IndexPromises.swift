/// Indexes of many kinds, written in many ways.
let indexPromises: [Promise] = [
  Promise(
    name: "kinds of index",
    setup: """
      CREATE TABLE t (id int PRIMARY KEY, a int, b text, tags int[], at timestamptz DEFAULT now());
      CREATE INDEX t_there ON t (b);
      INSERT INTO t SELECT g, g, 'b' || g, ARRAY[g], '2026-01-01' FROM generate_series(1, 300) g;
      ANALYZE t;
      """,
    migration: """
      CREATE INDEX ON t USING gin (tags);
      CREATE INDEX ON t USING brin (at) WITH (pages_per_range = 32);
      CREATE INDEX ON t USING hash (b);
      CREATE INDEX IF NOT EXISTS t_there ON t (b);
      CREATE UNIQUE INDEX ON t (a) INCLUDE (b) NULLS NOT DISTINCT WHERE a IS NOT NULL;
      CREATE INDEX "t Odd One" ON t (lower(b) DESC, (a + 1)) WITH (fillfactor = 60);
      COMMENT ON INDEX "t Odd One" IS 'for a report';
      CREATE INDEX ON t (a); CREATE INDEX ON t (a);
      """,
    clients: [
      ClientWork(columns: [
        ("a", ["#", "NULL"]), ("b", ["'x'", "NULL"]), ("tags", ["'{1,#}'"]),
        ("at", ["'2026-02-02'"]),
      ])
    ]),
  Promise(
    name: "indexes made and dropped concurrently beside one that is staged",
    setup: """
      CREATE TABLE t (id int PRIMARY KEY, a int, b text);
      CREATE INDEX t_old ON t (b); CREATE INDEX t_older ON t (b, a);
      INSERT INTO t SELECT g, g, 'b' || g FROM generate_series(1, 300) g;
      ANALYZE t;
      """,
    migration: """
      CREATE INDEX CONCURRENTLY t_one ON t (a);
      CREATE INDEX t_two ON t (a, b);
      DROP INDEX CONCURRENTLY t_old;
      DROP INDEX IF EXISTS t_older, t_never;
      REINDEX INDEX CONCURRENTLY t_pkey;
      """,
    clients: [ClientWork(columns: [("a", ["#", "NULL"]), ("b", ["'x'", "NULL"])])]),
  Promise(
    name: "an index takes a constraint over",
    setup: """
      CREATE TABLE t (id int NOT NULL, a int, b int);
      CREATE UNIQUE INDEX t_id ON t (id); CREATE UNIQUE INDEX t_a ON t (a);
      INSERT INTO t SELECT g, g, g FROM generate_series(1, 300) g;
      ANALYZE t;
      """,
    migration: """
      ALTER TABLE t ADD CONSTRAINT t_key PRIMARY KEY USING INDEX t_id;
      ALTER TABLE t ADD UNIQUE USING INDEX t_a;
      ALTER TABLE t ALTER b SET NOT NULL;
      """,
    clients: [ClientWork(columns: [("a", ["#", "NULL"]), ("b", ["#"])])]),
  Promise(
    name: "names that are taken elsewhere in the schema",
    setup: """
      CREATE TABLE t (id int, a int, b int);
      CREATE SEQUENCE t_n_seq; CREATE TABLE t_pkey (id int); CREATE TABLE t_a_key (id int);
      CREATE TABLE other (a int, CONSTRAINT t_b_check CHECK (a > 0), CONSTRAINT t_a_fkey CHECK (true));
      CREATE TABLE u (id int PRIMARY KEY);
      INSERT INTO u SELECT g FROM generate_series(1, 300) g;
      INSERT INTO t SELECT g, g, g FROM generate_series(1, 300) g;
      ANALYZE;
      """,
    migration: """
      ALTER TABLE t ADD COLUMN n serial;
      ALTER TABLE t ADD PRIMARY KEY (id);
      ALTER TABLE t ADD UNIQUE (a);
      ALTER TABLE t ADD CHECK (b > 0);
      ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u;
      """,
    ownValues: ["n"],
    clients: [ClientWork(columns: [("b", ["#"])], comesAndGoes: false)]),
]
