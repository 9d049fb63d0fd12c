/// A migration with a piece of work of every kind, for tests that strike at each statement.
let compositePromise = Promise(
  name: "a composite",
  setup: """
    CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL DEFAULT 1, b text,
      CONSTRAINT a_positive CHECK (a > 0), CONSTRAINT a_key UNIQUE (a));
    CREATE INDEX t_b ON t (b, a);
    INSERT INTO t SELECT g, g, 'b' || g FROM generate_series(1, 200) g;
    ANALYZE t;
    """,
  migration: """
    ALTER TABLE t ADD COLUMN c int;
    ALTER TABLE t ALTER a TYPE bigint;
    CREATE INDEX t_c ON t (c);
    COMMENT ON COLUMN t.a IS 'wide';
    """)
