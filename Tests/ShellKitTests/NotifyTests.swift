import Foundation
import LiveMigration
import Postgres
import PrivateServer
import TestSupport
import Testing

@testable import ShellKit

/// `[notify]` tells people of plans, and nothing that its command does changes one.
@Suite("Notify", .database, .timeLimit(.minutes(5)))
struct NotifyTests {
  /// A workspace whose command is a script.
  private func bench(
    _ script: String, setup: String = ContractBench.table, live: String = "", more: String = ""
  ) async throws -> ContractBench {
    let bench = try await ContractBench(
      setup: setup,
      settings: ContractBench.quick + live
        + "[notify]\ncommand = [\"./bin/tell\", \"on call\"]\n" + more)
    try bench.write("#!/bin/sh\n" + script, to: "bin/tell")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: bench.folder + "/bin/tell")
    return bench
  }

  /// A script that keeps what it is told.
  private static let keeping = #"echo "$1" >> "$0.words"; cat >> "$0.told""# + "\n"

  private func told(_ bench: ContractBench) throws -> [[String: Any]] {
    let path = bench.folder + "/bin/tell.told"
    return try CommandsWorkspace.objects(String(contentsOfFile: path, encoding: .utf8))
  }

  @Test
  func `Each gate, the disagreement of one, and the end are told`() async throws {
    let bench = try await bench(Self.keeping)
    let id = try await bench.plan()
    let permission = ContractBench.permission
    #expect(try await bench.run(["run", id] + permission).code == 0)
    // A row that no hook saw change.
    let unseen = "SET session_replication_role = replica; UPDATE t SET amount_new = "
    try await bench.execute(unseen + "0 WHERE id = 7")
    let gates = ["validate", "cutover-reads", "cutover-writes"].flatMap { ["--approve", $0] }
    #expect(try await bench.run(["run", id] + gates + permission).code == 3)
    try await bench.execute(unseen + "7 WHERE id = 7")
    #expect(try await bench.run(["run", id] + gates + permission).code == 0)
    #expect(try await bench.run("finalize", id, "--justify", "INFRA-7").code == 0)
    let told = try told(bench)
    let events = told.compactMap { $0["event"] as? String }
    #expect(events == ["gate_reached", "gate_disagreed", "gate_reached", "complete"])
    #expect(told.compactMap { $0["gate"] as? String } == ["validate", "validate", "finalize"])
    let refused = try #require(told.dropFirst().first)
    #expect(refused["slug"] as? String == "widen" && refused["plan_id"] as? String == id)
    #expect((refused["message"] as? String)?.contains("expects 0, found 1") == true, "\(refused)")
    #expect((refused["next"] as? String)?.contains("run") == true, "\(refused)")
    let manual = try Set(#require(JSONManual().keys("notification")).keys)
    for object in told { #expect(Set(object.keys).subtracting(["event", "schema"]) == manual) }
    // Its arguments are one word each, however they are written.
    let words = try String(contentsOfFile: bench.folder + "/bin/tell.words", encoding: .utf8)
    #expect(Set(words.split(separator: "\n")) == ["on call"])
    try bench.dispose()
  }

  @Test(arguments: [
    ("exit 3\n", "ended with status 3"),
    ("echo 'no such channel' >&2; exit 1\n", "ended with status 1: no such channel"),
    ("kill -9 $$\n", "was ended by signal 9"),
    // What it started holds its output open, and is killed with it.
    ("sleep 1000 & sleep 1000\n", "did not end within 5 s, and was killed"),
    ("cat > /dev/null; yes\n", "did not end within 5 s, and was killed"),
  ])
  func `A command that fails, hangs or floods is told once, and the plan goes on`(
    script: String, words: String
  ) async throws {
    let bench = try await bench(script)
    let id = try await bench.plan()
    let answer = try await bench.run(["run", id] + ContractBench.permission)
    #expect(answer.code == 0, "\(answer)")
    #expect(answer.errors.contains("[notify] command "), "\(answer)")
    #expect(answer.errors.split(separator: "\n").count { $0.contains(words) } == 1, "\(answer)")
    #expect(try await bench.status(of: id) == "validating")
    try bench.dispose()
  }

  @Test
  func `A command that is not there is told, and the plan goes on`() async throws {
    let bench = try await ContractBench(
      settings: ContractBench.quick + "[notify]\ncommand = \"no-such-program-here now\"\n")
    let id = try await bench.plan()
    let answer = try await bench.run(["run", id] + ContractBench.permission)
    #expect(answer.code == 0 && answer.errors.contains("cannot be started"), "\(answer)")
    let json = try await bench.run("--output", "json", "finalize", id, "--justify", "x")
    // Nothing was driven, and so nothing is told.
    #expect(!json.errors.contains("notify"), "\(json)")
    try bench.dispose()
  }

  @Test
  func `A wait is told once, when it has lasted as long as was configured`() async throws {
    let bench = try await bench(Self.keeping, more: "waiting_after_ms = 100\n")
    try await bench.execute("CREATE TABLE busy AS SELECT true AS busy")
    let id = try await bench.plan()
    #expect(try await bench.run("tune", id, "throttle-query=SELECT busy FROM busy").code == 0)
    let child = try bench.start(["run", id] + ContractBench.permission)
    child.closeInput()
    let file = bench.folder + "/bin/tell.told"
    while !FileManager.default.fileExists(atPath: file) {
      try await Task.sleep(for: .milliseconds(20))
    }
    try await bench.execute("UPDATE busy SET busy = false")
    #expect(await child.wait().status == .exited(0))
    let told = try told(bench)
    #expect(told.compactMap { $0["event"] as? String } == ["waiting", "gate_reached"])
    #expect(told.first?["reason"] as? String == "throttle_query answers true")
    try bench.dispose()
  }

  /// A plan whose driver was killed in the middle of its backfill, and the driver's process.
  private func lostDriver() async throws -> (ContractBench, PlanID: String, driver: Int32) {
    let bench = try await bench(
      Self.keeping,
      setup: """
        CREATE TABLE t (id int PRIMARY KEY, amount int NOT NULL);
        INSERT INTO t SELECT g, g FROM generate_series(1, 4000) g;
        ANALYZE t;
        """, live: "backfill_chunk_size = 50\nmax_rows_per_second = 4000\n")
    let id = try await bench.plan()
    let run = try bench.start(["run", id] + ContractBench.permission)
    try await run.waitForOutput(containing: "fill public.t")
    run.signal(SIGKILL)
    _ = await run.wait()
    return (bench, id, run.processID)
  }

  @Test
  func `A daemon tells of the driver that is gone, and of the gate that it comes to`() async throws
  {
    let (bench, id, driver) = try await lostDriver()
    let daemon = try bench.start([
      "daemon", "--poll-interval", "100ms", "--claim-stale-after", "1s",
    ])
    while try await bench.status(of: id) != "validating" {
      try await Task.sleep(for: .milliseconds(50))
    }
    daemon.signal(SIGTERM)
    #expect(await daemon.wait().status == .exited(0))
    let told = try told(bench)
    #expect(told.compactMap { $0["event"] as? String } == ["driver_lost", "gate_reached"])
    #expect((told.first?["reason"] as? String)?.contains("process \(driver)") == true)
    try bench.dispose()
  }

  @Test
  func `A watch tells once of the driver that is gone`() async throws {
    let (bench, id, driver) = try await lostDriver()
    let watch = try bench.start(["watch", id, "--interval", "100ms"])
    let file = bench.folder + "/bin/tell.told"
    while !FileManager.default.fileExists(atPath: file) {
      try await Task.sleep(for: .milliseconds(20))
    }
    // As many looks again: it is not told a second time.
    try await Task.sleep(for: .milliseconds(500))
    watch.signal(SIGTERM)
    _ = await watch.wait()
    let told = try told(bench)
    #expect(told.compactMap { $0["event"] as? String } == ["driver_lost"])
    #expect((told.first?["reason"] as? String)?.contains("process \(driver)") == true)
    #expect((told.first?["next"] as? String)?.contains(" resume widen ") == true, "\(told)")
    try bench.dispose()
  }

  @Test
  func `A step that fails is told with its reason`() async throws {
    let bench = try await bench(Self.keeping)
    let id = try await bench.plan()
    // What the window needs is taken by another before it opens.
    try await bench.execute("ALTER TABLE t ADD COLUMN amount_new bigint")
    let answer = try await bench.run(["run", id] + ContractBench.permission)
    #expect(answer.code != 0, "\(answer)")
    let told = try told(bench)
    #expect(told.compactMap { $0["event"] as? String } == ["failed"], "\(told)")
    #expect((told.first?["reason"] as? String)?.contains("amount_new") == true, "\(told)")
    try bench.dispose()
  }
}
