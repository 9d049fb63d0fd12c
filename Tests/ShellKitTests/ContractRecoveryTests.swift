import Foundation
import Postgres
import PrivateServer
import TestSupport
import Testing

/// The program is killed, stopped and asked by another one, in the middle of its work.
@Suite("Contract: interruptions", .database, .timeLimit(.minutes(5)))
struct ContractRecoveryTests {
  /// A table whose backfill takes two seconds, unless it may change fewer rows in a second.
  private func bench(rowsPerSecond: Int = 4000) async throws -> ContractBench {
    try await ContractBench(
      setup: """
        CREATE TABLE t (id int PRIMARY KEY, amount int NOT NULL, pad text DEFAULT repeat('x', 500));
        INSERT INTO t (id, amount) SELECT g, g FROM generate_series(1, 6000) g;
        CREATE INDEX t_amount ON t (amount);
        ANALYZE t;
        """,
      settings: ContractBench.quick
        + "backfill_chunk_size = 50\nmax_rows_per_second = \(rowsPerSecond)\n")
  }

  /// What the whole of a plan must leave, and nothing else.
  private func checkEnd(_ bench: ContractBench, _ id: String) async throws {
    #expect(try await bench.status(of: id) == "complete")
    #expect(
      try await bench.value(
        "SELECT count(*) || ' ' || sum(amount) || ' ' || pg_typeof(max(amount)) FROM t")
        == "6000 18003000 bigint")
    // A row that was transformed twice would have been counted twice.
    #expect(
      try await bench.value("SELECT backfill_rows_done FROM djogi_live_plans") == "6000")
    #expect(
      try await bench.value(
        """
        SELECT string_agg(attname, ',' ORDER BY attname) FROM pg_attribute
        WHERE attrelid = 't'::regclass AND attnum > 0 AND NOT attisdropped
        """) == "amount,id,pad")
    #expect(
      try await bench.value(
        """
        SELECT string_agg(indexrelid::regclass || ' ' || indisvalid, ',' ORDER BY 1)
        FROM (SELECT * FROM pg_index WHERE indrelid = 't'::regclass ORDER BY indexrelid::regclass::text) i
        """) == "t_amount true,t_pkey true")
    #expect(
      try await bench.value(
        """
        SELECT (SELECT count(*) FROM pg_trigger WHERE tgrelid = 't'::regclass)
          + (SELECT count(*) FROM pg_proc WHERE proname LIKE 'djogi%')
        """) == "0")
  }

  /// Words of a run's report after which it is killed.
  @Test(arguments: [
    ("begin_compatibility_window", 0), ("backfill_chunked", 0), ("backfill_chunked", 400),
    ("backfill_chunked", 1000), ("expand_schema", 0), ("validate_backfill", 0),
    ("finalize_constraints", 0), ("cleanup_legacy_state", 0), ("cleanup_legacy_state", 15),
  ])
  func `A killed program's command, given again, ends exactly`(
    step: String, milliseconds: Int
  ) async throws {
    let bench = try await bench()
    let id = try await bench.plan()
    let approvals = ["validate", "cutover-reads", "cutover-writes"].flatMap { ["--approve", $0] }
    let run = ["--output", "json", "run", id] + approvals + ContractBench.permission
    let finalize = ["--output", "json", "finalize", id, "--justify", "now"]
    let isLate = step.hasPrefix("finalize") || step.hasPrefix("cleanup")
    if isLate { #expect(try await bench.run(run).code == 0) }
    let command = isLate ? finalize : run
    let child = try bench.start(command)
    try await child.waitForOutput(containing: "\"kind\":\"\(step)\"")
    if milliseconds > 0 { try await Task.sleep(for: .milliseconds(milliseconds)) }
    child.signal(SIGKILL)
    let outcome = await child.wait()
    #expect([.signalled(SIGKILL), .exited(0)].contains(outcome.status))
    // A command that ended before the blow has nothing left to do.
    if outcome.status != .exited(0), try await bench.status(of: id) != "complete" {
      try await again(command, bench)
    }
    if !isLate { #expect(try await bench.run(finalize).code == 0) }
    try await checkEnd(bench, id)
    try bench.dispose()
  }

  /// Gives a command again; the server may need a moment to see that its holder has gone.
  private func again(_ words: [String], _ bench: ContractBench) async throws {
    var answer = try await bench.run(words)
    for _ in 0..<100 where answer.errors.contains("is already running in another session") {
      try await Task.sleep(for: .milliseconds(50))
      answer = try await bench.run(words)
    }
    // The server may have got through with the last statement after its client was gone.
    let isDone = answer.errors.contains("cannot finalize: plan")
    #expect(answer.code == 0 || isDone, "\(answer)")
  }

  @Test(arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
  func `A signal leaves the plan paused, and resume completes it`(
    signal: Int32, code: Int32
  ) async throws {
    let bench = try await bench()
    let id = try await bench.plan()
    let words = " --allow-destructive --justify because"
    let child = try bench.start(["-c", "run \(id)" + words, "-c", "list"])
    try await child.waitForOutput(containing: "fill public.t")
    try await Task.sleep(for: .milliseconds(200))
    child.signal(signal)
    let answer = Answer(await child.wait())
    #expect(answer.code == code, "\(answer)")
    #expect(answer.errors.contains("plan widen was stopped at a safe point and is paused"))
    #expect(answer.next == "resume widen --allow-destructive --justify 'because'")
    #expect(answer.output.isEmpty)
    #expect(try await bench.status(of: id) == "paused")
    let done = try #require(
      try await bench.value("SELECT backfill_rows_done FROM djogi_live_plans"))
    #expect(try await bench.value("SELECT count(amount_new) FROM t") == done)
    let refused = try await bench.allowing("run", id)
    #expect(refused.code == 5)
    #expect(refused.next == "resume widen --allow-destructive --justify 'because'")
    let resumed = try await bench.allowing("resume", id)
    #expect(resumed.code == 0, "\(resumed)")
    try await bench.drive(id, to: "finalizing")
    #expect(try await bench.run("finalize", id, "--justify", "now").code == 0)
    try await checkEnd(bench, id)
    try bench.dispose()
  }

  @Test
  func `Another program is told who drives, and its pause is heard`() async throws {
    // It takes longer than all that is asked meanwhile, on any machine.
    let bench = try await bench(rowsPerSecond: 50)
    let id = try await bench.plan()
    let driver = try bench.start(["run", id] + ContractBench.permission)
    try await driver.waitForOutput(containing: "fill public.t")
    let refused = try await bench.allowing("run", id)
    #expect(refused.code == 5, "\(refused)")
    let host = ProcessInfo.processInfo.hostName
    #expect(refused.errors.contains("process \(driver.processID) on \(host) since "), "\(refused)")
    #expect(refused.errors.contains("(djogi-shell)"))
    #expect(refused.next == "watch widen")
    let abandon = try await bench.run("abandon", id, "--force")
    #expect(abandon.code == 5)
    let show = try await bench.run("show", id)
    #expect(show.output.contains("running in process \(driver.processID) on \(host)"), "\(show)")
    let pause = try await bench.run("pause", id)
    #expect(pause.code == 0)
    #expect(pause.output.contains("was asked to pause"))
    let answer = Answer(await driver.wait())
    #expect(answer.code == 0, "\(answer)")
    #expect(answer.output.contains("is paused"))
    #expect(answer.next == "resume widen --allow-destructive --justify 'because'")
    #expect(try await bench.run("tune", id, "max-rate=20000", "--justify", "asked").code == 0)
    let resumed = try await bench.allowing("resume", id)
    #expect(resumed.code == 0, "\(resumed)")
    try await bench.drive(id, to: "finalizing")
    #expect(try await bench.run("finalize", id, "--justify", "now").code == 0)
    try await checkEnd(bench, id)
    try bench.dispose()
  }

  @Test
  func `A finalize that is stopped stays at its gate, and says how to go on`() async throws {
    let bench = try await ContractBench(
      settings: "[live]\nlock_timeout_ms = 50\nlock_retries = 100000\n")
    let id = try await bench.plan()
    try await bench.drive(id, to: "finalizing")
    let outsider = try await bench.database.connect(applicationName: "outsider")
    try await outsider.script(
      "BEGIN; SELECT count(*) FROM t WHERE 'postgres://bob:geheim1@h' <> ''")
    let child = try bench.start(["finalize", id, "--justify", "now"])
    try await child.waitForOutput(containing: "outsider")
    child.signal(SIGINT)
    let answer = Answer(await child.wait())
    #expect(answer.code == 130, "\(answer)")
    #expect(answer.errors.contains("plan widen was stopped at a safe point and is finalizing"))
    #expect(answer.next == "finalize widen --justify 'now'")
    // The session in the way is told with its statement, and no password in it.
    #expect(answer.errors.contains("postgres://bob:") && !answer.errors.contains("geheim1"))
    #expect(try await bench.status(of: id) == "finalizing")
    try await outsider.script("COMMIT")
    await outsider.close()
    #expect(try await bench.run("finalize", id, "--justify", "now").code == 0)
    #expect(try await bench.value("SELECT pg_typeof(amount) FROM t LIMIT 1") == "bigint")
    try bench.dispose()
  }
}
