import Foundation
import Postgres
import PrivateServer
import TestSupport
import Testing

/// Everything that makes a backfill wait is seen by other programs, for as long as it does.
@Suite("Contract: throttles", .database, .timeLimit(.minutes(5)))
struct ContractThrottleTests {
  /// Something that holds a backfill, and what lets it go.
  enum Throttle: CaseIterable {
    case query, slot, hours

    /// What is set of the plan before it is run.
    func tuning(_ bench: ContractBench) async throws -> String {
      switch self {
      case .query: return "throttle-query=SELECT busy FROM busy"
      case .slot: return "max-slot-lag=1"
      case .hours:
        let later = try await bench.value(
          """
          SELECT to_char(localtime + interval '2 h', 'HH24:MI') || '-'
            || to_char(localtime + interval '3 h', 'HH24:MI')
          """)
        return "windows=" + (later ?? "")
      }
    }

    var reason: String {
      switch self {
      case .query: "throttle_query answers true"
      case .slot: "holds back"
      case .hours: "outside the windows"
      }
    }

    /// What another program, or another session, does to let the backfill go on.
    func release(_ bench: ContractBench, _ id: String, slot: String) async throws {
      switch self {
      case .query: try await bench.execute("UPDATE busy SET busy = false")
      case .slot: try await bench.execute("SELECT pg_drop_replication_slot('\(slot)')")
      case .hours: #expect(try await bench.run("tune", id, "windows=none").code == 0)
      }
    }
  }

  private func bench(
    rows: Int, migration: String = ContractBench.widening
  ) async throws -> ContractBench {
    try await ContractBench(
      setup: """
        CREATE TABLE busy AS SELECT true AS busy;
        CREATE TABLE t (id int PRIMARY KEY, amount int NOT NULL, pad text DEFAULT repeat('x', 500));
        INSERT INTO t (id, amount) SELECT g, g FROM generate_series(1, \(rows)) g;
        ANALYZE t;
        CREATE TABLE pace AS SELECT 0.01 AS seconds;
        CREATE FUNCTION slow(v int) RETURNS bigint IMMUTABLE LANGUAGE plpgsql AS $$
        BEGIN
          PERFORM pg_sleep(seconds) FROM pace;
          RETURN v;
        END $$;
        """,
      migration: migration, settings: ContractBench.quick + "backfill_chunk_size = 50\n")
  }

  /// Looks at a plan in every way that there is, until all of them tell the same.
  private func look(
    _ bench: ContractBench, _ id: String, at member: String, for text: String?, label: String,
    while driver: ChildProcess
  ) async throws {
    while true {
      let show = try await bench.run("show", id)
      let watch = try await bench.run("watch", id, "--count", "1")
      let json = try await bench.run("--output", "json", "show", id).object("plan_detail")
      let seen = try await bench.run("--output", "json", "watch", id, "--count", "1")
        .object("snapshot")
      let reasons = [json, seen].map { ($0?["progress"] as? [String: Any])?[member] as? String }
      let isTold = text.map { text in
        show.output.contains("  \(label) ") && show.output.contains(text)
          && watch.output.contains(text)
          && reasons.allSatisfy { $0?.contains(text) == true }
      }
      let isGone =
        reasons.allSatisfy { $0 == nil } && !show.output.contains("  \(label) ")
        && !watch.output.contains(label)
      if isTold ?? isGone { return }
      try #require(driver.isRunning || text == nil, "\(show)\(watch)\(reasons)")
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  @Test(arguments: Throttle.allCases)
  func `What a backfill waits for is shown until it goes on`(throttle: Throttle) async throws {
    let bench = try await bench(rows: 3000)
    let slot = TestNames.next("slot")
    if throttle == .slot {
      try await bench.execute(
        """
        SELECT pg_create_physical_replication_slot('\(slot)', true);
        CREATE TABLE filler AS SELECT repeat('x', 1000) FROM generate_series(1, 5000);
        """)
    }
    let id = try await bench.plan()
    #expect(try await bench.run("tune", id, throttle.tuning(bench)).code == 0)
    let driver = try bench.start(["run", id] + ContractBench.permission)
    try await look(
      bench, id, at: "waiting_for", for: throttle.reason, label: "waits for", while: driver)
    let waiting = try await bench.run("--output", "json", "show", id).object("plan_detail")
    let progress = try #require(waiting?["progress"] as? [String: Any])
    #expect(progress["rows_per_second"] is NSNull && progress["eta_ms"] is NSNull)
    // A driver that dies while it waits leaves the reason in the row, and waits for nothing.
    driver.signal(SIGKILL)
    _ = await driver.wait()
    try await look(bench, id, at: "waiting_for", for: nil, label: "waits for", while: driver)
    let again = try bench.start(["resume", id] + ContractBench.permission)
    try await look(
      bench, id, at: "waiting_for", for: throttle.reason, label: "waits for", while: again)
    try await throttle.release(bench, id, slot: slot)
    let answer = Answer(await again.wait())
    #expect(answer.code == 0, "\(answer)")
    #expect(answer.errors.contains(throttle.reason))
    #expect(try await bench.status(of: id) == "validating")
    try await look(bench, id, at: "waiting_for", for: nil, label: "waits for", while: again)
    try bench.dispose()
  }

  @Test
  func `A client that waits for rows is shown, and forgotten when it has them`() async throws {
    let bench = try await bench(
      rows: 6000, migration: "ALTER TABLE t ALTER amount TYPE bigint USING slow(amount);\n")
    let id = try await bench.plan()
    let driver = try bench.start(["run", id] + ContractBench.permission)
    try await driver.waitForOutput(containing: "fill public.t")
    let clients = Task {
      // A client that wants one row after the other waits for those of the chunk under way.
      while !Task.isCancelled {
        try await bench.execute(
          """
          DO $$ BEGIN
            FOR i IN 1..6000 LOOP PERFORM FROM t WHERE id = i FOR UPDATE; COMMIT; END LOOP;
          END $$
          """)
      }
    }
    try await look(
      bench, id, at: "eased_for", for: "for rows of the backfill", label: "eased", while: driver)
    clients.cancel()
    _ = try? await clients.value
    try await look(bench, id, at: "eased_for", for: nil, label: "eased", while: driver)
    #expect(driver.isRunning)
    try await bench.execute("UPDATE pace SET seconds = 0")
    let answer = Answer(await driver.wait())
    #expect(answer.code == 0, "\(answer)")
    try bench.dispose()
  }

  @Test
  func `At a terminal a reason has a line of its own, cut where the terminal ends`() async throws {
    let workspace = try await CommandsWorkspace()
    _ = try await workspace.database.connect().script("CREATE TABLE busy AS SELECT true AS busy")
    let plan = try await workspace.plan()
    _ = try await workspace.run("tune", plan, "throttle-query=SELECT busy FROM busy")
    let driver = try workspace.start(
      ["run", plan, "--allow-destructive", "--justify", "because"])
    let session = try PromptSession(workspace, columns: 32, rows: 12)
    try await session.run("watch \(plan) --interval 1s", expecting: "waits for throttle_query")
    #expect(session.terminal.lines.contains { $0.hasPrefix("    waits for throttle_query") })
    #expect(!session.terminal.text.contains("answers true"))
    session.terminal.resize(columns: 100, rows: 12)
    try await session.terminal.waitForOutput(containing: "waits for throttle_query answers true")
    _ = try await workspace.database.connect().script("UPDATE busy SET busy = false")
    try await session.terminal.waitForOutput(containing: "waits at the gate validate")
    #expect(!session.terminal.text.contains("waits for throttle_query"))
    session.terminal.send("\u{03}")
    try await session.ready()
    try await session.quit()
    #expect(await driver.wait().status == .exited(0))
  }
}
