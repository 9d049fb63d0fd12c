import Postgres
import SchemaChange
import TestSupport
import Testing

/// Writes and session statements that need no plan.
@Suite("Small writes", .database)
struct SmallWriteTests {
  @Test func `A write is online where it can lock few rows`() async throws {
    let connection = try await TestDatabase.current.connect()
    try await connection.script(
      """
      CREATE TABLE small (id int PRIMARY KEY, a int); INSERT INTO small VALUES (1, 1), (2, 2);
      CREATE TABLE big (id int PRIMARY KEY, a int); CREATE SEQUENCE numbers;
      INSERT INTO big SELECT n, n FROM generate_series(1, 500) AS n;
      CREATE TABLE parent (id int PRIMARY KEY); INSERT INTO parent VALUES (1);
      CREATE TABLE child (id int REFERENCES parent ON DELETE CASCADE); ANALYZE;
      """)
    let forms: [(String, String)] = [
      ("UPDATE small SET a = 3", "safe write-small-table"),
      ("DELETE FROM small WHERE a IN (SELECT a FROM small)", "safe write-small-table"),
      (
        "UPDATE small SET a = big.a FROM big WHERE big.id = small.id",
        "batched_update batched-update"
      ),
      ("UPDATE big SET a = 3", "batched_update batched-update"),
      ("UPDATE big SET a = 3 WHERE id = 7 AND a > 2", "safe write-by-key"),
      ("UPDATE big SET a = 3 WHERE id = 7 OR a > 2", "batched_update batched-update"),
      ("UPDATE big SET a = 3 WHERE a = 7", "batched_update batched-update"),
      ("UPDATE big SET a = 3 WHERE id = a", "batched_update batched-update"),
      ("UPDATE big SET a = a + 1", "batched_update batched-update"),
      ("DELETE FROM big WHERE id IN (8, 9)", "safe write-by-key"),
      ("DELETE FROM big WHERE id NOT IN (8, 9)", "batched_delete batched-delete"),
      ("DELETE FROM big WHERE id <> 8", "batched_delete batched-delete"),
      ("DELETE FROM parent WHERE id = 1", "batched_delete batched-delete"),
      ("INSERT INTO small SELECT id + 10, a FROM small", "safe write-small-table"),
      (
        "INSERT INTO small SELECT l.id, 1 FROM small l, small r", "batched_insert batched-insert"
      ),
      ("INSERT INTO big SELECT id + 1000, a FROM small", "batched_insert batched-insert"),
      ("INSERT INTO small SELECT id, a FROM big", "batched_insert batched-insert"),
      (
        "INSERT INTO small SELECT n, n FROM generate_series(3, 9) AS n",
        "batched_insert batched-insert"
      ),
      (
        "CREATE TABLE own AS SELECT 1; INSERT INTO own SELECT a FROM big", "safe write-to-new-table"
      ),
      ("TRUNCATE big; ALTER TABLE big ADD k int NOT NULL", "safe add-column-empty-table"),
      ("SELECT setval('numbers', (SELECT max(id) FROM big))", "safe set-sequence-value"),
      ("SELECT setval('numbers', 1), pg_sleep(1)", "refused select"),
      ("SELECT 1", "safe select-constant"), ("SELECT 1 FROM big FOR UPDATE", "refused select"),
      ("SET default_tablespace = ''", "safe setting-unchanged"),
      ("SET default_tablespace = 'fast'", "refused session-setting"),
      ("SET TimeZone = 'Mars'", "refused session-setting"),
      ("COPY big FROM stdin", "refused copy-data"),
    ]
    let settings = ClassifierSettings(validationThresholdRows: 100)
    for (sql, expected) in forms {
      let verdict = try await judge(sql + ";", on: connection, settings: settings).last
      #expect(verdict?.short == expected, "\(sql): \(verdict?.reason ?? "")")
    }
    await connection.close()
  }

  @Test func `The rows of COPY hide neither its rule nor what follows`() throws {
    let source = "COPY t (a) FROM stdin;\n1\tit's\n\\N\n\\.\nDROP TABLE t;\n"
    let parsed = MigrationParser.read(source)
    #expect(parsed.errors == [])
    #expect(parsed.changes.map(\.operation.name) == ["copyData", "drop"])
    #expect(parsed.changes.last?.location.line == 5)
  }

  @Test func `The head of a file of pg_dump is left out`() throws {
    let source = """
      \\restrict abc
      SET client_encoding = 'UTF8'; SET standard_conforming_strings = on; SET xmloption = content;
      SET row_security = off; SELECT pg_catalog.set_config('search_path', '', false);
      CREATE TABLE public.t (a int);
      \\unrestrict abc
      """
    let parsed = MigrationParser.read(source)
    #expect(parsed.changes.map(\.operation.name) == ["createTable"])
    #expect(parsed.ignored.count == 7)
    let unqualified = MigrationParser.read("SET search_path = ''; CREATE TABLE t (a int);")
    #expect(unqualified.changes.map(\.operation.name) == ["set", "createTable"])
    let reset = MigrationParser.read("SET search_path = s; DROP TABLE t; RESET search_path;")
    #expect(reset.changes.map(\.operation.name) == ["set", "drop"])
    #expect(reset.ignored.map(\.reason) == ["no statement after it looks a name up"])
  }
}
