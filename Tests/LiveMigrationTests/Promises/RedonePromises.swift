/// What a migration takes off a column and puts on again around the change of its type.
let redonePromises: [Promise] = [
  Promise(
    name: "checks around a type change",
    setup: """
      CREATE TABLE t (id int PRIMARY KEY, a int, b int, CONSTRAINT gone CHECK (a > -5),
        CONSTRAINT kept CHECK (a < 100000), CONSTRAINT again CHECK (a + b > 0));
      INSERT INTO t SELECT g, g, g FROM generate_series(1, 300) g;
      ANALYZE t;
      """,
    migration: """
      ALTER TABLE t DROP CONSTRAINT gone;
      ALTER TABLE t DROP CONSTRAINT again;
      ALTER TABLE t ALTER a TYPE bigint;
      ALTER TABLE t ADD CONSTRAINT again CHECK (a + b > 0);
      ALTER TABLE t ADD CHECK (a <> 77777);
      ALTER TABLE t ADD CONSTRAINT loose CHECK (a < 5000000) NOT VALID;
      """,
    clients: [ClientWork(columns: [("a", ["#", "NULL"]), ("b", ["#"])])]),
  Promise(
    name: "a constraint dropped after the type change",
    setup: """
      CREATE TABLE t (id int PRIMARY KEY, a int, CONSTRAINT gone CHECK (a > -5), UNIQUE (a));
      INSERT INTO t SELECT g, g FROM generate_series(1, 300) g;
      ANALYZE t;
      """,
    migration: """
      ALTER TABLE t ALTER a TYPE bigint;
      ALTER TABLE t DROP CONSTRAINT gone, DROP CONSTRAINT t_a_key;
      """,
    clients: [ClientWork(columns: [("a", ["#", "NULL"])])]),
  Promise(
    name: "a primary key around a type change",
    setup: """
      CREATE TABLE t (id int CONSTRAINT t_pkey PRIMARY KEY, a int, CONSTRAINT t_a UNIQUE (a));
      INSERT INTO t SELECT g, g FROM generate_series(1, 300) g;
      ANALYZE t;
      """,
    migration: """
      ALTER TABLE t DROP CONSTRAINT t_pkey, DROP CONSTRAINT t_a;
      ALTER TABLE t ALTER id TYPE bigint, ALTER a TYPE bigint;
      ALTER TABLE t ADD PRIMARY KEY (id);
      ALTER TABLE t ADD CONSTRAINT t_a UNIQUE (a, id);
      """,
    clients: [ClientWork(columns: [("a", ["#"])])]),
  Promise(
    name: "keys between two tables around a type change",
    setup: """
      CREATE TABLE t (id int PRIMARY KEY, name text);
      CREATE TABLE u (id int PRIMARY KEY, org int, CONSTRAINT u_org FOREIGN KEY (org) REFERENCES t);
      INSERT INTO t SELECT g, 'n' FROM generate_series(1, 300) g;
      INSERT INTO u SELECT g, g FROM generate_series(1, 300) g;
      ANALYZE;
      """,
    migration: """
      ALTER TABLE u DROP CONSTRAINT u_org;
      ALTER TABLE t ALTER id TYPE bigint;
      ALTER TABLE u ALTER org TYPE bigint;
      ALTER TABLE u ADD CONSTRAINT u_org FOREIGN KEY (org) REFERENCES t (id) ON DELETE SET NULL;
      """,
    alsoCompared: ["u"],
    clients: [
      ClientWork(columns: [("name", ["'x'", "NULL"])], comesAndGoes: false),
      ClientWork(table: "u", columns: [("org", ["1", "300", "NULL"])]),
    ]),
  Promise(
    name: "a key of another table onto a key that changes its type",
    setup: """
      CREATE TABLE t (id int PRIMARY KEY, name text);
      CREATE TABLE u (id int PRIMARY KEY, org int REFERENCES t, second int REFERENCES t);
      INSERT INTO t SELECT g, 'n' FROM generate_series(1, 300) g;
      INSERT INTO u SELECT g, g, 1 FROM generate_series(1, 300) g;
      ANALYZE;
      """,
    migration: """
      ALTER TABLE u DROP CONSTRAINT u_second_fkey;
      ALTER TABLE u DROP CONSTRAINT u_org_fkey;
      ALTER TABLE t ALTER id TYPE bigint;
      ALTER TABLE u ADD FOREIGN KEY (org) REFERENCES t ON UPDATE CASCADE;
      """,
    alsoCompared: ["u"],
    clients: [ClientWork(table: "u", columns: [("org", ["1", "300", "NULL"]), ("second", ["2"])])]),
  Promise(
    name: "a view around a type change",
    setup: """
      CREATE TABLE t (id int PRIMARY KEY, a int, b int);
      CREATE VIEW seen AS SELECT a, b FROM t; GRANT SELECT ON seen TO pg_monitor;
      INSERT INTO t SELECT g, g, g FROM generate_series(1, 300) g;
      ANALYZE t;
      """,
    migration: """
      COMMENT ON COLUMN t.a IS 'wide';
      DROP VIEW seen;
      ALTER TABLE t ALTER a TYPE bigint;
      CREATE VIEW seen AS SELECT a, b FROM t;
      GRANT SELECT ON seen TO pg_monitor;
      """,
    clients: [ClientWork(columns: [("a", ["#", "NULL"]), ("b", ["#"])])]),
  Promise(
    name: "constraints and indexes of an unchanged column, made again",
    setup: """
      CREATE TABLE u (id int PRIMARY KEY, a int);
      CREATE TABLE t (id int CONSTRAINT t_pkey PRIMARY KEY, a int, b int,
        CONSTRAINT low CHECK (a < 100000), CONSTRAINT once UNIQUE (a), CONSTRAINT loose CHECK (b > 0));
      CREATE INDEX t_b ON t (b); CREATE INDEX t_c ON t (b, a);
      INSERT INTO t SELECT g, g, g FROM generate_series(1, 300) g;
      INSERT INTO u SELECT g, g FROM generate_series(1, 300) g;
      ANALYZE;
      """,
    migration: """
      DROP INDEX t_b;
      CREATE INDEX t_b ON t (b DESC);
      ALTER INDEX t_c RENAME TO t_d;
      CREATE INDEX t_c ON t (a, b);
      ALTER TABLE t DROP CONSTRAINT low;
      ALTER TABLE t ADD CONSTRAINT low CHECK (a < 200000);
      ALTER TABLE t DROP CONSTRAINT t_pkey, DROP CONSTRAINT once;
      ALTER TABLE t ADD PRIMARY KEY (id, a);
      ALTER TABLE t ADD CONSTRAINT once UNIQUE (b);
      ALTER TABLE u ADD FOREIGN KEY (a) REFERENCES t (b);
      ALTER TABLE t DROP CONSTRAINT loose;
      ALTER TABLE t ADD CONSTRAINT loose CHECK (b > -1) NOT VALID;
      ALTER TABLE t VALIDATE CONSTRAINT loose;
      """,
    alsoCompared: ["u"],
    clients: [
      ClientWork(columns: [("a", ["#", "100000 - #"]), ("b", ["#"])], comesAndGoes: false)
    ]),
  Promise(
    name: "indexes, comments and privileges around a type change",
    setup: """
      CREATE TABLE t (id int PRIMARY KEY, a int, b int);
      CREATE INDEX t_a ON t (a); CREATE INDEX t_gone ON t (a, b); CREATE INDEX t_old ON t (a) WHERE b > 0;
      COMMENT ON COLUMN t.a IS 'old'; COMMENT ON INDEX t_old IS 'old';
      GRANT SELECT (a) ON t TO pg_monitor;
      ALTER TABLE t ALTER a SET STATISTICS 10;
      CREATE STATISTICS t_gone_stats ON a, b FROM t;
      INSERT INTO t SELECT g, g, g FROM generate_series(1, 300) g;
      ANALYZE t;
      """,
    migration: """
      COMMENT ON COLUMN t.a IS 'new'; COMMENT ON INDEX t_old IS 'new';
      REVOKE SELECT (a) ON t FROM pg_monitor; GRANT UPDATE (a) ON t TO pg_monitor;
      ALTER TABLE t ALTER a SET STATISTICS 20;
      ALTER TABLE t ALTER a SET DEFAULT 3;
      DROP STATISTICS t_gone_stats;
      CREATE STATISTICS t_stats ON a, b FROM t;
      DROP INDEX t_a, t_gone;
      ALTER TABLE t ALTER a TYPE bigint;
      CREATE INDEX t_a ON t (a DESC);
      ALTER INDEX t_old RENAME TO t_renamed;
      ALTER TABLE t ALTER a DROP DEFAULT;
      """,
    clients: [ClientWork(columns: [("a", ["#", "NULL"]), ("b", ["#"])])]),
]
