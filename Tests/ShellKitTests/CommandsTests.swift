import Foundation
import Postgres
import PrivateServer
import TestSupport
import Testing

/// The built program on a real database.
@Suite(.database) struct CommandsTests {
  @Test func `a plan goes from planning to completion`() async throws {
    let workspace = try await CommandsWorkspace()
    let plan = try await workspace.plan()
    let permission = ["--allow-destructive", "--justify", "INFRA-7"]
    let refused = try await workspace.run("run", plan)
    #expect(refused.status == .exited(1))
    // The line can be pasted into the shell that this command was typed in.
    let start = "Next: djogi-shell --workspace \(workspace.folder) "
    #expect(
      refused.errors.hasSuffix(
        start + "run widen_amount --allow-destructive --justify '…'\n"), "\(refused.errors)")

    let gates = ["", "validate", "cutover-reads", "cutover-writes"]
    let next = ["--approve validate", "--approve cutover-reads", "--approve cutover-writes", ""]
    for (gate, next) in zip(gates, next) {
      let child = try workspace.start(
        ["run", plan] + (gate.isEmpty ? [] : ["--approve", gate]) + permission)
      let outcome = await child.wait()
      #expect(outcome.status == .exited(0), "\(outcome.errors)")
      #expect(
        outcome.output.hasSuffix(
          next.isEmpty
            ? start + "finalize widen_amount --justify 'INFRA-7'\n"
            : start + "run widen_amount \(next) --allow-destructive --justify 'INFRA-7'\n"),
        "\(outcome.output)")
    }
    let unjustified = try await workspace.run("finalize", plan, "--justify", " ")
    #expect(unjustified.status == .exited(1))
    #expect(unjustified.errors.contains("finalize needs --justify with a reason"))
    let finalized = try await workspace.run("finalize", plan, "--justify", "INFRA-7")
    #expect(finalized.status == .exited(0), "\(finalized.errors)")
    #expect(finalized.output.contains("is complete."))
    let history = try await workspace.run("history", plan)
    #expect(history.output.contains("INFRA-7"))
    let type = try await workspace.database.connect().query(
      """
      SELECT format_type(atttypid, -1) AS type FROM pg_attribute
      WHERE attrelid = 'entry'::regclass AND attname = 'amount'
      """)
    #expect(try type.only().decode("type") == "bigint")
  }

  @Test func `plan prints steps, verdicts, the forecast and the next line`() async throws {
    let workspace = try await CommandsWorkspace()
    let dry = try await workspace.run("plan", "--dry-run")
    #expect(dry.output.hasPrefix("Would plan widen_amount, from V20260428000000__widen_amount\n"))
    #expect(dry.output.contains("ADD COLUMN"))
    #expect(try await workspace.run("list", "--all").output.hasPrefix("No such plan."))
    let planned = try await workspace.run("plan")
    #expect(planned.status == .exited(0), "\(planned.errors)")
    #expect(planned.output.contains("  2  backfill_chunked\n"))
    #expect(planned.output.contains("    forecast: AccessExclusiveLock on "))
    #expect(planned.output.contains("rewrites the table"))
    #expect(planned.output.hasSuffix(" --allow-destructive --justify '…'\n"))
    let again = try await workspace.run("plan")
    #expect(again.status == .exited(5))
  }

  @Test func `show marks the steps and says what is next`() async throws {
    let workspace = try await CommandsWorkspace()
    let plan = try await workspace.plan()
    _ = try await workspace.run("run", plan, "--allow-destructive", "--justify", "x")
    let text = try await workspace.run("show", plan).output
    #expect(text.contains("  [x] 2  backfill_chunked\n"))
    #expect(text.contains("  [>] 3  validate_backfill\n"))
    #expect(text.contains("  [ ] 4  cutover_reads\n"))
    #expect(text.contains("waits at the gate validate"))
    #expect(text.contains("dual_write::public.entry::amount"))
    let sql = try await workspace.run("show", plan, "--sql").output
    #expect(sql.contains("CREATE TRIGGER"))
    let json = try await workspace.run("show", plan, "--output", "json").output
    let detail = try #require(try CommandsWorkspace.objects(json).first)
    #expect(detail["plan_id"] as? String == plan)
    #expect(detail["rows_done"] as? String == "500")
    #expect((detail["file"] as? [String: Any])?["state"] as? String == "intact")
    let steps = try #require(detail["steps"] as? [[String: Any]])
    #expect(
      steps.map { $0["state"] as? String } == ["done", "done"] + ["current"]
        + Array(repeating: "todo", count: 4))
  }

  @Test func `a changed plan file is 4, a missing one is written again`() async throws {
    let workspace = try await CommandsWorkspace()
    let plan = try await workspace.plan()
    let path = workspace.folder + "/migrations/main/live/\(plan)_widen_amount.json"
    let content = try String(contentsOfFile: path, encoding: .utf8)
    try (content + "\n").write(toFile: path, atomically: true, encoding: .utf8)
    #expect(try await workspace.run("run", plan).status == .exited(4))
    #expect(try await workspace.run("show", plan).output.contains("was changed"))
    try FileManager.default.removeItem(atPath: path)
    #expect(try await workspace.run("show", plan).output.contains("is written again"))
    #expect(try String(contentsOfFile: path, encoding: .utf8) == content)
    try FileManager.default.removeItem(atPath: path)
    let run = try await workspace.run("run", plan, "--allow-destructive", "--justify", "x")
    #expect(run.status == .exited(0))
    #expect(run.errors.contains("is written again"))
    try FileManager.default.removeItem(atPath: path)
    let connection = try await workspace.database.connect()
    try await connection.execute("UPDATE djogi_live_plans SET plan_copy = NULL")
    await connection.close()
    let lost = try await workspace.run(
      "run", plan, "--approve", "validate", "--allow-destructive", "--justify", "x")
    #expect(lost.status == .exited(1))
  }

  @Test func `progress goes to standard error, also as objects`() async throws {
    let workspace = try await CommandsWorkspace()
    let plan = try await workspace.plan()
    let outcome = try await workspace.run(
      "run", plan, "--allow-destructive", "--justify", "x", "--output", "json")
    let results = try CommandsWorkspace.objects(outcome.output)
    #expect(results.map { $0["event"] as? String } == ["plan_state"])
    #expect(results.first?["gate"] as? String == "validate")
    #expect(results.first?["rows_done"] as? String == "500")
    let progress = try CommandsWorkspace.objects(outcome.errors)
    #expect(progress.contains { $0["event"] as? String == "step_started" })
    #expect(progress.allSatisfy { $0["plan_id"] as? String == plan })
  }

  @Test func `watch ends with the status that it waits for, or says why not`() async throws {
    let workspace = try await CommandsWorkspace()
    let plan = try await workspace.plan()
    #expect(try await workspace.run("watch", plan, "--count", "1").output.hasPrefix(plan))
    let late = try await workspace.run(
      "watch", plan, "--until", "complete", "--timeout", "1s", "--interval", "1s")
    #expect(late.status == .exited(1))
    let watch = try workspace.start(["watch", plan, "--until", "complete"])
    try await watch.waitForOutput(containing: plan)
    _ = try await workspace.run("abandon", plan, "--force")
    let outcome = await watch.wait()
    #expect(outcome.status == .exited(5))
    #expect(outcome.errors.contains("is abandoned and will not become complete"))
    #expect(try await workspace.run("watch", plan, "--until", "abandoned").status == .exited(0))
  }

  @Test(arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))])
  func `a signal leaves the plan paused, and resume goes on`(signal: Int32, code: Int32)
    async throws
  {
    let workspace = try await CommandsWorkspace(rows: 200_000)
    try "[live]\nmax_rows_per_second = 1000\n".write(
      toFile: workspace.folder + "/Djogi.toml", atomically: true, encoding: .utf8)
    let plan = try await workspace.plan()
    let permission = ["--allow-destructive", "--justify", "x"]
    let child = try workspace.start(["run", plan] + permission)
    try await child.waitForOutput(containing: "of ~")
    child.signal(signal)
    let outcome = await child.wait()
    #expect(outcome.status == .exited(code), "\(outcome.errors)")
    #expect(outcome.errors.contains("was stopped at a safe point and is paused"))
    #expect(outcome.errors.contains("rows are filled; clients are kept in step meanwhile"))
    let row = try await workspace.database.connect().query(
      "SELECT status, backfill_rows_done AS rows FROM djogi_live_plans")
    #expect(try row.only().decode("status") == "paused")
    try "[live]\n".write(
      toFile: workspace.folder + "/Djogi.toml", atomically: true, encoding: .utf8)
    let resumed = await (try workspace.start(["resume", plan] + permission)).wait()
    #expect(resumed.status == .exited(0), "\(resumed.errors)")
    #expect(resumed.output.contains("waits at the gate validate"))
  }

  @Test func `sql reads and cannot write`() async throws {
    let workspace = try await CommandsWorkspace(rows: 3)
    let rows = try await workspace.run(
      "-c", "sql select id, 'it''s' as \"a b\" from entry where id < 3")
    #expect(
      rows.output == """
         id | a b  
        ----+------
          1 | it's
          2 | it's
        (2 rows)


        """)
    let written = try await workspace.run("sql", "delete from entry")
    #expect(written.status == .exited(1))
    #expect(written.errors.contains("read-only transaction"))
    #expect(try await workspace.run("sql", "select 1; select 2").status == .exited(1))
    let json = try await workspace.run(
      "--output", "json", "sql", "select 1 as a, 2 as a, null as b")
    #expect(
      json.output == #"{"event":"row","schema":1,"values":{"a":"1","a_2":"2","b":null}}"# + "\n")
  }

  @Test func `text from the database cannot steer the terminal`() async throws {
    let workspace = try await CommandsWorkspace(rows: 1)
    let outcome = try await workspace.run("sql", "select E'\\x1b]0;owned\\x07' as x")
    #expect(!outcome.output.unicodeScalars.contains("\u{1B}"))
    #expect(outcome.output.contains("\\x1b]0;owned\\x07"))
  }

  @Test func `a server's notice goes to standard error`() async throws {
    let workspace = try await CommandsWorkspace(rows: 1)
    _ = try await workspace.database.connect().script(
      "CREATE FUNCTION shout() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'hello'; "
        + "RETURN 1; END $$")
    let outcome = try await workspace.run("sql", "select shout()")
    #expect(outcome.errors == "NOTICE: hello\n")
  }

  @Test func `a batch keeps one session`() async throws {
    let workspace = try await CommandsWorkspace(rows: 1)
    let outcome = try await workspace.run(
      "-c", "sql select pg_backend_pid() as pid", "-c", "sql select pg_backend_pid() as pid",
      "--output", "json")
    let pids = try CommandsWorkspace.objects(outcome.output).compactMap {
      ($0["values"] as? [String: Any])?["pid"] as? String
    }
    #expect(pids.count == 2)
    #expect(Set(pids).count == 1)
    let name = try await workspace.run("sql", "show application_name", "--output", "json")
    #expect(name.output.contains("djogi-shell"))
  }

  @Test func `the server is asked for a verdict when it is connected`() async throws {
    let workspace = try await CommandsWorkspace(rows: 1)
    let file = workspace.folder + "/migrations/main/_global_/V20260428000000__widen_amount.sql"
    let asked = try await workspace.run("lint", file, "--ask-server")
    #expect(asked.status == .exited(0), "\(asked.errors)")
    #expect(asked.output.contains("forecast") || asked.output.contains("staged"))
    #expect(!asked.output.contains("no server was asked"))
    let batch = try await workspace.run("-c", "conninfo", "-c", "lint \(file)")
    #expect(!batch.output.contains("no server was asked"))
  }
}
