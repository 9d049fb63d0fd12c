import Foundation
import Postgres
import PrivateServer
import Rehearsals
import SchemaChange
import TestSupport
import Testing

@testable import LiveMigration

/// A plan is offered only when it ends, on a copy, as its file does.
@Suite("The proof of a plan", .database)
struct ProofTests {
  private static let table = """
    CREATE TABLE kind (k text PRIMARY KEY);
    INSERT INTO kind SELECT 'k' || g FROM generate_series(1, 100) g;
    CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, note text, kind text REFERENCES kind,
      made timestamptz DEFAULT now(), CHECK (a <> 13));
    INSERT INTO t SELECT g, g + 100, 'n' || g, 'k' || g FROM generate_series(1, 100) g;
    CREATE VIEW v AS SELECT id, note FROM t;
    CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
    CREATE TRIGGER touch BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch();
    CREATE TABLE log (t_id int REFERENCES t, at timestamptz);
    ANALYZE;
    """

  private func proved(_ result: PlanningResult?) throws -> Proof.Facts {
    guard case .planned(_, _, _, .proved(let facts)) = result else {
      throw RehearsalError("not proved: \(String(describing: result))")
    }
    return facts
  }

  @Test
  func `A plan that ends as its file does is proved, and that is written down`() async throws {
    let bench = try await ProofBench(Self.table)
    let workspace = try MigrationWorkspace(
      "ALTER TABLE t ALTER a TYPE bigint; CREATE INDEX ON t (note); COMMENT ON TABLE t IS 'x';")
    let engine = bench.engine(workspace)
    let results = try await engine.plan(version: nil, app: nil, dryRun: false)
    let facts = try proved(results.first)
    #expect(facts.place == "on the same server")
    // Rows of the table, and of the one that their key points at.
    #expect(facts.rows > 10)
    #expect(facts.tables >= 2)
    guard case .planned(let file, _, _, _) = results.first else { return }
    let id = file.plan.header.planID
    #expect(try await engine.show(id).proof?.hasPrefix("proved on a copy") == true)
    #expect(try await engine.history(id).first?.detail?.hasPrefix("proved on a copy") == true)
    await engine.disconnect()
    #expect(try await bench.scratches() == [])
    try workspace.remove()
  }

  /// What a wrong plan does in the place of its file, and a word of the difference.
  static let wrong: [(file: String, plan: String, words: String)] = [
    ("ALTER TABLE t ALTER a TYPE bigint", "SELECT 1", "column public.t.a: type is “integer”"),
    ("CREATE INDEX ti ON t (a)", "SELECT 1", "index public.ti: only the direct run has it"),
    ("DROP VIEW v", "SELECT 1", "view public.v: only the plan has it"),
    ("CREATE INDEX ti ON t (a)", "CREATE INDEX ti ON t (note)", "index public.ti: definition"),
    ("COMMENT ON TABLE t IS 'x'", "COMMENT ON TABLE t IS 'y'", "comment is “y”"),
    (
      "GRANT SELECT ON t TO public", "GRANT SELECT ON t TO public; GRANT INSERT ON t TO public",
      "table public.t: grants"
    ),
    ("UPDATE t SET a = a + 1", "UPDATE t SET a = a + 2", "row of public.t, only after the plan"),
    (
      "INSERT INTO kind VALUES ('new')", "SELECT 1", "row of public.kind, only after the direct run"
    ),
    (
      "ALTER TABLE t ALTER note SET DEFAULT 'x'", "SELECT 1",
      "column public.t.note: default is none"
    ),
    ("ALTER TABLE t ALTER a SET STATISTICS 7", "SELECT 1", "statistics target is none"),
    ("ALTER TABLE t DISABLE TRIGGER touch", "SELECT 1", "trigger public.t touch: enabled"),
    (
      "ALTER TABLE t ADD CONSTRAINT c CHECK (id > -2147483648)",
      "ALTER TABLE t ADD CONSTRAINT c CHECK (id > -2147483648) NOT VALID", "validated is “false”"
    ),
    (
      "ALTER TABLE t ADD s serial", "ALTER TABLE t ADD s serial; SELECT setval('t_s_seq', 1)",
      "sequence public.t_s_seq stands at 1 after the plan"
    ),
    ("ALTER TABLE t ENABLE ROW LEVEL SECURITY", "SELECT 1", "row security"),
    ("CREATE TYPE mood AS ENUM ('a', 'b')", "CREATE TYPE mood AS ENUM ('b', 'a')", "labels"),
    (
      "CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN old; END'",
      "SELECT 1", "function public.touch(): definition"
    ),
    (
      "ALTER TABLE t SET (fillfactor = 50)", "ALTER TABLE t SET (fillfactor = 60)",
      "options is “fillfactor=60”"
    ),
    ("SELECT 1", "CREATE TABLE left_over ()", "table public.left_over: only the plan has it"),
  ]

  @Test(arguments: wrong)
  func `A plan that ends differently is seen`(_ wrong: (file: String, plan: String, words: String))
    async throws
  {
    let bench = try await ProofBench(Self.table)
    let differences = try await bench.differences(file: wrong.file, plan: wrong.plan)
    #expect(differences.contains { $0.contains(wrong.words) }, "\(differences)")
    #expect(
      try await bench.differences(file: wrong.file, plan: wrong.file).first?
        .hasPrefix("no difference, proved") == true)
    #expect(try await bench.scratches() == [])
  }

  @Test
  func `A plan that completes on rows on which its file is refused is seen`() async throws {
    let bench = try await ProofBench(Self.table)
    let differences = try await bench.differences(
      file: "ALTER TABLE t ADD CONSTRAINT c CHECK (a < 1000)",
      plan: "ALTER TABLE t ADD CONSTRAINT c CHECK (a < 1000) NOT VALID;")
    #expect(differences.first?.hasPrefix("the plan completes on rows on which") == true)
  }

  @Test
  func `A plan that stops on rows on which its file runs is seen`() async throws {
    let bench = try await ProofBench(Self.table)
    let differences = try await bench.differences(
      file: "ALTER TABLE t ALTER a TYPE bigint", plan: "DO 'BEGIN RAISE EXCEPTION ''a gate''; END'")
    #expect(differences == ["the plan stops on rows on which the file runs: a gate"])
  }

  @Test
  func `Rows that stop both plan and file are left out`() async throws {
    let bench = try await ProofBench(Self.table)
    let file = "ALTER TABLE t ADD CONSTRAINT c CHECK (a BETWEEN 100 AND 1000)"
    let proof = try await bench.prove(file: file, plan: file)
    guard case .proved(let facts) = proof else {
      Issue.record("\(proof)")
      return
    }
    #expect(facts.rowsLeftOut > 0)
    #expect(facts.rows > 0)
    #expect(proof.sentence.contains("more stop both the plan and a direct run"))
  }

  @Test
  func `A file that the server refuses on any rows is refused with the server's words`()
    async throws
  {
    let bench = try await ProofBench(Self.table)
    let refusal = await #expect(throws: ProofRefusal.self) {
      try await bench.prove(
        file: "ALTER TABLE t ALTER a TYPE bigint;\nALTER TABLE t DROP COLUMN nosuch;",
        plan: "SELECT 1")
    }
    guard case .directRunFails(let failure) = refusal else { return }
    #expect(failure.location.line == 2)
    #expect(failure.error.message.contains("nosuch"))
    #expect(try await bench.scratches() == [])
  }

  @Test
  func `Values of the moment may differ, filled or not may not`() async throws {
    let bench = try await ProofBench(Self.table)
    let file =
      "ALTER TABLE t ADD r uuid DEFAULT gen_random_uuid(), ADD at timestamptz DEFAULT clock_timestamp()"
    let proof = try await bench.prove(file: file, plan: file)
    #expect(proof.word == "proved", "\(proof)")
    let differences = try await bench.differences(
      file: file, plan: file + "; UPDATE t SET r = NULL")
    #expect(differences.contains { $0.contains("r NULL") }, "\(differences)")
  }

  @Test
  func `A file with statements that refuse a transaction is run without one`() async throws {
    let bench = try await ProofBench(Self.table)
    let file = "CREATE INDEX CONCURRENTLY ti ON t (note);\nALTER TABLE t ALTER a SET DEFAULT 5;"
    #expect(
      try await bench.prove(
        file: file, plan: "CREATE INDEX ti ON t (note); ALTER TABLE t ALTER a SET DEFAULT 5"
      ).word == "proved")
    #expect(
      try await bench.differences(file: file, plan: "ALTER TABLE t ALTER a SET DEFAULT 5")
        == ["index public.ti: only the direct run has it"])
    #expect(try await bench.scratches() == [])
  }

  @Test
  func `What the application's triggers would do to the rows of the copy is not done`()
    async throws
  {
    let bench = try await ProofBench(
      Self.table + """
        CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''stop''; END';
        CREATE TRIGGER stop BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION stop();
        ALTER TABLE t ENABLE ALWAYS TRIGGER stop;
        CREATE TRIGGER silent BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION stop();
        ALTER TABLE t DISABLE TRIGGER silent;
        """)
    let file = "ALTER TABLE t ALTER a TYPE bigint"
    guard case .proved(let facts) = try await bench.prove(file: file, plan: file) else {
      Issue.record("not proved")
      return
    }
    #expect(facts.rows > 0)
    // And each trigger has its state again before the comparison begins.
    let differences = try await bench.differences(
      file: "ALTER TABLE t ENABLE TRIGGER stop", plan: "SELECT 1")
    #expect(
      differences == [
        "trigger public.t stop: enabled is “A” after the plan, none after the direct run"
      ])
  }
}
