import Foundation
import TestSupport
import Testing

/// What becomes of migrations: planned, refused, applied.
@Suite("Contract: migrations", .database)
struct ContractPlanningTests {
  @Test
  func `A syntax error is refused with line and caret, and nothing is planned`() async throws {
    let bench = try await ContractBench(
      migration: "-- one\nALTER TABLE t ADD b int;\nALTER TABEL t ADD c int;\n")
    for command in ["plan", "apply"] {
      let answer = try await bench.run(command)
      #expect(answer.code == 2, "\(answer)")
      let lines = answer.errors.split(separator: "\n").map(String.init)
      #expect(
        lines.first?.hasSuffix("__widen.sql:3:7: error: syntax error at or near \"TABEL\"") == true)
      #expect(lines.dropFirst().prefix(2) == ["ALTER TABEL t ADD c int;", "      ^"])
    }
    #expect(bench.planFiles().isEmpty)
    try bench.dispose()
  }

  @Test
  func `Every statement that cannot be staged is listed`() async throws {
    let bench = try await ContractBench(
      migration: """
        ALTER TABLE t ALTER amount TYPE bigint;
        VACUUM FULL t;
        ALTER TABLE t ADD COLUMN c int NOT NULL;
        CLUSTER t USING t_pkey;
        """)
    for command in ["plan", "apply"] {
      let answer = try await bench.run(command)
      #expect(answer.code == 2, "\(answer)")
      for place in ["2:1", "3:1", "4:1"] { #expect(answer.errors.contains("\n  \(place): ")) }
      #expect(!answer.errors.contains("\n  1:1: "))
    }
    let json = try await bench.run("--output", "json", "plan")
    #expect(json.error?["category"] as? String == "classification")
    let lint = try await bench.run(
      "lint", bench.folder + "/" + ContractBench.path(ContractBench.version))
    #expect(lint.code == 2)
    #expect(bench.planFiles().isEmpty)
    try bench.dispose()
  }

  @Test
  func `A migration that needs no plan is applied`() async throws {
    let bench = try await ContractBench(migration: "ALTER TABLE t ADD COLUMN c int;\n")
    let plan = try await bench.run("plan")
    #expect(plan.code == 0)
    #expect(plan.next == "apply \(ContractBench.version)")
    let apply = try await bench.run("apply")
    #expect(apply.code == 0, "\(apply)")
    #expect(apply.output == "Applied \(ContractBench.version): 1 statement.\n")
    let again = try await bench.run("apply")
    #expect(again.code == 0)
    #expect(again.output == "No migration is pending.\n")
    let named = try await bench.run("apply", ContractBench.version)
    #expect(named.code == 1)
    #expect(named.errors.contains("is applied already"))
    let planned = try await bench.run("plan", ContractBench.version)
    #expect(planned.code == 1)
    let unknown = try await bench.run("plan", "V20990101000000__no")
    #expect(unknown.code == 1)
    #expect(try await bench.value("SELECT count(c) FROM t") == "0")
    try bench.dispose()
  }

  @Test
  func `A migration that needs a plan is not applied, and a destructive one needs permission`()
    async throws
  {
    let bench = try await ContractBench()
    let staged = try await bench.run("apply")
    #expect(staged.code == 1)
    #expect(staged.next == "plan \(ContractBench.version)")
    try bench.write(
      "ALTER TABLE t DROP COLUMN note;", to: ContractBench.path(ContractBench.version))
    let plan = try await bench.run("plan")
    #expect(plan.code == 0)
    #expect(plan.next == "apply \(ContractBench.version) --allow-destructive --justify '…'")
    let refused = try await bench.run("apply")
    #expect(refused.code == 1)
    #expect(refused.next == "apply \(ContractBench.version) --allow-destructive --justify '…'")
    #expect(try await bench.value("SELECT count(note) FROM t") == "100")
    let allowed = try await bench.allowing("apply")
    #expect(allowed.code == 0, "\(allowed)")
    #expect(
      try await bench.value("SELECT justification FROM djogi_schema_migrations") == "because")
    try bench.dispose()
  }

  @Test
  func `Nothing is applied while a plan of the bucket is unfinished`() async throws {
    let bench = try await ContractBench()
    let id = try await bench.plan()
    let answer = try await bench.run("apply")
    #expect(answer.code == 5)
    #expect(answer.errors.contains("plan \(id) of this database and application is pending"))
    try bench.dispose()
  }

  @Test
  func `A statement that fails leaves what came before, and the rest is applied later`()
    async throws
  {
    let bench = try await ContractBench(
      migration: "ALTER TABLE t ADD COLUMN c int;\nALTER TABLE t ADD CHECK (amount < 100);\n",
      settings: "")
    let failed = try await bench.run("apply")
    #expect(failed.code == 1, "\(failed)")
    #expect(failed.errors.contains("SQLSTATE 23514"))
    try await bench.execute("DELETE FROM t WHERE amount = 100")
    let apply = try await bench.run("apply")
    #expect(apply.code == 0, "\(apply)")
    #expect(apply.output == "Applied \(ContractBench.version): 1 statement.\n")
    #expect(
      try await bench.value("SELECT success || ' ' || statements_done FROM djogi_schema_migrations")
        == "true 2")
    try bench.dispose()
  }

  @Test
  func `A missing or malformed configuration is named`() async throws {
    let bench = try await ContractBench(settings: "[live]\n\nbackfil_chunk_size = 3\n")
    let misspelt = try await bench.run("list")
    #expect(misspelt.code == 1)
    #expect(
      misspelt.errors.hasPrefix(
        "\(bench.folder)/Djogi.toml:3:1: error: There is no key [live] backfil_chunk_size; "
          + "did you mean backfill_chunk_size?"), "\(misspelt)")
    let secret = "postgresql://joe:hunter2@localhost/x"
    for text in [
      "[live\n", "[live]\nstrides = 65\n", "[database]\nurl = \"\(secret)\"\nurll = 1\n",
    ] {
      try bench.write(text, to: "Djogi.toml")
      let answer = try await bench.run("list")
      #expect(answer.code == 1)
      #expect(answer.errors.contains("Djogi.toml:"), "\(answer)")
      #expect(!answer.errors.contains("hunter2"))
    }
    try bench.remove("Djogi.toml")
    let named = try await bench.run("list")
    #expect(named.code == 0, "\(named)")
    let unnamed = Dictionary(uniqueKeysWithValues: bench.environment.keys.map { ($0, "") })
    let missing = try await bench.run("list", environment: unnamed)
    #expect(missing.code == 1)
    #expect(missing.errors.contains("\(bench.folder)/Djogi.toml does not exist"))
    let nowhere = try await bench.run("list", "--workspace", "/nowhere")
    #expect(nowhere.code == 1)
    #expect(nowhere.errors.contains("/nowhere/Djogi.toml does not exist"))
    try bench.dispose()
  }

  @Test
  func `An unreachable server is named, its password is not`() async throws {
    let bench = try await ContractBench(
      setup: "",
      settings: "[database]\nurl = \"postgresql://joe:hunter2@localhost:1/x?connect_timeout=2\"\n")
    for format in ["text", "json"] {
      let answer = try await bench.run("--output", format, "list")
      #expect(answer.code == 1)
      #expect(answer.errors.contains("host=localhost port=1 dbname=x user=joe"), "\(answer)")
      #expect(!answer.errors.contains("hunter2"))
    }
    let elsewhere = try await bench.run(
      "list", environment: ["DATABASE_URL": "postgresql://joe:sesame@/x?host=/nowhere"])
    #expect(elsewhere.code == 1)
    #expect(elsewhere.errors.contains("host=/nowhere"))
    #expect(!elsewhere.errors.contains("sesame"))
    try bench.dispose()
  }
}
