import Foundation
import Postgres
import PrivateServer
import TestSupport
import Testing

/// A gate whose questions last: others see how far they are, and end them.
@Suite("Contract: questions that last", .database, .timeLimit(.minutes(5)))
struct ContractQuestionTests {
  /// A check that is held at one row for as long as somebody has a lock.
  static let setup = """
    CREATE TABLE t (id int PRIMARY KEY, amount int NOT NULL, pad text DEFAULT repeat('x', 500));
    INSERT INTO t (id, amount) SELECT g, g FROM generate_series(1, 6000) g;
    ANALYZE t;
    CREATE FUNCTION held(id int) RETURNS boolean LANGUAGE plpgsql AS $$
    BEGIN
      IF id = 5000 THEN
        WHILE NOT pg_try_advisory_xact_lock_shared(4711) LOOP PERFORM pg_sleep(0.01); END LOOP;
      END IF;
      RETURN id > 0;
    END $$;
    """

  private struct Held {
    var bench: ContractBench
    var id: String
    var driver: ChildProcess
    var holder: PostgresConnection
  }

  /// A plan that is driven, and whose gate asks until it is let go.
  private func held() async throws -> Held {
    let bench = try await ContractBench(
      setup: Self.setup, migration: "ALTER TABLE t ADD CONSTRAINT held CHECK (held(id));\n")
    let id = try await bench.plan()
    let holder = try await bench.database.connect()
    try await holder.script("SELECT pg_advisory_lock(4711)")
    let driver = try bench.start(["--output", "json", "run", id] + ContractBench.permission)
    return Held(bench: bench, id: id, driver: driver, holder: holder)
  }

  /// Waits until other programs see how far the gate is.
  private func waitUntilSeen(_ held: Held) async throws {
    while true {
      let seen = try await held.bench.run("--output", "json", "watch", held.id, "--count", "1")
      let gate = seen.object("snapshot")?["gate_progress"] as? [String: Any]
      if let percent = gate?["percent"] as? Int, percent > 0 {
        #expect(percent < 100)
        #expect(gate?["names"] as? [String] == ["public.t: held"])
        return
      }
      try #require(held.driver.isRunning)
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  /// Goes on to the plan's end.
  private func complete(_ held: Held) async throws {
    try await held.holder.script("SELECT pg_advisory_unlock(4711)")
    await held.holder.close()
    let resumed = try await held.bench.run(
      ["--output", "json", "resume", held.id] + ContractBench.permission)
    #expect(resumed.code == 0, "\(resumed)")
    let percents = resumed.errorObjects.filter { $0["event"] as? String == "gate_progress" }
      .compactMap { $0["percent"] as? Int }
    // The rows are read twice: before the constraint binds clients, and at the gate.
    let starts = [0] + percents.indices.dropFirst().filter { percents[$0] < percents[$0 - 1] }
    #expect(percents.last == 100 && starts.count <= 2, "\(resumed)")
    let state = resumed.object("plan_state")
    #expect(state?["gate"] as? String == "validate")
    #expect(((state?["gates"] as? [[String: Any]])?.first)?["found"] as? String == "0")
    #expect(try await held.bench.run("run", held.id, "--approve", "validate").code == 0)
    let end = try await held.bench.run("finalize", held.id, "--justify", "now")
    #expect(end.code == 0, "\(end)")
    #expect(
      try await held.bench.value("SELECT convalidated FROM pg_constraint WHERE conname = 'held'")
        == "t")
    try held.bench.dispose()
  }

  @Test(arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
  func `A signal ends the question at once, and it is asked again`(
    signal: Int32, code: Int32
  ) async throws {
    let held = try await held()
    try await waitUntilSeen(held)
    // Clients go on with all rows but the one that its own check holds.
    try await held.bench.execute(
      "SET lock_timeout = 1; UPDATE t SET amount = amount + 1 WHERE id <> 5000")
    let show = try await held.bench.run("show", held.id)
    #expect(show.output.contains("  asks          public.t: held  "), "\(show)")
    let watch = try await held.bench.run("watch", held.id, "--count", "1")
    #expect(watch.output.contains("asks public.t: held  "), "\(watch)")
    held.driver.signal(signal)
    let answer = Answer(await held.driver.wait())
    #expect(answer.code == code, "\(answer)")
    #expect(try await held.bench.status(of: held.id) == "paused")
    let rest = try await held.bench.run("--output", "json", "show", held.id)
    #expect(rest.object("plan_detail")?["gate_progress"] is NSNull)
    try await complete(held)
  }

  @Test
  func `A pause of another program is heard while the question is asked`() async throws {
    let held = try await held()
    try await waitUntilSeen(held)
    let pause = try await held.bench.run("pause", held.id)
    #expect(pause.code == 0 && pause.output.contains("was asked to pause"), "\(pause)")
    let answer = Answer(await held.driver.wait())
    #expect(answer.code == 0, "\(answer)")
    #expect(answer.object("plan_state")?["status"] as? String == "paused")
    #expect(
      try await held.bench.value(
        """
        SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
          AND state = 'active' AND pid <> pg_backend_pid()
        """) == "0")
    try await complete(held)
  }
}
