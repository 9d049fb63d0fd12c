import Foundation
import TestSupport
import Testing

/// Files and rows that are not as the program left them.
@Suite("Contract: drift", .database)
struct ContractDriftTests {
  @Test
  func `A plan file changed by one byte stops everything that drives`() async throws {
    let bench = try await ContractBench()
    let id = try await bench.plan()
    let name = "migrations/main/live/" + (try #require(bench.planFiles().first))
    let original = try String(contentsOfFile: bench.folder + "/" + name, encoding: .utf8)
    try bench.write(original + "\n", to: name)
    let run = try await bench.allowing("run", id)
    #expect(run.code == 4, "\(run)")
    #expect(run.errors.contains("nothing was changed"))
    let json = try await bench.run("--output", "json", "run", id)
    #expect(json.error?["code"] as? Int == 4)
    #expect(json.error?["category"] as? String == "drift")
    let show = try await bench.run("show", id)
    #expect(show.code == 0)
    #expect(show.output.contains("was changed"))
    try bench.write(original, to: name)
    try await bench.drive(id, to: "finalizing")
    try bench.write(original.replacing("amount", with: "amounT"), to: name)
    let finalize = try await bench.run("finalize", id, "--justify", "now")
    #expect(finalize.code == 4)
    #expect(try await bench.status(of: id) == "finalizing")
    try bench.write(original, to: name)
    let end = try await bench.run("finalize", id, "--justify", "now")
    #expect(end.code == 0, "\(end)")
    try bench.dispose()
  }

  @Test
  func `A changed migration needs the dangerous permission, and the trail tells`() async throws {
    let bench = try await ContractBench()
    let id = try await bench.plan()
    try bench.write(
      ContractBench.widening + "-- later\n", to: ContractBench.path(ContractBench.version))
    let refused = try await bench.allowing("run", id)
    #expect(refused.code == 1, "\(refused)")
    #expect(refused.errors.contains("has been changed since"))
    #expect(
      refused.next == "run widen --allow-raw-dangerous --allow-destructive --justify 'because'")
    #expect(try await bench.status(of: id) == "pending")
    let accepted = try await bench.allowing("run", id, "--allow-raw-dangerous")
    #expect(accepted.code == 0, "\(accepted)")
    try bench.remove(ContractBench.path(ContractBench.version))
    let missing = try await bench.allowing("run", id, "--approve", "validate")
    #expect(missing.code == 1)
    #expect(missing.errors.contains("does not exist"))
    #expect(
      missing.next
        == "run widen --approve validate --allow-raw-dangerous --allow-destructive --justify 'because'"
    )
    let history = try await bench.run("--output", "json", "history", id)
    let actions = history.objects.compactMap { $0["action"] as? String }
    #expect(actions.prefix(3) == ["planned", "started", "source_drift_accepted"], "\(history)")
    let drift = history.objects.first { $0["action"] as? String == "source_drift_accepted" }
    #expect(drift?["justification"] as? String == "because")
    try bench.dispose()
  }

  @Test(arguments: [
    ("plan_file_checksum = 'rubbish'", " holds “rubbish”"),
    ("slug = '../../../etc/passwd'", "\"../../../etc/passwd\" is not a slug"),
    ("current_step_index = 99", "current_step_index of plan ID holds “99”"),
    ("segment_index = 99", "segment_index of plan ID holds “99”"),
    ("current_step = 'cutover_reads'", "current_step of plan ID holds “cutover_reads”"),
    ("target_database = 'nowhere'", "target_database of plan ID holds “nowhere”"),
    ("originating_migration = 'V1__x'", "originating_migration of plan ID holds “V1__x”"),
    ("app_label = '../..'", "app_label of plan ID holds “../..”"),
  ])
  func `Nonsense in a plan's row is an error that names it`(
    assignment: String, message: String
  ) async throws {
    let bench = try await ContractBench()
    let id = try await bench.plan()
    try await bench.execute("UPDATE djogi_live_plans SET \(assignment) WHERE plan_id = \(id)")
    let answer = try await bench.allowing("run", id)
    #expect(answer.code == 1, "\(answer)")
    #expect(answer.errors.contains(message.replacing("ID", with: id)), "\(answer)")
    #expect(try await bench.status(of: id) == "pending")
    let show = try await bench.run("show", id)
    #expect([0, 1].contains(show.code), "\(show)")
    try bench.dispose()
  }

  @Test
  func `Words that no version writes are named too`() async throws {
    let bench = try await ContractBench()
    let id = try await bench.plan()
    try await bench.execute(
      """
      ALTER TABLE djogi_live_plans DROP CONSTRAINT djogi_live_plans_status_check;
      UPDATE djogi_live_plans SET status = 'sleeping';
      """)
    for command in ["show", "run", "history"] {
      let answer = try await bench.run(command, id)
      #expect(answer.code == 1, "\(answer)")
      #expect(answer.errors.contains("status of plan \(id) holds “sleeping”"), "\(answer)")
    }
    try bench.dispose()
  }

  @Test
  func `A cursor that is nonsense only costs another pass`() async throws {
    let bench = try await ContractBench()
    let id = try await bench.plan()
    try await bench.execute(
      """
      UPDATE djogi_live_plans SET backfill_cursor = '{"leaf": "x"}', backfill_state = '[1]'
      """)
    try await bench.drive(id, to: "finalizing")
    let end = try await bench.run("finalize", id, "--justify", "now")
    #expect(end.code == 0, "\(end)")
    #expect(try await bench.value("SELECT sum(amount) FROM t") == "5050")
    try bench.dispose()
  }

  @Test
  func `A row may point at no file outside of the workspace`() async throws {
    let bench = try await ContractBench()
    let id = try await bench.plan()
    let name = try #require(bench.planFiles().first)
    let path = bench.folder + "/migrations/main/live/" + name
    let outside = bench.folder + "-outside.json"
    try FileManager.default.moveItem(atPath: path, toPath: outside)
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: outside)
    let answer = try await bench.allowing("run", id)
    #expect(answer.code == 1, "\(answer)")
    #expect(answer.errors.contains("leads out of the workspace"))
    try FileManager.default.removeItem(atPath: outside)
    try bench.dispose()
  }
}
