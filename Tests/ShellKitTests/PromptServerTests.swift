import Foundation
import Postgres
import PrivateServer
import TestSupport
import Testing

/// The prompt of the built program, with a server behind it.
@Suite(.database, .timeLimit(.minutes(2))) struct PromptServerTests {
  private let permission = "--allow-destructive --justify 'INFRA-7'"

  /// A workspace whose backfill takes minutes.
  private func slowWorkspace() async throws -> CommandsWorkspace {
    let workspace = try await CommandsWorkspace(rows: 100_000)
    try "[live]\nmax_rows_per_second = 1000\n".write(
      toFile: workspace.folder + "/Djogi.toml", atomically: true, encoding: .utf8)
    return workspace
  }

  /// Ends the shell's session on the server.
  private func terminateBackend(_ workspace: CommandsWorkspace) async throws {
    let ended = try await workspace.database.connect().query(
      """
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'djogi-shell'
        AND pid <> pg_backend_pid()
      """)
    #expect(ended.count == 1)
  }

  private func status(_ workspace: CommandsWorkspace) async throws -> String {
    try await workspace.database.connect().query("SELECT status FROM djogi_live_plans").only()
      .decode("status")
  }

  @Test func `a plan is driven by what the shell says to type next`() async throws {
    let workspace = try await CommandsWorkspace()
    let session = try PromptSession(workspace)
    try await session.run("plan", expecting: "Next: run ")
    let plan = try await workspace.database.connect().query(
      "SELECT plan_id::text AS id FROM djogi_live_plans"
    ).only().decode("id", as: String.self)
    try await session.run("run wid", expecting: "no plan has an id that begins or ends with 'wid'")
    try await session.run(
      "run widen_amount \(permission)", expecting: "Next: run widen_amount --approve validate")
    for gate in ["validate", "cutover-reads", "cutover-writes"] {
      try await session.run(
        "run \(plan.prefix(8)) --approve \(gate) \(permission)",
        expecting: gate == "cutover-writes" ? "Next: finalize" : "--approve cutover-")
    }
    try await session.run("finalize \(plan) --justify INFRA-7", expecting: "is complete.")
    try await session.quit()
    #expect(try await status(workspace) == "complete")
  }

  @Test func `Tab offers the plans that a command accepts, and the gate waited at`() async throws {
    let workspace = try await CommandsWorkspace()
    _ = try await workspace.plan()
    try await workspace.addPlans(
      "(73010001, 'widen_a', 'finalizing', 'finalize_constraints')",
      "(73010002, 'widen_b', 'running', 'backfill_chunked')",
      "(73010003, 'widen_c', 'validating', 'validate_backfill')",
      "(73990004, 'widen_d', 'complete', NULL)")
    let session = try PromptSession(workspace)
    try await session.type("fin\t\t")
    try await session.terminal.waitForOutput(containing: "> finalize widen_a")
    session.terminal.send("\u{15}pause \t")
    try await session.terminal.waitForOutput(containing: "> pause widen_b")
    session.terminal.send("\u{15}show 73\t\t")
    try await session.terminal.waitForOutput(containing: "73990004  widen_d  complete")
    #expect(session.terminal.text.contains("73010003  widen_c  validating"))
    session.terminal.send("010003 --s\t\r")
    try await session.terminal.waitForOutput(containing: "widen_c")
    try await session.type("run 73010003 --app\tv\t")
    try await session.terminal.waitForOutput(containing: "> run 73010003 --approve validate")
    session.terminal.send("\u{15}run 73010003 --approve \t")
    try await session.terminal.waitForOutput(containing: "> run 73010003 --approve validate")
    session.terminal.send("\u{15}watch --until compl\t\u{15}")
    try await session.run(
      "show 7301", expecting: "several plans match '7301':\n  73010003  widen_c  validating, made")
    try await session.run("show 7399", expecting: "widen_d")
    try await session.quit()
  }

  @Test func `Tab offers tables and their columns behind sql`() async throws {
    let workspace = try await CommandsWorkspace()
    try await workspace.database.connect().script(
      #"CREATE SCHEMA shop; CREATE TABLE shop."Order Line" (n int)"#
        + "; CREATE SCHEMA trap; CREATE TABLE trap.\"x\nabandon widen_amount --force\" (n int)")
    let session = try PromptSession(workspace)
    try await session.type("sql select max(id), 'a''b' from ent\t")
    try await session.terminal.waitForOutput(containing: "'a''b' from entry")
    session.terminal.send("where amou\t")
    try await session.terminal.waitForOutput(containing: "from entry where amount")
    session.terminal.send("\u{15}sql select count(*) from shop.\t")
    try await session.terminal.waitForOutput(containing: #"from shop."Order Line""#)
    session.terminal.send("\r")
    try await session.terminal.waitForOutput(containing: "(1 row)")
    // A name that would be a second line is not typed.
    try await session.type("sql select * from trap.\tZ")
    try await session.terminal.waitForOutput(containing: "from trap.Z")
    session.terminal.send("\u{15}")
    try await session.type("\\d ent\t\r")
    try await session.terminal.waitForOutput(containing: "integer")
    try await session.quit()
  }

  @Test func `Tab offers migrations, applications and psql's commands`() async throws {
    let workspace = try await CommandsWorkspace()
    let shop = workspace.folder + "/migrations/main/shop"
    try FileManager.default.createDirectory(atPath: shop, withIntermediateDirectories: true)
    try "SELECT 1;\n".write(
      toFile: shop + "/V20260501000000__note.sql", atomically: true, encoding: .utf8)
    let session = try PromptSession(workspace)
    try await session.type("plan V20260428\t")
    try await session.terminal.waitForOutput(containing: "plan V20260428000000__widen_amount")
    session.terminal.send("\u{15}plan \t\t")
    try await session.terminal.waitForOutput(containing: "V20260501000000__note  shop  pending")
    session.terminal.send("\u{15}apply --app sh\t")
    try await session.terminal.waitForOutput(containing: "apply --app shop")
    session.terminal.send("\u{15}\\con\t\r")
    try await session.terminal.waitForOutput(containing: "workspace")
    try await session.quit()
  }

  @Test func `a start-up file sets what a person wants, and its mistake is told`() async throws {
    let workspace = try await CommandsWorkspace()
    let home = workspace.folder + "/home"
    let folder = home + "/.config/djogi-shell"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let file = folder + "/startup"
    try "# mine\nset null ∅\n".write(toFile: file, atomically: true, encoding: .utf8)
    let session = try PromptSession(workspace, environment: ["XDG_CONFIG_HOME": ""], home: home)
    try await session.run("sql select null", expecting: "∅")
    try await session.quit()
    try "set null ∅\nnonsense\n".write(toFile: file, atomically: true, encoding: .utf8)
    let other = try PromptSession(workspace, environment: ["XDG_CONFIG_HOME": ""], home: home)
    try await other.terminal.waitForOutput(containing: "startup:2:")
    // The file is checked whole before its first line runs.
    try await other.run("set", expecting: "null      ''")
    try await other.quit()
    try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: file)
    let strange = try PromptSession(workspace, environment: ["XDG_CONFIG_HOME": ""], home: home)
    try await strange.terminal.waitForOutput(containing: "is left alone")
    try await strange.quit()
    let none = try PromptSession(
      workspace, environment: ["XDG_CONFIG_HOME": "", "DJOGI_STARTUP": ""], home: home)
    try await none.run("sql select 1 as one", expecting: "one")
    #expect(!none.terminal.text.contains("startup"))
    try await none.quit()
  }

  @Test func `Ctrl-C during a backfill pauses the plan and gives the prompt back`() async throws {
    let workspace = try await slowWorkspace()
    let plan = try await workspace.plan()
    let session = try PromptSession(workspace)
    try await session.run("run \(plan) \(permission)", expecting: "rows/s")
    session.terminal.send("\u{03}")
    try await session.terminal.waitForOutput(
      containing: "Next: resume widen_amount --allow-destructive --justify 'INFRA-7'")
    try await session.ready()
    #expect(try await status(workspace) == "paused")
    try "[live]\n".write(
      toFile: workspace.folder + "/Djogi.toml", atomically: true, encoding: .utf8)
    // The shell read its settings when it began.
    try await session.quit()
    let resumed = await
      (try workspace.start(
        ["resume", plan, "--allow-destructive", "--justify", "x"])).wait()
    #expect(resumed.status == .exited(0), "\(resumed.errors)")
  }

  @Test func `Ctrl-Z does not stop a program that drives a plan`() async throws {
    let workspace = try await slowWorkspace()
    let plan = try await workspace.plan()
    let session = try PromptSession(workspace)
    try await session.run("run \(plan) \(permission)", expecting: "rows/s")
    session.terminal.send("\u{1A}")
    try await session.terminal.waitForOutput(containing: "Ctrl-Z is refused")
    // It goes on.
    let connection = try await workspace.database.connect()
    let before: Int64 = try await connection.query(
      "SELECT backfill_rows_done FROM djogi_live_plans"
    ).only().decode(0)
    var now = before
    while now == before {
      try await Task.sleep(for: .milliseconds(20))
      now = try await connection.query("SELECT backfill_rows_done FROM djogi_live_plans").only()
        .decode(0)
    }
    await connection.close()
    session.terminal.send("\u{03}")
    try await session.terminal.waitForOutput(containing: "Next: resume")
    try await session.quit()
  }

  @Test func `SIGTERM during a backfill pauses the plan and ends the shell`() async throws {
    let workspace = try await slowWorkspace()
    let plan = try await workspace.plan()
    let session = try PromptSession(workspace)
    try await session.run("run \(plan) \(permission)", expecting: "rows/s")
    session.terminal.signal(SIGTERM)
    try await session.expectEnd(143)
    #expect(try await status(workspace) == "paused")
  }

  @Test func `a second Ctrl-C stops waiting; the prompt shows the plan that is held`() async throws
  {
    let workspace = try await slowWorkspace()
    let plan = try await workspace.plan()
    // A question that no cancellation ends, until a row says so.
    let connection = try await workspace.database.connect()
    _ = try await connection.script(
      """
      CREATE TABLE release ();
      CREATE FUNCTION stubborn() RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
      BEGIN
        WHILE NOT EXISTS (SELECT FROM release) LOOP
          BEGIN
            PERFORM pg_sleep(0.05);
          EXCEPTION WHEN query_canceled THEN NULL;
          END;
        END LOOP;
        RETURN false;
      END $$
      """)
    try "[live]\nmax_rows_per_second = 1000\nthrottle_query = 'SELECT stubborn()'\n".write(
      toFile: workspace.folder + "/Djogi.toml", atomically: true, encoding: .utf8)
    let session = try PromptSession(workspace)
    try await session.run("run \(plan) \(permission)", expecting: "fill public.entry")
    while try await connection.query(
      "SELECT FROM pg_stat_activity WHERE query = 'SELECT stubborn()' AND state = 'active'"
    ).isEmpty {
      try await Task.sleep(for: .milliseconds(20))
    }
    session.terminal.send("\u{03}")
    try await session.terminal.waitForOutput(containing: "Ctrl-C again stops waiting")
    session.terminal.send("\u{03}")
    try await session.terminal.wait("a prompt with a star") {
      $0.lines[$0.cursor.row].hasSuffix("*>")
    }
    session.terminal.send("half")
    _ = try await connection.script("INSERT INTO release DEFAULT VALUES")
    try await session.terminal.waitForOutput(containing: "was stopped at a safe point")
    try await session.terminal.wait("a prompt without a star") {
      $0.lines[$0.cursor.row].hasSuffix("> half") && !$0.lines[$0.cursor.row].contains("*")
    }
    session.terminal.send("\u{15}")
    #expect(try await status(workspace) == "paused")
    try await session.quit()
  }

  @Test func `a session that ends while idle is told at once`() async throws {
    let workspace = try await CommandsWorkspace()
    let session = try PromptSession(workspace, columns: 200)
    try await session.run("conninfo", expecting: "Connected to")
    try await session.type("con")
    try await session.terminal.waitForOutput(containing: "> con")
    try await terminateBackend(workspace)
    try await session.terminal.waitForOutput(containing: "nothing was running")
    try await session.terminal.wait("the mark and the line") {
      $0.lines[$0.cursor.row].hasSuffix("!> con")
    }
    session.terminal.send("ninfo\r")
    try await session.terminal.waitForOutput(containing: "connected again: server process ")
    try await session.ready()
    #expect(!session.terminal.lines[session.terminal.cursor.row].contains("!"))
    try await session.quit()
  }

  @Test func `a session that ends during a command is opened again and the lock taken`()
    async throws
  {
    let workspace = try await slowWorkspace()
    let plan = try await workspace.plan()
    let session = try PromptSession(workspace)
    try await session.run("run \(plan) \(permission)", expecting: "rows/s")
    try await terminateBackend(workspace)
    try await session.terminal.waitForOutput(
      containing: "the lock on plan \(plan) is taken again; going on from the last commit")
    session.terminal.send("\u{03}")
    try await session.terminal.waitForOutput(containing: "is paused")
    try await session.quit()
  }

  @Test func `production is in red, with the word`() async throws {
    let workspace = try await CommandsWorkspace()
    let session = try PromptSession(workspace, environment: ["DJOGI_ENV": "Production"])
    try await session.run("conninfo", expecting: "(production)")
    try await session.quit()
    #expect(session.terminal.text.contains("djogi production main@"))
    #expect(session.terminal.output.contains("\u{1B}[31;1mproduction main"))
  }

  @Test func `abandon asks, and takes no for an answer`() async throws {
    let workspace = try await CommandsWorkspace()
    let plan = try await workspace.plan()
    let session = try PromptSession(workspace)
    try await session.run("abandon \(plan)", expecting: "(yes/no)")
    session.terminal.send("no\n")
    try await session.terminal.waitForOutput(containing: "was not abandoned")
    try await session.type("abandon \(plan)\r")
    try await session.terminal.wait("the question") { $0.text.hasSuffix("(yes/no)") }
    session.terminal.send("\u{03}")
    try await session.ready()
    #expect(try await status(workspace) == "pending")
    try await session.type("abandon \(plan)\r")
    try await session.terminal.wait("the question") { $0.text.hasSuffix("(yes/no)") }
    session.terminal.send("yes\n")
    try await session.terminal.waitForOutput(containing: "is abandoned.")
    try await session.quit()
  }

  @Test func `psql's habits lay out and time queries`() async throws {
    let workspace = try await CommandsWorkspace(rows: 2)
    let session = try PromptSession(workspace)
    try await session.run("sql select 1 as one, 'it''s' as two", expecting: "   1 | it's\n(1 row)")
    try await session.run("\\x", expecting: "expanded is on")
    try await session.run("sql select 1 as one", expecting: "-[ RECORD 1 ]")
    try await session.run("\\timing", expecting: "timing is on")
    try await session.run("\\conninfo", expecting: "Time: ")
    try await session.run("sql delete from entry", expecting: "read-only transaction")
    try "\\\\echo no\nlist\n".write(
      toFile: workspace.folder + "/lines", atomically: true, encoding: .utf8)
    try await session.run(
      "\\i \(workspace.folder)/lines", expecting: ":1:1: error: unknown command")
    try await session.quit()
  }
}
