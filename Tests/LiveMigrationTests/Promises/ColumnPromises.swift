/// Columns that change their type, and what hangs on them.
let promises: [Promise] = [
  Promise(
    name: "plain",
    setup: """
      CREATE TABLE t (id int PRIMARY KEY, amount int, note text);
      INSERT INTO t SELECT g, nullif(g % 7, 0), 'n' || g FROM generate_series(1, 500) g;
      ANALYZE t;
      """,
    migration: "ALTER TABLE t ALTER COLUMN amount TYPE bigint;",
    clients: [
      ClientWork(
        keys: 1...500, columns: [("amount", ["NULL", "#", "0"]), ("note", ["'x'", "NULL"])])
    ]),
  Promise(
    name: "dressed",
    setup: """
      CREATE TABLE other (id int PRIMARY KEY, big bigint UNIQUE);
      INSERT INTO other SELECT g, g FROM generate_series(0, 99) g;
      CREATE SEQUENCE t_amount_seq;
      CREATE TABLE t (id int PRIMARY KEY, amount int NOT NULL DEFAULT nextval('t_amount_seq'),
        k int, note text,
        CONSTRAINT amount_positive CHECK (amount >= 0),
        CONSTRAINT amount_and_k CHECK (amount + k >= 0) NOT VALID,
        CONSTRAINT amount_other FOREIGN KEY (amount) REFERENCES other (big) ON DELETE CASCADE,
        CONSTRAINT amount_k_key UNIQUE (amount, k));
      ALTER SEQUENCE t_amount_seq OWNED BY t.amount;
      COMMENT ON COLUMN t.amount IS 'in cents; it''s "quoted"';
      COMMENT ON CONSTRAINT amount_positive ON t IS 'never below zero';
      ALTER TABLE t ALTER amount SET STATISTICS 321;
      ALTER TABLE t ALTER amount SET (n_distinct = 50);
      CREATE INDEX t_amount_idx ON t (amount DESC NULLS LAST) INCLUDE (note);
      CREATE INDEX t_partial_idx ON t (k) WHERE amount > 10;
      CREATE INDEX t_expr_idx ON t ((amount * 2), lower(note));
      CREATE INDEX t_hash_idx ON t USING hash (amount);
      COMMENT ON INDEX t_amount_idx IS 'for reports';
      CREATE STATISTICS t_stats (ndistinct, dependencies) ON amount, k FROM t;
      COMMENT ON STATISTICS t_stats IS 'they go together';
      GRANT SELECT (amount), UPDATE (amount) ON t TO PUBLIC;
      INSERT INTO t SELECT g, g % 100, g, 'n' || g FROM generate_series(1, 500) g;
      ANALYZE t;
      """,
    migration: "ALTER TABLE t ALTER COLUMN amount TYPE bigint;",
    clients: [
      ClientWork(
        keys: 1...500, columns: [("amount", ["0", "7", "99"]), ("k", ["#"]), ("note", ["'x'"])])
    ]),
  Promise(
    name: "quoted names in a schema",
    setup: """
      CREATE SCHEMA "My Schema";
      CREATE TABLE "My Schema"."The Table" ("The Id" int PRIMARY KEY, "sel""ect" int NOT NULL);
      CREATE INDEX "An Index" ON "My Schema"."The Table" ("sel""ect");
      INSERT INTO "My Schema"."The Table" SELECT g, g FROM generate_series(1, 300) g;
      ANALYZE;
      """,
    migration: #"ALTER TABLE "My Schema"."The Table" ALTER COLUMN "sel""ect" TYPE numeric(20,2);"#,
    table: #""My Schema"."The Table""#,
    clients: [
      ClientWork(
        table: #""My Schema"."The Table""#, key: #""The Id""#,
        columns: [(#""sel""ect""#, ["#", "0", "-5"])])
    ]),
  Promise(
    name: "using",
    setup: """
      CREATE TABLE t (id int PRIMARY KEY, v text DEFAULT '7', w text);
      INSERT INTO t SELECT g, g::text, 'w' FROM generate_series(1, 300) g;
      ANALYZE t;
      """,
    migration: """
      ALTER TABLE t ALTER COLUMN v DROP DEFAULT;
      ALTER TABLE t ALTER COLUMN v TYPE int USING (v::int * 2);
      """,
    clients: [ClientWork(columns: [("v", ["'#'", "NULL"]), ("w", ["'x'"])])],
    clientsEnd: true),
  Promise(
    name: "keyless",
    setup: """
      CREATE TABLE t (a int, b int);
      INSERT INTO t SELECT g % 3, g % 5 FROM generate_series(1, 300) g;
      ANALYZE t;
      """,
    migration: "ALTER TABLE t ALTER a TYPE bigint, ALTER b TYPE text;"),
  Promise(
    name: "updated_at trigger",
    setup: """
      CREATE TABLE t (id int PRIMARY KEY, a int, updated_at timestamptz DEFAULT '2020-01-01');
      CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS
        $$BEGIN NEW.updated_at := now(); RETURN NEW; END$$;
      CREATE TRIGGER touch BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch();
      INSERT INTO t (id, a) SELECT g, g FROM generate_series(1, 300) g;
      ANALYZE t;
      """,
    migration: "ALTER TABLE t ALTER a TYPE bigint;",
    touchedByTriggers: ["updated_at"],
    clients: [ClientWork(columns: [("a", ["#", "NULL"])])]),
  Promise(
    name: "partitioned",
    setup: """
      CREATE TABLE t (id int NOT NULL, d date NOT NULL, a int DEFAULT 3, note text,
        CONSTRAINT a_small CHECK (a < 1000000)) PARTITION BY RANGE (d);
      CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
      CREATE TABLE t_2 PARTITION OF t FOR VALUES FROM ('2026-02-01') TO ('2026-03-01')
        PARTITION BY LIST (id);
      CREATE TABLE t_2a PARTITION OF t_2 FOR VALUES IN (1, 2, 3);
      CREATE TABLE t_2b PARTITION OF t_2 DEFAULT;
      CREATE INDEX t_a_idx ON t (a);
      CREATE INDEX t_1_own_idx ON t_1 (a, note);
      COMMENT ON COLUMN t.a IS 'parted';
      INSERT INTO t SELECT g % 5, date '2026-01-01' + g % 59, g, 'x' FROM generate_series(1, 500) g;
      ANALYZE t;
      """,
    migration: "ALTER TABLE t ALTER a TYPE bigint;"),
  Promise(
    name: "not null and indexes",
    setup: """
      CREATE TABLE t (id int PRIMARY KEY, a int, b text);
      INSERT INTO t SELECT g, g, 'b' || g FROM generate_series(1, 300) g;
      ANALYZE t;
      """,
    migration: """
      ALTER TABLE t ALTER a SET NOT NULL;
      CREATE INDEX ON t (lower(b), a);
      CREATE UNIQUE INDEX t_b ON t (b) WHERE a > 5;
      ALTER TABLE t ADD UNIQUE (a);
      COMMENT ON COLUMN t.a IS 'now certain';
      """,
    clients: [ClientWork(columns: [("a", ["#"]), ("b", ["'b' || #", "'c' || #"])])]),
  Promise(
    name: "two-phase constraints",
    setup: """
      CREATE TABLE u (id int PRIMARY KEY);
      INSERT INTO u SELECT g FROM generate_series(1, 10) g;
      CREATE TABLE t (id int, a int, b int);
      INSERT INTO t SELECT g, 1 + g % 10, g FROM generate_series(1, 300) g;
      ANALYZE;
      """,
    migration: """
      ALTER TABLE t ADD CHECK (b > 0);
      ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u;
      ALTER TABLE t ADD PRIMARY KEY (id);
      """,
    clients: [
      ClientWork(columns: [("a", ["1", "10", "NULL"]), ("b", ["#", "NULL"])])
    ]),
  Promise(
    name: "several changes of one table",
    setup: """
      CREATE TABLE t (id int PRIMARY KEY, a int, b int, c text);
      CREATE INDEX t_ab ON t (a, b);
      INSERT INTO t SELECT g, g, g, 'c' FROM generate_series(1, 300) g;
      ANALYZE t;
      """,
    migration: """
      ALTER TABLE t ADD COLUMN d int DEFAULT 4;
      ALTER TABLE t ALTER a TYPE bigint, ALTER b TYPE numeric, ALTER a SET NOT NULL;
      CREATE INDEX t_a2 ON t (a) WHERE c IS NOT NULL;
      COMMENT ON COLUMN t.b IS 'wide';
      ALTER TABLE t ALTER b SET DEFAULT 9;
      CREATE TABLE fresh (id int);
      GRANT SELECT (a) ON t TO PUBLIC;
      ALTER TABLE t DROP COLUMN c;
      """,
    clients: [
      ClientWork(columns: [("a", ["#"]), ("b", ["#", "-#"])])
    ]),
]
