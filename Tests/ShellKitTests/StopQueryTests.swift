import Foundation
import PrivateServer
import TestSupport
import Testing

/// `stop_query` ends a run and leaves the plan paused.
@Suite("stop_query", .database, .timeLimit(.minutes(5)))
struct StopQueryTests {
  private func bench(_ settings: String = "") async throws -> ContractBench {
    let bench = try await ContractBench(
      settings: ContractBench.quick.replacing("[live]\n", with: "[live]\n" + settings))
    try await bench.execute("CREATE TABLE critical AS SELECT true AS critical")
    return bench
  }

  private static let query = "SELECT critical FROM critical"

  @Test(arguments: [true, false])
  func `A run ends when it answers true, and goes on later`(isTuned: Bool) async throws {
    let bench = try await bench(isTuned ? "" : "stop_query = \"\(Self.query)\"\n")
    let id = try await bench.plan()
    if isTuned {
      #expect(try await bench.run("tune", id, "stop-query=\(Self.query)").code == 0)
    }
    let stopped = try await bench.run(["--output", "json", "run", id] + ContractBench.permission)
    #expect(stopped.code == 0, "\(stopped)")
    let state = try #require(stopped.objects.first { $0["event"] as? String == "plan_state" })
    #expect(state["status"] as? String == "paused")
    #expect(state["stopped_by"] as? String == "stop_query answers true")
    #expect((state["next"] as? String)?.hasPrefix("resume") == true, "\(state)")
    #expect(try await bench.run("history", id).output.contains("stop_query answers true"))
    try await bench.execute("UPDATE critical SET critical = false")
    let resumed = try await bench.run(["resume", id] + ContractBench.permission)
    #expect(resumed.code == 0 && resumed.output.contains("100 of ~100\n"), "\(resumed)")
    #expect(try await bench.value("SELECT count(*) FROM t WHERE amount_new = amount") == "100")
    try bench.dispose()
  }

  @Test
  func `One that fails holds the backfill, and says why`() async throws {
    let bench = try await bench("stop_query = \"SELECT critical / 0 FROM critical\"\n")
    let id = try await bench.plan()
    let child = try bench.start(["run", id] + ContractBench.permission)
    child.closeInput()
    try await child.waitForOutput(containing: "waiting: stop_query failed: ")
    child.signal(SIGINT)
    #expect(await child.wait().status == .exited(130))
    #expect(try await bench.status(of: id) == "paused")
    try bench.dispose()
  }

  @Test
  func `One that cannot be asked is refused by tune`() async throws {
    let bench = try await bench()
    let id = try await bench.plan()
    let answer = try await bench.run("tune", id, "stop-query=SELECT nothing")
    #expect(answer.code == 1 && answer.errors.contains("nothing"), "\(answer)")
    #expect(try await !bench.run("tune", id).output.contains("tuned"))
    try bench.dispose()
  }
}
