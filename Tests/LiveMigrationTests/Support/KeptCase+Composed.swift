/// Swaps with more in their plans than types and names.
extension KeptCase {
  private static let codecs = """
    CREATE SCHEMA codec;
    CREATE FUNCTION codec.from_hex(stored text) RETURNS bytea IMMUTABLE LANGUAGE sql
      AS $$ SELECT decode(stored, 'hex') $$;
    CREATE FUNCTION codec.to_hex(value bytea) RETURNS text IMMUTABLE LANGUAGE sql
      AS $$ SELECT encode(value, 'hex') $$;
    CREATE FUNCTION codec.from_base64(stored text) RETURNS bytea IMMUTABLE LANGUAGE sql
      AS $$ SELECT decode(stored, 'base64') $$;
    CREATE FUNCTION codec.to_base64(value bytea) RETURNS text IMMUTABLE LANGUAGE sql
      AS $$ SELECT encode(value, 'base64') $$;
    CREATE TABLE t (id int PRIMARY KEY, secret text NOT NULL, note text);
    INSERT INTO t SELECT g, codec.to_hex(convert_to('s' || g, 'UTF8')), 'n' FROM generate_series(1, 50) g;
    CREATE INDEX t_secret ON t (secret);
    """
  private static let recoding = """
    ALTER TABLE t ALTER COLUMN secret TYPE text USING codec.to_base64(codec.from_hex(secret));
    """
  private static let codingBack = """
    ALTER TABLE t ALTER COLUMN secret TYPE text USING codec.to_hex(codec.from_base64(secret));
    """
  private static let batched = """
    CREATE TABLE t (id int PRIMARY KEY, total text, note text, state text);
    INSERT INTO t SELECT g, g::text, 'n' || g, CASE WHEN g % 2 = 0 THEN 's' END FROM generate_series(1, 50) g;
    """

  /// Each has `t` or, after the swap, what the migration calls it.
  static let composed: [KeptCase] = [
    KeptCase(
      testDescription: "a codec", setup: codecs, migration: recoding, down: codingBack,
      writes: """
        UPDATE t SET secret = 'YWJj' WHERE id = 1; INSERT INTO t (id, secret) VALUES (60, 'ZGVm');
        """,
      query: "SELECT secret FROM t WHERE id IN (1, 2, 60) ORDER BY id",
      rows: ["616263", "7332", "646566"]),
    KeptCase(
      testDescription: "a codec, in two shapes at once", setup: codecs,
      migration: recoding + "ALTER TABLE t RENAME COLUMN note TO remark;", down: codingBack,
      newShape: true,
      writes: """
        UPDATE t SET secret = 'YWJj', remark = 'r' WHERE id = 1;
        INSERT INTO t (id, secret) VALUES (60, 'ZGVm');
        """,
      query: "SELECT secret || coalesce(note, '') FROM t WHERE id IN (1, 2, 60) ORDER BY id",
      rows: ["616263r", "7332n", "646566"]),
    KeptCase(
      testDescription: "rows that an UPDATE changes and a DELETE takes, by their own columns",
      setup: batched,
      migration: """
        UPDATE t SET state = 'unknown' WHERE state IS NULL;
        ALTER TABLE t ALTER COLUMN total TYPE integer USING total::integer;
        DELETE FROM t WHERE id > 40;
        ALTER TABLE t RENAME COLUMN note TO remark;
        """,
      newShape: true,
      writes:
        "UPDATE t SET total = 700, remark = 'r' WHERE id = 7; INSERT INTO t (id, total) VALUES (39, 9) ON CONFLICT (id) DO UPDATE SET total = 9",
      query:
        "SELECT format('%s %s %s %s', id, total, note, state) FROM t WHERE id IN (6, 7, 39, 41) ORDER BY id",
      rows: ["6 6 n6 s", "7 700 r unknown", "39 9 n39 unknown"]),
    KeptCase(
      testDescription: "rows that a list names, before the window of the swap", setup: batched,
      migration: """
        UPDATE t SET note = note || '!';
        ALTER TABLE t ALTER COLUMN total TYPE integer USING total::integer;
        ALTER TABLE t RENAME COLUMN note TO remark;
        """,
      newShape: true, writes: "UPDATE t SET total = 700 WHERE id = 7",
      query: "SELECT total || note FROM t WHERE id IN (6, 7) ORDER BY id", rows: ["6n6!", "700n7!"]),
    KeptCase(
      testDescription: "columns that go with a key, a check and a unique constraint",
      setup: """
        CREATE TABLE kind (id int PRIMARY KEY); INSERT INTO kind SELECT generate_series(1, 50);
        CREATE TABLE t (id int PRIMARY KEY, total int, kind int NOT NULL REFERENCES kind, code text UNIQUE,
          n int CONSTRAINT t_positive CHECK (n > 0), CONSTRAINT t_both CHECK (n < id + 100));
        COMMENT ON CONSTRAINT t_positive ON t IS 'never none';
        INSERT INTO t SELECT g, g, g, 'c' || g, g FROM generate_series(1, 50) g;
        """,
      migration: """
        ALTER TABLE t ALTER COLUMN total TYPE bigint;
        ALTER TABLE t DROP COLUMN kind; ALTER TABLE t DROP COLUMN code; ALTER TABLE t DROP COLUMN n;
        """,
      // A row of the new shape has no kind, which the old one demands.
      writes:
        "UPDATE t SET total = 8 WHERE id = 7; DELETE FROM t WHERE id = 9; DELETE FROM kind WHERE id = 9",
      query:
        "SELECT format('%s %s %s %s', total, kind, code, n) FROM t WHERE id IN (6, 7) ORDER BY id",
      rows: ["6 6 c6 6", "8 7 c7 7"]),
    KeptCase(
      testDescription: "a column of a partitioned table that goes",
      setup: """
        CREATE TABLE t (id int PRIMARY KEY, total int, old text NOT NULL DEFAULT 'o', n int CHECK (n > 0))
          PARTITION BY RANGE (id);
        CREATE TABLE t_a PARTITION OF t FOR VALUES FROM (0) TO (25);
        CREATE TABLE t_b PARTITION OF t DEFAULT PARTITION BY RANGE (id);
        CREATE TABLE t_c PARTITION OF t_b DEFAULT;
        CREATE INDEX t_old ON t (old);
        INSERT INTO t SELECT g, g, 'o' || g, g FROM generate_series(1, 50) g;
        """,
      migration: """
        ALTER TABLE t ALTER COLUMN total TYPE bigint;
        ALTER TABLE t DROP COLUMN old; ALTER TABLE t DROP COLUMN n;
        """,
      writes: "UPDATE t SET total = 8 WHERE id IN (7, 47); INSERT INTO t (id) VALUES (60);",
      query:
        "SELECT format('%s %s %s', total, old, n) FROM t WHERE id IN (6, 7, 47, 60) ORDER BY id",
      rows: ["6 o6 6", "8 o7 7", "8 o47 47", " o "]),
    KeptCase(
      testDescription: "several tables, with a key between them and names that want quotes",
      setup: """
        CREATE SCHEMA "My Shop";
        CREATE TABLE "My Shop"."begin" ("Weird Id" int PRIMARY KEY, "end" text);
        CREATE TABLE "My Shop".t (id int PRIMARY KEY, "of" int REFERENCES "My Shop"."begin", gone text);
        INSERT INTO "My Shop"."begin" SELECT g, g::text FROM generate_series(1, 50) g;
        INSERT INTO "My Shop".t SELECT g, g, 'g' || g FROM generate_series(1, 50) g;
        """,
      migration: """
        ALTER TABLE "My Shop"."begin" ALTER COLUMN "end" TYPE integer USING "end"::integer;
        ALTER TABLE "My Shop"."begin" RENAME COLUMN "end" TO "Other End";
        ALTER TABLE "My Shop".t DROP COLUMN gone;
        ALTER TABLE "My Shop".t RENAME COLUMN "of" TO "select";
        """,
      newShape: true,
      writes: """
        UPDATE "My Shop"."begin" SET "Other End" = 70 WHERE "Weird Id" = 7;
        UPDATE "My Shop".t SET "select" = 8 WHERE id = 7;
        """,
      query: """
        SELECT format('%s %s %s', "end", "of", gone) FROM "My Shop".t
          JOIN "My Shop"."begin" ON "Weird Id" = id WHERE id IN (6, 7) ORDER BY id
        """,
      rows: ["6 6 g6", "70 8 g7"]),
  ]
}
