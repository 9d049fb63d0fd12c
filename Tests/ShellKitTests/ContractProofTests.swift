import Foundation
import Postgres
import PrivateServer
import TestSupport
import Testing

/// What `plan` says of the proof, and that nothing of one stays, however the program ends.
@Suite("The contract of proofs", .database)
struct ContractProofTests {
  private static let proving = ContractBench.quick + "proof = true\n"

  private func bench(
    migration: String = ContractBench.widening, setup: String = ContractBench.table
  )
    async throws -> ContractBench
  {
    try await ContractBench(setup: setup, migration: migration, settings: Self.proving)
  }

  @Test
  func `A plan says that it was proved, and show says it again`() async throws {
    let bench = try await bench()
    let answer = try await bench.run("plan")
    #expect(answer.code == 0, "\(answer)")
    #expect(
      answer.output.contains("proof: proved on a copy on the same server, with "), "\(answer)")
    let id = try #require(try await bench.value("SELECT plan_id FROM djogi_live_plans"))
    #expect(try await bench.run("show", id).output.contains("proof         proved on a copy"))
    #expect(try await bench.run("history", id).output.contains("proved on a copy"))
    try bench.dispose()
  }

  @Test
  func `A plan without a proof says so, and the audit trail keeps it`() async throws {
    let bench = try await bench()
    let answer = try await bench.run("--output", "json", "plan", "--no-proof")
    let planned = try #require(answer.object("planned"))
    let proof = try #require(planned["proof"] as? [String: Any])
    #expect(proof["state"] as? String == "skipped")
    #expect(proof["sentence"] as? String == "not proved: --no-proof")
    let id = try #require(planned["plan_id"] as? String)
    #expect(try await bench.run("show", id).output.contains("not proved: --no-proof"))
    #expect(
      try await bench.value("SELECT detail FROM djogi_live_plan_events WHERE action = 'planned'")
        == "not proved: --no-proof")
    try bench.dispose()
  }

  @Test
  func `The configuration can switch proofs off`() async throws {
    let bench = try await ContractBench(settings: ContractBench.quick + "proof = false\n")
    let answer = try await bench.run("plan", "--dry-run")
    #expect(answer.output.contains("proof: not proved: [live] proof is false"), "\(answer)")
    try bench.dispose()
  }

  @Test
  func `A file that the server refuses on any rows is exit 2 and no plan`() async throws {
    // The trial of single statements does not see it, for it has no copy of the holder.
    let bench = try await bench(
      migration: """
        ALTER TABLE t ALTER COLUMN amount TYPE bigint;
        DO 'BEGIN PERFORM nosuch FROM t; END';
        """)
    let answer = try await bench.run("plan")
    #expect(answer.code == 2, "\(answer)")
    #expect(try bench.planFiles() == [])
    try bench.dispose()
  }

  @Test
  func `A password of the scratch server is shown nowhere`() async throws {
    let role = try await TestDatabase.current.makeRole()
    let bench = try await ContractBench(
      setup: ContractBench.table
        + "ALTER TABLE t OWNER TO \(role); GRANT CREATE ON SCHEMA public TO \(role);",
      settings: Self.proving
        + "scratch_url = \"postgresql://nobody:geheim@/x?host=\(TestDatabase.current.cluster.server.socketFolder)\"\n"
    )
    let answer = try await bench.run(
      "plan",
      environment: ["DJOGI_PG_BIN": "/nowhere"].merging(bench.database.environment(user: role)) {
        $1
      })
    #expect(answer.code == 0, "\(answer)")
    #expect(!"\(answer)".contains("geheim"), "\(answer)")
    try bench.dispose()
  }

  // MARK: - The program's end in the middle

  /// A file whose direct run on the copy lasts until it is stopped.
  private static let slow = "ALTER TABLE t ADD COLUMN slept int DEFAULT doze();"
  private static let dozing = """
    CREATE FUNCTION doze() RETURNS int LANGUAGE plpgsql VOLATILE AS
      'BEGIN PERFORM pg_sleep(25); RETURN 1; END';
    """

  /// The scratch database of a program, once its file runs there.
  private func scratch(of child: ChildProcess, _ bench: ContractBench) async throws -> String {
    while child.isRunning {
      let name = try await bench.value(
        """
        SELECT datname FROM pg_stat_activity WHERE datname LIKE 'djogi_scratch_%_\(child.processID)_%'
          AND query LIKE '%slept%' AND state = 'active'
        """)
      if let name { return name }
    }
    throw TestSupportError("the program ended: \(child.output)\(child.errors)")
  }

  private func exists(_ database: String, _ bench: ContractBench) async throws -> Bool {
    try await bench.value("SELECT count(*) FROM pg_database WHERE datname = '\(database)'") == "1"
  }

  @Test
  func `Ctrl-C drops the copy before the program ends`() async throws {
    let bench = try await bench(
      migration: Self.slow, setup: ContractBench.table + Self.dozing)
    let child = try bench.start(["plan"])
    let database = try await scratch(of: child, bench)
    child.signal(SIGINT)
    #expect(await child.wait().status == .exited(130))
    #expect(try await exists(database, bench) == false)
    #expect(try bench.planFiles() == [])
    try bench.dispose()
  }

  @Test
  func `What a killed program leaves is dropped by a later one when it is old`() async throws {
    let bench = try await bench(
      migration: Self.slow, setup: ContractBench.table + Self.dozing)
    let child = try bench.start(["plan"])
    let database = try await scratch(of: child, bench)
    child.signal(SIGKILL)
    _ = await child.wait()
    #expect(try await exists(database, bench))
    // Its session may sleep on in the server; and as if it had been killed long ago.
    let old = "djogi_scratch_1000000000_\(child.processID)_1"
    try await bench.execute(
      """
      SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '\(database)'
      """)
    try await bench.execute("ALTER DATABASE \(database) RENAME TO \(old)")
    try bench.write(ContractBench.widening, to: ContractBench.path(ContractBench.version))
    let answer = try await bench.run("plan")
    #expect(answer.output.contains("proof: proved"), "\(answer)")
    #expect(try await exists(old, bench) == false)
    try bench.dispose()
  }
}
