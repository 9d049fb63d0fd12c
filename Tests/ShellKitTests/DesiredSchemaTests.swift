import Foundation
import Postgres
import TestSupport
import Testing

/// From a database to files, from edited files to a migration, and from that to the schema.
@Suite("The schema that is wanted", .database)
struct DesiredSchemaTests {
  private static let setup = """
    CREATE TABLE t (id int PRIMARY KEY, amount int NOT NULL, note text);
    CREATE VIEW v AS SELECT id, amount FROM t;
    INSERT INTO t SELECT g, g, 'n' FROM generate_series(1, 100) g;
    ANALYZE t;
    """
  private static let file = "schema/main/_global_/t.sql"

  private func bench(_ setup: String = setup) async throws -> ContractBench {
    try await ContractBench(setup: setup, migration: nil)
  }

  private func text(_ bench: ContractBench, _ path: String) throws -> String {
    try String(contentsOfFile: bench.folder + "/" + path, encoding: .utf8)
  }

  private func migrations(_ bench: ContractBench) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: bench.folder + "/migrations/main/_global_")
      .filter { $0.hasPrefix("V") }.sorted()
  }

  @Test func `dump, an edit, diff and a plan lead to the schema of the files`() async throws {
    let bench = try await bench()
    let dumped = try await bench.run("dump")
    #expect(dumped.code == 0, "\(dumped)")
    #expect(try await bench.run("diff", "--check").code == 0)
    #expect(try await bench.run("diff").output == "Nothing is pending for _global_.\n")

    let edited = try text(bench, Self.file)
      .replacing("amount integer NOT NULL", with: "amount bigint NOT NULL")
      .replacing("    note text", with: "    -- djogi:renamed-from note\n    remark text")
    try bench.write("-- by hand\n" + edited, to: Self.file)
    #expect(try await bench.run("diff", "--check").code == 5)
    let hint = try await bench.run("plan")
    #expect(hint.output.contains("The schema files of _global_ want a change"), "\(hint)")

    let diff = try await bench.run("--output", "json", "diff", "--slug", "larger")
    let written = try #require(diff.object("schema_diff"), "\(diff)")
    #expect((written["destroys"] as? [String])?.isEmpty == true)
    let names = try migrations(bench)
    #expect(names.count == 2 && names[1].hasSuffix("__larger.sql"), "\(names)")
    let migration = try text(bench, "migrations/main/_global_/" + names[1])
    #expect(migration.contains("RENAME COLUMN note TO remark"))
    #expect(migration.contains("ALTER COLUMN amount TYPE bigint"))
    // The files and the snapshot agree; the database has not got it yet.
    #expect(try await bench.run("diff", "--drift").code == 5)

    let id = try await bench.plan()
    try await bench.drive(id, to: "finalizing")
    #expect(try await bench.run("finalize", id, "--justify", "because").code == 0)
    #expect(try await bench.run("diff", "--drift").code == 0)
    #expect(try await bench.run("diff", "--check").code == 0)
    // A second dump finds its own words, and leaves those of a person.
    _ = try await bench.run("dump")
    #expect(try text(bench, Self.file).hasPrefix("-- by hand\n"))
    try await bench.database.connect().execute("CREATE TABLE by_hand (a int)")
    let drift = try await bench.run("diff", "--drift")
    #expect(drift.code == 5)
    #expect(drift.output.contains("table public.by_hand: only in the database"), "\(drift)")
    try bench.dispose()
  }

  @Test func `the manual's example is what is printed`() async throws {
    let page = try Repository.manual("djogi-schema.7").section(".Sh EXAMPLES")
    let blocks = page.lines.split { $0.hasPrefix(".") }.map { $0.joined(separator: "\n") }
    let table = try #require(blocks.first { $0.hasPrefix("CREATE TABLE") })
    let bench = try await bench(
      table.replacing("amount bigint", with: "amount integer").replacing(
        "    note text,\n", with: ""))
    let version = #/V\d{14}/#
    func printed(_ command: String) throws -> String {
      let block = try #require(blocks.first { $0.hasPrefix("$ djogi-shell \(command)") })
      return String(block.drop { !$0.isNewline }.dropFirst()).replacing(version, with: "V")
    }
    let dumped = try await bench.run("dump")
    let root = bench.folder + "/"
    #expect(dumped.output.replacing(root, with: "") == (try printed("dump")) + "\n")
    try bench.write(table, to: "schema/main/_global_/orders.sql")
    let diff = try await bench.run("diff", "--slug", "larger_orders")
    // A page's empty lines are left out when it is read.
    let lines = diff.output.replacing(root, with: "")
      .replacing(" --workspace " + bench.folder, with: "").replacing(version, with: "V")
      .replacing("\n\n", with: "\n")
    #expect(lines.hasPrefix(try printed("diff")), "\(diff)")
    try bench.dispose()
  }

  @Test func `dump changes the sections of the objects that differ alone`() async throws {
    let bench = try await bench()
    #expect(try await bench.run("dump").output.contains("/schema/main/_global_/v.sql.\n"))
    let kept = "CREATE TABLE kept (a int); -- a person's words\n"
    try await bench.database.connect().script(
      """
      CREATE TABLE kept (a int); ALTER TABLE t ADD COLUMN extra date; DROP VIEW v;
      CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
      """)
    let before = try text(bench, Self.file)
    try bench.write("\(kept)\n-- by hand\n\(before)-- the end\n", to: Self.file)
    let second = try await bench.run("dump")
    #expect(second.output.contains("/_global_/v.sql, which held nothing more"), "\(second)")
    #expect(second.output.contains("/_global_/functions.sql.\n"), "\(second)")
    let after = before.replacing("    note text,", with: "    note text,\n    extra date,")
    #expect(try text(bench, Self.file) == "\(kept)\n-- by hand\n\(after)-- the end\n")
    #expect(
      try await bench.run("dump").output
        == "The files say already what the database has, as scratch databases on the same server show.\n"
    )
    try bench.dispose()
  }

  @Test func `what destroys is marked, and refused until it is allowed`() async throws {
    let bench = try await bench()
    _ = try await bench.run("dump")
    let edited = try text(bench, Self.file)
      .replacing(",\n    note text", with: ",\n    remark varchar(9)")
    try bench.write(edited, to: Self.file)
    let refused = try await bench.run("diff")
    #expect(refused.code == 1)
    #expect(refused.errors.contains("destroys column public.t.note"), "\(refused)")
    #expect(try migrations(bench) == [])
    #expect(try await bench.run("diff", "--allow-destructive").code == 0)
    let name = try #require(try migrations(bench).last)
    let migration = try text(bench, "migrations/main/_global_/" + name)
    #expect(
      migration.contains(
        "-- destroys: column public.t.note\nALTER TABLE public.t DROP COLUMN note;"))
    try bench.dispose()
  }

  /// Files that are refused, and words of the reason.
  static let wrong: [(files: [String], words: String)] = [
    (
      ["CREATE TABLE a (x integr);"], "0.sql:1:1: the server refuses the statement: type \"integr\""
    ),
    (["CREATE TABLE a (x int);\nCREATE TABEL b (y int);"], "0.sql:2:1: the server refuses"),
    (["CREATE TABLE a (x int);", "CREATE TABLE a (y int);"], "1.sql:1:1: public.a is made at"),
    (
      ["CREATE VIEW a AS SELECT * FROM b; CREATE VIEW b AS SELECT * FROM a;"],
      "need each other in a circle: public.a, public.b"
    ),
    (["CREATE FOREIGN DATA WRAPPER w;"], "kinds that are not compared: foreign-data wrapper w"),
    (["CREATE EXTENSION there_is_none;"], "extension \"there_is_none\" is not available"),
    (["\\connect other"], "is a command of psql"),
    (
      ["CREATE TABLE a (x int); INSERT INTO a VALUES (1);"], "0.sql:1:25: the statement writes rows"
    ),
    (
      [
        "CREATE TABLE a (x int);\nWITH n AS (INSERT INTO a VALUES (1) RETURNING x) SELECT * FROM n;"
      ],
      "0.sql:2:1: the statement writes rows"
    ),
    (
      ["CREATE TABLE a (x int); DO $$ BEGIN INSERT INTO a VALUES (1); END $$;"],
      "0.sql:1:25: the statement writes rows"
    ),
    (["CREATE TABLE a AS SELECT 1 AS x;"], "the files write rows into public.a"),
    (
      ["CREATE DATABASE djogi_there_is_none;"],
      "0.sql:1:1: the statement changes what all databases"
    ),
    (
      ["CREATE TABLE a (x int);\nCREATE ROLE djogi_there_is_none;"],
      "0.sql:2:1: the statement changes"
    ),
    (
      ["CREATE TABLE a (x int);\nDROP TABLE IF EXISTS b;"],
      "0.sql:2:1: the statement drops, asks"
    ),
    (["CREATE TEMP VIEW v AS SELECT 1 AS x;"], "0.sql:1:1: the statement drops, asks"),
    (
      ["CREATE TABLE a (x int);\nCREATE TABLE pg_temp.b AS SELECT * FROM a;"],
      "0.sql:2:1: the statement drops, asks"
    ),
    (
      ["CREATE SEQUENCE s; SELECT pg_catalog.setval('s', 7);"],
      "0.sql:1:20: the statement drops, asks"
    ),
    (
      ["CREATE TABLE a (x int);", "CREATE TABLE IF NOT EXISTS a (y int);"],
      "1.sql:1:1: public.a is made at"
    ),
    (
      [
        "CREATE VIEW a AS SELECT 1 AS x; CREATE OR REPLACE VIEW a AS SELECT 2 AS x;",
        "CREATE OR REPLACE VIEW a AS SELECT 3 AS x;",
      ],
      "public.a is made at"
    ),
    (["-- djogi:renamed-from b\nCREATE TABLE a (x int);"], "no public.b that could be renamed"),
    (
      ["CREATE TABLE a (x int);", "CREATE TABLE b (x int);\nCREATE TABLE c (x text DEFAULT 'y);"],
      "1.sql:2:32: the statement cannot be read: unterminated quoted string"
    ),
    (
      ["CREATE TABLE a (x int);", "CREATE TABLE b (x int); /* and more"],
      "1.sql:1:25: the statement cannot be read: unterminated /* comment"
    ),
    (
      ["CREATE TABLE a (x int);\0CREATE TABLE b (x int);"],
      "0.sql:1:24: the statement cannot be read"
    ),
  ]

  /// Statements that would reach out of the scratch database, or change the session that reads it.
  static let reaching = [
    "COPY (SELECT 1) TO PROGRAM 'true';", "ALTER SYSTEM SET work_mem = '9MB';",
    "DO $$ BEGIN EXECUTE 'COPY (SELECT 1) TO PROGRAM ''true'''; END $$;",
    "SELECT pg_read_file('/etc/hostname');", "SELECT lo_import('/etc/hostname');",
    "SELECT set_config('role', 'pg_monitor', false);", "SET ROLE pg_monitor;",
    "SET SESSION AUTHORIZATION pg_monitor;", "CALL p();", "LISTEN x;", "LOAD 'auto_explain';",
    "PREPARE p AS SELECT 1;", "LOCK TABLE a;", "COMMIT;", "VACUUM;", "ROLLBACK;",
    "GRANT pg_monitor TO CURRENT_USER;", "REASSIGN OWNED BY CURRENT_USER TO pg_monitor;",
    "\\! true", "EXPLAIN ANALYZE SELECT 1;", "REFRESH MATERIALIZED VIEW m;",
  ]

  @Test(arguments: reaching)
  func `a file reaches nothing but its scratch`(statement: String) async throws {
    let bench = try await bench("")
    let path = "schema/main/_global_/a.sql"
    try bench.write("CREATE TABLE a (x int);\n\(statement)\nCREATE TABLE b (x int);", to: path)
    let answer = try await bench.run("diff")
    #expect(answer.code == 1)
    #expect(answer.errors.contains("a.sql:2:1: "), "\(answer)")
    try bench.dispose()
  }

  @Test func `a file's settings are for its own statements`() async throws {
    let bench = try await bench("")
    let files = [
      "SELECT pg_catalog.set_config('search_path', '', false); CREATE TABLE public.a (x int);",
      """
      SET search_path TO late; CREATE TABLE b (x int REFERENCES c);
      CREATE TABLE c (x int PRIMARY KEY);
      """,
      """
      CREATE SCHEMA late; CREATE TABLE d (x int); RESET ALL;
      DO $$ BEGIN CREATE TYPE mood AS ENUM ('calm'); EXCEPTION WHEN duplicate_object THEN NULL; END $$;
      """,
    ]
    for (number, text) in files.enumerated() {
      try bench.write(text, to: "schema/main/_global_/\(number).sql")
    }
    let answer = try await bench.run("diff")
    #expect(answer.code == 0, "\(answer)")
    for table in ["public.a", "late.b", "late.c", "public.d"] {
      #expect(answer.output.contains("CREATE TABLE \(table) ("), "\(answer)")
    }
    #expect(try await bench.run("diff").output == "Nothing is pending for _global_.\n")
    try bench.dispose()
  }

  @Test(arguments: wrong)
  func `wrong files are named, and nothing is written`(
    case wrong: (files: [String], words: String)
  ) async throws {
    let bench = try await bench("")
    for (number, text) in wrong.files.enumerated() {
      try bench.write(text, to: "schema/main/_global_/\(number).sql")
    }
    let answer = try await bench.run("diff")
    #expect(answer.code == 1)
    #expect(answer.errors.contains(wrong.words), "\(answer)")
    let left = try FileManager.default.contentsOfDirectory(
      atPath: bench.folder + "/migrations/main/_global_")
    #expect(left == [])
    try bench.dispose()
  }

  @Test func `files in a folder within the folder are named`() async throws {
    let bench = try await bench("")
    try bench.write("CREATE TABLE a (x int);", to: "schema/main/_global_/a.sql")
    try bench.write("CREATE TABLE b (x int);", to: "schema/main/_global_/more/b.sql")
    let answer = try await bench.run("diff")
    #expect(answer.code == 1)
    #expect(answer.errors.contains("schema/main/_global_/more holds .sql files"), "\(answer)")
    try bench.dispose()
  }

  @Test func `an edited snapshot is named`() async throws {
    let bench = try await bench()
    _ = try await bench.run("dump")
    let path = "migrations/main/_global_/schema_snapshot.sql"
    try bench.write(try text(bench, path) + "CREATE TABLE more (a int);\n", to: path)
    let answer = try await bench.run("diff")
    #expect(answer.code == 1)
    #expect(answer.errors.contains("schema_snapshot.sql is not as diff wrote it"), "\(answer)")
    try bench.dispose()
  }
}
