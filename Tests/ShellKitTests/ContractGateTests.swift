import TestSupport
import Testing

/// What the data may refuse, and how it goes on once it is corrected.
@Suite("Contract: gates", .database)
struct ContractGateTests {
  static let texts = """
    CREATE TABLE t (id int PRIMARY KEY, v text);
    INSERT INTO t SELECT g, g::text FROM generate_series(1, 100) g;
    ANALYZE t;
    """
  static let toNumber = "ALTER TABLE t ALTER v TYPE int USING v::int;\n"

  @Test
  func `A gate that the data refuses names the rows, and passes when they are corrected`()
    async throws
  {
    let bench = try await ContractBench(setup: Self.texts, migration: Self.toNumber)
    let id = try await bench.plan()
    try await bench.drive(id, to: "validating")
    try await bench.execute("UPDATE t SET v = 'many' WHERE id IN (7, 42)")
    let refused = try await bench.allowing("run", id, "--approve", "validate")
    #expect(refused.code == 3, "\(refused)")
    #expect(refused.errors.contains("every value converts: expected 0, found 2"))
    #expect(refused.errors.contains("rows: id=7, id=42"))
    #expect(
      refused.next
        == "fix the rows, then run widen --approve validate --allow-destructive --justify 'because'"
    )
    #expect(try await bench.status(of: id) == "validating")
    let show = try await bench.run("--output", "json", "show", id)
    let error = show.object("plan_detail")?["last_error"] as? String
    #expect(error?.contains("found 2") == true, "\(show)")
    #expect(show.object("plan_detail")?["gate"] as? String == "validate")
    try await bench.execute("UPDATE t SET v = '7' WHERE id IN (7, 42)")
    let passed = try await bench.allowing("run", id, "--approve", "validate")
    #expect(passed.code == 0, "\(passed)")
    #expect(passed.output.contains("waits at the gate cutover-reads"))
    try await bench.drive(id, to: "finalizing")
    let end = try await bench.run("finalize", id, "--justify", "now")
    #expect(end.code == 0, "\(end)")
    #expect(try await bench.value("SELECT sum(v) FROM t") == "\(5050 - 49 + 14)")
    try bench.dispose()
  }

  @Test
  func `Rows in the way are told before clients are bound`() async throws {
    let bench = try await ContractBench(
      migration: "ALTER TABLE t ALTER COLUMN note SET NOT NULL;\n")
    try await bench.execute("UPDATE t SET note = NULL WHERE id = 13")
    let id = try await bench.plan()
    let answer = try await bench.allowing("--output", "json", "run", id, "--approve", "validate")
    #expect(answer.code == 3, "\(answer)")
    #expect(answer.error?["category"] as? String == "validation")
    #expect((answer.error?["message"] as? String)?.contains("13") == true)
    #expect(try await bench.status(of: id) == "paused")
    // A row in the way can be changed in another column still.
    try await bench.execute("UPDATE t SET amount = 7 WHERE id = 13")
    try await bench.execute("UPDATE t SET note = 'given' WHERE id = 13")
    let resumed = try await bench.allowing("resume", id)
    #expect(resumed.code == 0, "\(resumed)")
    // A write that makes it worse is refused already: the check holds new rows from the start.
    await #expect(throws: (any Error).self) {
      try await bench.execute("INSERT INTO t VALUES (1000, 1, NULL)")
    }
    let passed = try await bench.allowing("run", id, "--approve", "validate")
    #expect(passed.code == 0, "\(passed)")
    let end = try await bench.run("finalize", id, "--justify", "now")
    #expect(end.code == 0, "\(end)")
    await #expect(throws: (any Error).self) {
      try await bench.execute("UPDATE t SET note = NULL WHERE id = 1")
    }
    try bench.dispose()
  }

  @Test
  func `A value that the cast refuses pauses the backfill and names its row`() async throws {
    let bench = try await ContractBench(setup: Self.texts, migration: Self.toNumber)
    try await bench.execute("UPDATE t SET v = 'seven' WHERE id = 77")
    let id = try await bench.plan()
    let refused = try await bench.allowing("run", id)
    #expect(refused.code == 1, "\(refused)")
    #expect(refused.errors.contains("invalid input syntax for type integer: \"seven\""))
    #expect(
      refused.errors.contains("the data refuses backfill_chunked of plan widen"), "\(refused)")
    #expect(refused.errors.contains("offending rows: id=77"))
    #expect(
      refused.next == "fix the rows, then resume widen --allow-destructive --justify 'because'")
    #expect(try await bench.status(of: id) == "paused")
    let again = try await bench.allowing("resume", id)
    #expect(again.code == 1)
    #expect(try await bench.status(of: id) == "paused")
    // Clients are not hindered meanwhile, not even with values that do not convert.
    try await bench.execute("INSERT INTO t VALUES (101, 'eight')")
    try await bench.execute("DELETE FROM t WHERE id = 101")
    try await bench.execute("UPDATE t SET v = '77' WHERE id = 77")
    let resumed = try await bench.allowing("resume", id)
    #expect(resumed.code == 0, "\(resumed)")
    #expect(resumed.output.contains("waits at the gate validate"))
    try await bench.drive(id, to: "finalizing")
    let end = try await bench.run("finalize", id, "--justify", "now")
    #expect(end.code == 0, "\(end)")
    #expect(try await bench.value("SELECT sum(v) FROM t") == "5050")
    try bench.dispose()
  }

  @Test
  func `A finalize step that the data refuses waits at its gate`() async throws {
    let bench = try await ContractBench(
      migration: "ALTER TABLE t ADD CONSTRAINT small CHECK (amount < 1000);\n")
    let id = try await bench.plan()
    let arrived = try await bench.run("run", id, "--approve", "validate")
    #expect(arrived.code == 0, "\(arrived)")
    // Only a way around the constraint brings such a row in.
    try await bench.execute(
      """
      ALTER TABLE t DROP CONSTRAINT small; INSERT INTO t VALUES (1000, 1000);
      ALTER TABLE t ADD CONSTRAINT small CHECK (amount < 1000) NOT VALID;
      """)
    let refused = try await bench.run("finalize", id, "--justify", "now")
    #expect(refused.code == 1, "\(refused)")
    #expect(refused.errors.contains("SQLSTATE 23514"))
    #expect(refused.next == "fix the rows, then finalize widen --justify 'now'")
    #expect(try await bench.status(of: id) == "finalizing")
    try await bench.execute("DELETE FROM t WHERE id = 1000")
    let end = try await bench.run("finalize", id, "--justify", "now")
    #expect(end.code == 0, "\(end)")
    #expect(
      try await bench.value("SELECT convalidated FROM pg_constraint WHERE conname = 'small'") == "t"
    )
    try bench.dispose()
  }

  @Test
  func `What neither retry nor data cures, and a privilege does, pauses the plan`() async throws {
    let bench = try await ContractBench()
    let role = try await bench.database.makeRole()
    try await bench.execute(
      "GRANT ALL ON SCHEMA public TO \(role); GRANT SELECT ON t TO \(role)")
    let id = try await bench.plan()
    try await bench.execute(
      "GRANT ALL ON ALL TABLES IN SCHEMA public TO \(role); REVOKE ALL ON t FROM \(role)")
    let words = ["run", id] + ContractBench.permission
    let refused = try await bench.run(words, environment: ["PGUSER": role])
    #expect(refused.code == 1, "\(refused)")
    #expect(refused.errors.contains("the server refuses begin_compatibility_window of plan widen"))
    #expect(refused.errors.contains("SQLSTATE 42501"))
    #expect(
      refused.next
        == "fix what is in the way, then resume widen --allow-destructive --justify 'because'"
    )
    #expect(try await bench.status(of: id) == "paused")
    let resumed = try await bench.allowing("resume", id)
    #expect(resumed.code == 0, "\(resumed)")
    try await bench.execute("DROP OWNED BY \(role); DROP ROLE \(role)")
    try bench.dispose()
  }

  @Test
  func `What no data can cure makes the plan fail, and it stays for the audit`() async throws {
    let bench = try await ContractBench()
    let id = try await bench.plan()
    try await bench.execute("DROP TABLE t")
    let failed = try await bench.allowing("run", id)
    #expect(failed.code == 1, "\(failed)")
    #expect(failed.errors.contains("SQLSTATE 42P01"))
    #expect(try await bench.status(of: id) == "failed")
    let show = try await bench.run("show", id)
    #expect(show.code == 0)
    #expect(show.output.contains("last error"))
    let history = try await bench.run("history", id)
    #expect(history.output.contains("failed"))
    try bench.dispose()
  }
}
