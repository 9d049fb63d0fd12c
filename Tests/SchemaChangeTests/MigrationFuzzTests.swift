import Rehearsals
import SchemaChange
import Testing

/// Migration files that no person would write.
@Suite("Fuzzed migrations")
struct MigrationFuzzTests {
  private static let migrations = [
    """
    -- widen
    BEGIN;
    ALTER TABLE shop."Order" ALTER COLUMN amount TYPE numeric(20, 2) USING (amount::numeric / 100),
      ALTER b SET NOT NULL, ADD CONSTRAINT c CHECK (a > 0) NOT VALID;
    COMMIT;
    """,
    "CREATE UNIQUE INDEX CONCURRENTLY i ON t USING btree (lower(a) DESC, b) INCLUDE (c) WHERE d > 1;",
    "DO $x$ BEGIN EXECUTE 'DROP TABLE t'; END $x$; TRUNCATE a, b CASCADE; DROP TABLE IF EXISTS org;",
    "CREATE TABLE p (id int, d date) PARTITION BY RANGE (d);\nCREATE TABLE p1 PARTITION OF p DEFAULT;",
    "\\set x 1\nALTER TABLE t ADD COLUMN c uuid NOT NULL DEFAULT gen_random_uuid() REFERENCES u (id);",
    "SET search_path = a; UPDATE t SET a = E'it\\'s' WHERE b IN (1, 2); COMMENT ON TABLE t IS 'é';",
    "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$;",
  ]
  private static let words = [
    "ALTER", "TABLE", "COLUMN", "CONSTRAINT", "CHECK (", ")", ";", "::bigint", "$1", "$$", "$x$",
    "/*", "*/", "--", "U&'\\0041'", "E'\\x", "\"", "'", "CONCURRENTLY", "USING", "INHERITS",
    "PARTITION", "DEFAULT", "GENERATED ALWAYS AS IDENTITY", "\\gexec", "COPY t FROM stdin;\n\\.\n",
  ]

  @Test
  func `A text is changes or errors with a place, and every change gets a verdict`() async throws {
    try await Fuzz.run("migrations", 3000, words: Self.words) { _, fuzz in
      let bytes =
        fuzz.random.chance(10)
        ? fuzz.noise(300) : fuzz.mutation(of: fuzz.random.pick(Self.migrations))
      let text = String(decoding: bytes, as: UTF8.self)
      let version = fuzz.random.pick([nil, 150_000, 180_000])
      let parsed = MigrationParser.read(text, file: "m.sql", serverVersion: version)
      for error in parsed.errors {
        #expect(error.location.line >= 1 && error.location.column >= 1)
        #expect(!error.description.isEmpty)
      }
      let verdicts = Classifier(facts: nil, probe: nil, settings: ClassifierSettings())
        .classify(parsed.changes)
      #expect(verdicts.count == parsed.changes.count, "\(text)")
    }
  }
}
