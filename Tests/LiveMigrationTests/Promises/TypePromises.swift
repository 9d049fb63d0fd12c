/// Columns that change their type in many ways.
let typePromises: [Promise] = [
  Promise(
    name: "numbers",
    setup: """
      CREATE TABLE t (id int PRIMARY KEY, price int, share numeric(10,2) DEFAULT 1.5, o int, r real,
        small smallint NOT NULL, flag int, CONSTRAINT small_low CHECK (small < 1000));
      CREATE INDEX ON t (share, price);
      INSERT INTO t SELECT g, g, g / 4.0, g, g, g % 100, g % 2 FROM generate_series(1, 300) g;
      ANALYZE t;
      """,
    migration: """
      ALTER TABLE t ALTER price TYPE numeric(12,2), ALTER share TYPE numeric(14,4);
      ALTER TABLE t ALTER o TYPE oid USING o::oid, ALTER r TYPE double precision;
      ALTER TABLE t ALTER small TYPE integer, ALTER flag TYPE boolean USING flag <> 0;
      """,
    clients: [
      ClientWork(columns: [
        ("price", ["#", "NULL"]), ("share", ["0.25", "#"]), ("o", ["#"]), ("r", ["0.5"]),
        ("small", ["1", "999"]), ("flag", ["'0'", "'1'", "NULL"]),
      ])
    ]),
  Promise(
    name: "texts",
    setup: """
      CREATE TYPE mood AS ENUM ('sad', 'glad');
      CREATE TABLE t (id int PRIMARY KEY, code varchar(50) NOT NULL, token text UNIQUE, m mood
        DEFAULT 'sad', pad char(5), word text, label text COLLATE "C");
      CREATE INDEX t_word ON t (lower(word) text_pattern_ops);
      CREATE INDEX t_label ON t (label);
      INSERT INTO t SELECT g, 'c' || g, '00000000-0000-0000-0000-' || lpad(g::text, 12, '0'),
        'glad', 'p', CASE g % 2 WHEN 0 THEN 'sad' ELSE 'glad' END, 'l' || g
        FROM generate_series(1, 300) g;
      ANALYZE t;
      """,
    migration: """
      ALTER TABLE t ALTER code TYPE varchar(20), ALTER token TYPE uuid USING token::uuid;
      ALTER TABLE t ALTER m DROP DEFAULT, ALTER m TYPE text, ALTER m SET DEFAULT 'calm';
      ALTER TABLE t ALTER pad TYPE text;
      ALTER TABLE t ALTER label TYPE text COLLATE "POSIX", ALTER label SET STATISTICS 7;
      """,
    clients: [
      ClientWork(columns: [
        ("code", ["'c#'"]), ("m", ["'sad'", "'glad'", "NULL"]), ("pad", ["'12345'", "NULL"]),
        ("token", ["'00000000-0000-0000-0001-' || lpad('#', 12, '0')"]), ("word", ["'w#'"]),
        ("label", ["'L#'", "NULL"]),
      ])
    ],
    clientsEnd: true),
  Promise(
    name: "a text becomes an enumeration",
    setup: """
      CREATE TABLE t (id int PRIMARY KEY, m text DEFAULT 'sad', CONSTRAINT known CHECK (m <> ''));
      CREATE INDEX t_m ON t (m) WHERE m = 'sad';
      INSERT INTO t SELECT g, CASE g % 2 WHEN 0 THEN 'sad' ELSE 'glad' END
        FROM generate_series(1, 300) g;
      CREATE TYPE mood AS ENUM ('sad', 'glad');
      ANALYZE t;
      """,
    migration: """
      ALTER TABLE t DROP CONSTRAINT known;
      DROP INDEX t_m;
      ALTER TABLE t ALTER m DROP DEFAULT;
      ALTER TABLE t ALTER m TYPE mood USING m::mood;
      ALTER TABLE t ALTER m SET DEFAULT 'glad';
      """,
    clients: [ClientWork(columns: [("m", ["'sad'", "'glad'", "NULL"])])]),
  Promise(
    name: "documents and arrays",
    setup: """
      CREATE TABLE t (id int PRIMARY KEY, doc json, tags int[], raw text, ip inet);
      INSERT INTO t SELECT g, json_build_object('a', g), ARRAY[g, g + 1], '{"b": 1}', '10.0.0.1'
        FROM generate_series(1, 300) g;
      ANALYZE t;
      """,
    migration: """
      ALTER TABLE t ALTER doc TYPE jsonb USING doc::jsonb, ALTER tags TYPE bigint[];
      ALTER TABLE t ALTER raw TYPE json USING raw::json, ALTER ip TYPE text;
      CREATE INDEX t_doc ON t USING gin (doc);
      """,
    clients: [
      ClientWork(columns: [
        ("doc", [#"'{"a": #}'"#, "NULL"]), ("tags", ["'{1,NULL,#}'", "'{}'"]),
        ("raw", ["'[1, 2]'"]), ("ip", ["'10.0.0.0/8'"]),
      ])
    ]),
  Promise(
    name: "moments",
    setup: """
      CREATE TABLE t (id int PRIMARY KEY, made timestamp NOT NULL DEFAULT now(), day timestamptz,
        span interval, clock time);
      INSERT INTO t SELECT g, timestamp '2026-01-01' + g * interval '1 hour',
        timestamptz '2026-01-01 00:00+00' + g * interval '1 day', '1 day', '12:00'
        FROM generate_series(1, 300) g;
      ANALYZE t;
      """,
    migration: """
      ALTER TABLE t ALTER made TYPE timestamptz USING made AT TIME ZONE 'UTC';
      ALTER TABLE t ALTER day TYPE date USING (day AT TIME ZONE 'UTC')::date;
      ALTER TABLE t ALTER span TYPE text, ALTER clock TYPE interval;
      """,
    clients: [
      ClientWork(columns: [
        ("made", ["'2026-06-01 12:00:00'"]), ("day", ["'2026-06-01 00:00:00+00'", "NULL"]),
        ("span", ["'02:00:00'"]), ("clock", ["'23:59:59'"]),
      ])
    ],
    clientsEnd: true),
  Promise(
    name: "an expression over two columns of a table without a key",
    setup: """
      CREATE TABLE t (id int, a int, b text);
      INSERT INTO t SELECT g, g % 3, 'b' || g % 5 FROM generate_series(1, 300) g;
      ANALYZE t;
      """,
    migration: "ALTER TABLE t ALTER a TYPE text USING a || '/' || coalesce(b, '');",
    clients: [ClientWork(columns: [("a", ["#", "NULL"]), ("b", ["'x'", "NULL"])])],
    clientsEnd: true),
  Promise(
    name: "a file's own search path",
    setup: """
      CREATE SCHEMA app;
      CREATE TABLE t (id int PRIMARY KEY, a text);
      CREATE TABLE app.t (id int PRIMARY KEY, a int, note text);
      CREATE FUNCTION app.longer(int) RETURNS bigint IMMUTABLE LANGUAGE sql AS 'SELECT $1 * 10::bigint';
      CREATE FUNCTION longer(int) RETURNS bigint IMMUTABLE LANGUAGE sql AS 'SELECT 0::bigint';
      INSERT INTO app.t SELECT g, g, 'n' FROM generate_series(1, 300) g;
      ANALYZE;
      """,
    migration: """
      SET search_path = app, public;
      ALTER TABLE t ALTER a TYPE bigint USING longer(a);
      CREATE INDEX t_note ON t (note);
      ALTER TABLE t ADD CONSTRAINT t_noted CHECK (note <> '');
      """,
    table: "app.t",
    clients: [
      ClientWork(table: "app.t", columns: [("a", ["#", "NULL"]), ("note", ["'m'"])])
    ], clientsEnd: true),
  Promise(
    name: "a column changes its type and is dropped",
    setup: """
      CREATE TABLE t (id int PRIMARY KEY, a int, b int, note text);
      CREATE INDEX t_a ON t (a);
      INSERT INTO t SELECT g, g, g, 'n' FROM generate_series(1, 300) g;
      ANALYZE t;
      """,
    migration: """
      ALTER TABLE t ALTER a TYPE bigint, ALTER b TYPE bigint;
      ALTER TABLE t DROP COLUMN a;
      """,
    clients: [ClientWork(columns: [("b", ["#", "7"]), ("note", ["'m'"])])]),
  Promise(
    name: "values that differ may fall together in a key",
    setup: """
      CREATE TABLE t (id int PRIMARY KEY, a numeric(12, 4), b text NOT NULL,
        CONSTRAINT t_once UNIQUE (a, b));
      INSERT INTO t SELECT g, g, 'n' || g FROM generate_series(1, 300) g;
      ANALYZE t;
      """,
    migration: "ALTER TABLE t ALTER a TYPE numeric(12, 2);",
    clients: [ClientWork(columns: [("a", ["#", "NULL"])], comesAndGoes: false)]),
]
