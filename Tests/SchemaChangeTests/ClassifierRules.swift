private let tables = """
  CREATE TABLE e (id int, a int);
  CREATE TABLE t (id int PRIMARY KEY, a int, b text, v varchar(20));
  INSERT INTO t VALUES (1, 1, 'b', 'v');
  CREATE TABLE p (id int NOT NULL, a int) PARTITION BY RANGE (id);
  CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (9); INSERT INTO p VALUES (1, 1);
  CREATE TABLE parent (a int); CREATE TABLE child () INHERITS (parent);
  INSERT INTO child VALUES (1);
  CREATE TABLE org (id int PRIMARY KEY); INSERT INTO org VALUES (1);
  CREATE TABLE o1 (o int REFERENCES org); CREATE TABLE o2 (o int REFERENCES org);
  CREATE TABLE o3 (o int REFERENCES org); CREATE TABLE o4 (o int REFERENCES org);
  CREATE TABLE seen (a int, b int); INSERT INTO seen VALUES (1, 1);
  CREATE VIEW sight AS SELECT a FROM seen;
  CREATE TABLE fits (id int NOT NULL, a int); INSERT INTO fits VALUES (11, 1);
  CREATE TABLE by_hash (k text) PARTITION BY HASH (k);
  CREATE TABLE of_hash (k text); INSERT INTO of_hash VALUES ('a');
  CREATE DOMAIN d AS int; CREATE TABLE of_d (a d); INSERT INTO of_d VALUES (1);
  """

/// Rules about what no measured form shows.
let ruleTables: [RuleTable] = [
  RuleTable(
    name: "empty and new tables", setup: tables,
    rules: [
      ("ALTER TABLE e ALTER a TYPE bigint;", "safe type-of-empty-table"),
      ("ALTER TABLE e ALTER a SET NOT NULL;", "safe not-null-of-empty-table"),
      ("ALTER TABLE e ADD c bigserial PRIMARY KEY;", "safe add-column-empty-table"),
      ("ALTER TABLE e ADD UNIQUE (a);", "safe constraint-on-empty-table"),
      ("CREATE INDEX ON e (a);", "safe index-on-empty-table"),
      ("UPDATE e SET a = 1;", "safe write-to-empty-table"),
      ("CREATE TABLE n (a int); CREATE INDEX ON n (a);", "safe index-on-empty-table"),
      ("CREATE TABLE n (a int); ALTER TABLE n ADD UNIQUE (a);", "safe constraint-on-empty-table"),
    ]),
  RuleTable(
    name: "columns", setup: tables,
    rules: [
      ("ALTER TABLE t ADD c int NOT NULL;", "refused add-column-not-null"),
      ("ALTER TABLE t ADD COLUMN IF NOT EXISTS a int;", "safe add-column-exists"),
      ("ALTER TABLE t ADD c serial;", "volatile_default add-column-volatile"),
      ("ALTER TABLE parent ADD c serial;", "refused add-column-volatile-inherited"),
      (
        "ALTER TABLE t ADD c int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME s);",
        "refused add-column-named-identity"
      ),
      (
        "ALTER TABLE t ADD c int; ALTER TABLE t ALTER c SET NOT NULL;",
        "refused not-null-without-values"
      ),
      ("ALTER TABLE t ALTER id SET NOT NULL;", "safe not-null-already"),
      ("ALTER TABLE missing ADD c int;", "refused server-refuses"),
      ("ALTER TABLE seen ALTER a TYPE bigint;", "refused server-refuses"),
      (
        "ALTER TABLE seen ALTER b TYPE bigint USING (random() * 9)::bigint;",
        "refused type-conversion-volatile"
      ),
      (
        "ALTER TABLE seen ALTER b TYPE text USING now()::text;",
        "refused type-conversion-beyond-row"
      ),
      (
        "ALTER TABLE t ALTER b TYPE varchar(9) USING ctid::text;",
        "refused type-conversion-beyond-row"
      ),
      (
        "ALTER TABLE t ALTER b TYPE varchar(9) USING (t).b;", "refused type-conversion-beyond-row"
      ),
      ("ALTER TABLE p ALTER id TYPE bigint;", "refused server-refuses"),
      ("ALTER TABLE t ALTER id TYPE bigint;", "replacement_column type-rewrites"),
      (
        "ALTER TABLE t ALTER b TYPE text USING upper(trim(b));", "codec_transition codec-transition"
      ),
      (
        "ALTER TABLE t ALTER v TYPE varchar(20) USING upper(trim(v));",
        "codec_transition codec-transition"
      ),
      (
        "ALTER TABLE t ALTER b TYPE varchar(9) USING upper(trim(b));",
        "replacement_column type-rewrites"
      ),
      ("ALTER TABLE org ALTER id TYPE bigint;", "replacement_column type-rewrites"),
    ]),
  RuleTable(
    name: "constraints and indexes", setup: tables,
    rules: [
      ("ALTER TABLE p ADD FOREIGN KEY (a) REFERENCES org;", "foreign_key foreign-key-scans"),
      ("ALTER TABLE p ADD UNIQUE (id);", "unique_via_index unique-builds-index"),
      (
        "ALTER TABLE t ADD UNIQUE (a) INCLUDE (b) NOT DEFERRABLE;",
        "unique_via_index unique-builds-index"
      ),
      ("ALTER TABLE t ADD UNIQUE (a) DEFERRABLE;", "refused unique-deferrable"),
      (
        "ALTER TABLE t ADD COLUMN u int DEFAULT 1 UNIQUE DEFERRABLE INITIALLY DEFERRED;",
        "refused unique-deferrable"
      ),
      (
        "ALTER TABLE t ADD COLUMN u uuid DEFAULT gen_random_uuid() UNIQUE DEFERRABLE;",
        "refused unique-deferrable"
      ),
      ("ALTER TABLE t ADD UNIQUE NULLS NOT DISTINCT (a);", "unique_via_index unique-builds-index"),
      ("CREATE INDEX CONCURRENTLY ON p (a);", "refused concurrent-index-on-partitioned-table"),
      ("CREATE INDEX CONCURRENTLY x ON t (a);", "safe index-concurrently"),
      ("CREATE INDEX ON ONLY p (a);", "safe index-on-only"),
      ("CREATE INDEX IF NOT EXISTS t_pkey ON t (a);", "safe index-exists"),
      (
        """
        CREATE TABLE n1 (o int REFERENCES org); CREATE TABLE n2 (o int REFERENCES org);
        ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES org; CREATE TABLE n3 (o int REFERENCES org);
        """, "foreign_key foreign-keys-many"
      ),
      ("ALTER DOMAIN d SET NOT NULL;", "refused domain-constraint-scans"),
      ("ALTER DOMAIN d ADD CHECK (value > 0) NOT VALID;", "safe alter-domain"),
      (
        "ALTER TABLE p ATTACH PARTITION e FOR VALUES FROM (10) TO (20);",
        "refused server-refuses"
      ),
      (
        "ALTER TABLE p ATTACH PARTITION fits FOR VALUES FROM (10) TO (20);",
        "attached_partition attach-scans"
      ),
      (
        "ALTER TABLE by_hash ATTACH PARTITION of_hash FOR VALUES WITH (MODULUS 1, REMAINDER 0);",
        "refused attach-unprovable"
      ),
    ]),
  RuleTable(
    name: "drops", setup: tables,
    rules: [
      ("DROP TABLE org CASCADE;", "staged_drop drop-table-referenced"),
      ("DROP TABLE t;", "destructive drop-object"),
      ("DROP TABLE sight;", "refused drop-wrong-kind"),
      ("DROP INDEX t_pkey;", "refused server-refuses"),
      ("TRUNCATE t;", "destructive truncate"),
      ("ALTER TABLE t DROP COLUMN a;", "destructive drop-column"),
    ]),
  RuleTable(
    name: "without a server", online: false,
    rules: [
      (
        "ALTER TABLE t ADD c uuid DEFAULT gen_random_uuid();",
        "volatile_default add-column-volatile"
      ),
      ("ALTER TABLE t ADD c int UNIQUE;", "unique_via_index unique-builds-index"),
      ("ALTER TABLE t SET TABLESPACE s;", "refused set-tablespace"),
      ("ALTER TABLE t ADD v int GENERATED ALWAYS AS (a) VIRTUAL;", "safe add-column-virtual"),
      ("ALTER TABLE t ADD v int GENERATED ALWAYS AS (a);", "safe add-column-virtual"),
      (
        "ALTER TABLE t ADD v int GENERATED ALWAYS AS (a) VIRTUAL NOT NULL;",
        "refused add-column-virtual-not-null"
      ),
      ("ALTER TABLE t ALTER g SET EXPRESSION AS (a * 2);", "refused set-expression"),
      ("ALTER TABLE t ADD CONSTRAINT n NOT NULL a;", "two_phase_validation check-scans"),
      ("ALTER TABLE t ADD CONSTRAINT n NOT NULL a NOT VALID;", "safe constraint-not-valid"),
      ("ALTER TABLE t ADD CHECK (a > 0) NOT ENFORCED;", "safe constraint-not-enforced"),
      (
        "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES o NOT ENFORCED;",
        "safe constraint-not-enforced"
      ),
      ("ALTER TABLE t ALTER CONSTRAINT c ENFORCED;", "refused enforce-constraint"),
      ("ALTER TABLE t ALTER CONSTRAINT c NOT ENFORCED;", "safe catalogue-only"),
      ("ALTER TABLE t ADD UNIQUE (a, b WITHOUT OVERLAPS);", "refused exclusion-constraint"),
      (
        "ALTER TABLE t ADD FOREIGN KEY (a, PERIOD b) REFERENCES o;", "foreign_key foreign-key-scans"
      ),
      ("ALTER TABLE t SET LOGGED;", "refused set-logged"),
      ("ALTER TABLE t SET ACCESS METHOD m;", "refused set-access-method"),
      ("VACUUM FULL t;", "refused vacuum-full"),
      ("INSERT INTO t SELECT 1;", "refused insert-select"),
      ("INSERT INTO t VALUES (1);", "safe insert-values"),
      ("COPY t FROM '/x';", "refused copy"),
      ("MERGE INTO t USING u ON true WHEN MATCHED THEN DELETE;", "refused merge"),
      ("DO 'BEGIN END';", "refused do-block"),
      ("CALL f();", "refused call"),
      ("REINDEX TABLE CONCURRENTLY t;", "safe reindex-concurrently"),
      ("CREATE MATERIALIZED VIEW m AS SELECT 1;", "safe create-materialized-view"),
      ("VACUUM t;", "safe vacuum"),
    ]),
]

/// Statements and the warning that each gets.
let warningRules: [(String, String)] = [
  ("ALTER TABLE t RENAME COLUMN a TO b", "rename-breaks-clients"),
  ("ALTER INDEX i RENAME TO j", "rename-breaks-clients"),
  ("ALTER TYPE e RENAME VALUE 'a' TO 'b'", "rename-breaks-clients"),
  ("ALTER TABLE t SET SCHEMA s", "set-schema-breaks-clients"),
  ("ALTER TABLE t DROP CONSTRAINT c", "drop-constraint-unprotects"),
  ("CREATE INDEX ON t (a, b, c, d)", "index-many-columns"),
  ("ALTER TABLE t ADD c json", "json-column"),
  ("ALTER TABLE t ADD c timestamp", "timestamp-without-zone"),
  ("ALTER TABLE t ADD c char(9)", "char-column"),
  ("ALTER TABLE t ADD c serial", "prefer-identity"),
  ("ALTER TABLE t ADD c serial", "narrow-key"),
  ("ALTER TABLE t ADD c mood", "type-unknown-offline"),
  ("ALTER TABLE t ADD CHECK (a > 0) NOT VALID", "new-write-restriction"),
  ("ALTER TABLE t ALTER a DROP NOT NULL", "drop-not-null"),
  ("ALTER TABLE t ALTER a SET DEFAULT 3", "default-changes"),
  ("TRUNCATE t CASCADE", "truncate-cascade"),
  ("ALTER TABLE p DETACH PARTITION c", "detach-locks-parent"),
  ("CREATE TABLE c PARTITION OF p FOR VALUES FROM (1) TO (2)", "partition-locks-parent"),
  ("ALTER TYPE e ADD VALUE 'after '", "enum-value-order"),
  ("CREATE DOMAIN d AS int CHECK (value > 0)", "domain-with-constraint"),
  ("ALTER TABLE t ALTER a DROP EXPRESSION", "drop-expression"),
  ("ALTER TABLE t ALTER a SET GENERATED ALWAYS", "identity-changes"),
  ("REVOKE SELECT ON t FROM r", "revoke"),
  ("ALTER TABLE t ENABLE ROW LEVEL SECURITY", "behaviour-changes"),
  ("CREATE OR REPLACE VIEW v AS SELECT 1", "behaviour-changes"),
  (
    "ALTER TABLE t ADD \(String(repeating: "x", count: 64)) int", "identifier-too-long"
  ),
]
