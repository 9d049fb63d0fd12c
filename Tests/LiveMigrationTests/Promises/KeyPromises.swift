/// Keys that other tables reference.
let keyPromises: [Promise] = [
  Promise(
    name: "identity key with references",
    setup: """
      CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY (START 5 CACHE 2) PRIMARY KEY, parent int
        REFERENCES t, name text);
      INSERT INTO t (parent, name) SELECT nullif(5 + g / 2, 5 + g), 'n' || g
        FROM generate_series(0, 99) g;
      COMMENT ON SEQUENCE t_id_seq IS 'numbers of organisations';
      GRANT USAGE ON SEQUENCE t_id_seq TO pg_monitor;
      COMMENT ON COLUMN t.id IS 'the key';
      CREATE TABLE u (id int PRIMARY KEY, org int NOT NULL,
        CONSTRAINT u_org FOREIGN KEY (org) REFERENCES t ON DELETE CASCADE ON UPDATE CASCADE);
      COMMENT ON CONSTRAINT u_org ON u IS 'who pays';
      INSERT INTO u SELECT g, 5 + g % 100 FROM generate_series(1, 300) g;
      CREATE TABLE v (org int REFERENCES t DEFERRABLE INITIALLY DEFERRED,
        "Other" int, FOREIGN KEY ("Other") REFERENCES t (id) NOT VALID);
      INSERT INTO v SELECT 5 + g % 50, 6 FROM generate_series(1, 300) g;
      ALTER TABLE t REPLICA IDENTITY USING INDEX t_pkey;
      ANALYZE;
      """,
    migration: "ALTER TABLE t ALTER COLUMN id TYPE bigint;",
    alsoCompared: ["u", "v"],
    clients: [
      ClientWork(
        keys: 5...104, columns: [("name", ["'x'", "NULL"]), ("parent", ["5", "NULL"])],
        comesAndGoes: false),
      ClientWork(table: "u", columns: [("org", ["5", "104"])]),
    ]),
  Promise(
    name: "serial key and a referencing column",
    setup: """
      CREATE TABLE t (id serial PRIMARY KEY, name text);
      INSERT INTO t (name) SELECT 'n' || g FROM generate_series(1, 100) g;
      CREATE TABLE u (id int PRIMARY KEY, org int NOT NULL REFERENCES t ON DELETE CASCADE);
      CREATE INDEX ON u (org);
      INSERT INTO u SELECT g, 1 + g % 100 FROM generate_series(1, 300) g;
      CREATE TABLE v (org int REFERENCES t);
      INSERT INTO v SELECT 1 + g % 100 FROM generate_series(1, 300) g;
      ANALYZE;
      """,
    migration: """
      ALTER TABLE u ALTER COLUMN org TYPE bigint;
      ALTER TABLE t ALTER COLUMN id TYPE bigint;
      ALTER SEQUENCE t_id_seq AS bigint;
      """,
    table: "u",
    alsoCompared: ["t", "v"],
    clients: [
      ClientWork(keys: 101...110, columns: [("name", ["'x'", "NULL"])]),
      ClientWork(table: "u", columns: [("org", ["1", "100"])]),
    ]),
  Promise(
    name: "a key of two columns and a cycle of references",
    setup: """
      CREATE TABLE t (tenant int, id int, mate int, PRIMARY KEY (tenant, id));
      CREATE TABLE u (tenant int, id int UNIQUE, owner int,
        FOREIGN KEY (tenant, owner) REFERENCES t (tenant, id));
      INSERT INTO t SELECT g % 3, g, g FROM generate_series(1, 300) g;
      INSERT INTO u SELECT g % 3, g, g FROM generate_series(1, 300) g;
      ALTER TABLE t ADD CONSTRAINT t_mate FOREIGN KEY (mate) REFERENCES u (id);
      ANALYZE;
      """,
    migration: """
      ALTER TABLE t ALTER COLUMN id TYPE bigint, ALTER mate TYPE bigint;
      ALTER TABLE u ALTER COLUMN owner TYPE bigint, ALTER id TYPE bigint;
      """,
    alsoCompared: ["u"],
    clients: [
      ClientWork(columns: [("mate", ["#", "7", "NULL"])], comesAndGoes: false),
      ClientWork(table: "u", columns: [("owner", ["#", "NULL"])], comesAndGoes: false),
    ]),
]
