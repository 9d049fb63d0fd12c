import Foundation
import TestSupport
import Testing

/// What programs read, and batches.
@Suite("Contract: output and batches", .database)
struct ContractOutputTests {
  @Test
  func `Results are one object a line, with whole numbers and times that programs can read`()
    async throws
  {
    let bench = try await ContractBench()
    let planned = try await bench.run("--output", "json", "plan")
    #expect(planned.output.split(separator: "\n").count == planned.objects.count)
    let plan = try #require(planned.object("planned"))
    let id = try #require(plan["plan_id"] as? String)
    #expect(plan["destructive"] as? Bool == true)
    #expect((plan["checksum"] as? String)?.wholeMatch(of: /V1:[0-9a-f]{64}/) != nil)
    #expect(plan["next"] as? String == "run \(id) --allow-destructive --justify '…'")
    let kinds = (plan["steps"] as? [[String: Any]])?.compactMap { $0["kind"] as? String }
    #expect(
      kinds == [
        "begin_compatibility_window", "backfill_chunked", "validate_backfill", "cutover_reads",
        "cutover_writes", "finalize_constraints", "cleanup_legacy_state",
      ])
    let run = try await bench.allowing("--output", "json", "run", id)
    let state = try #require(run.object("plan_state"))
    #expect(state["status"] as? String == "validating")
    #expect(state["gate"] as? String == "validate")
    #expect(state["rows_done"] as? String == "100")
    let gates = try #require(state["gates"] as? [[String: Any]])
    #expect(gates.allSatisfy { $0["agrees"] as? Bool == true && $0["found"] as? String == "0" })
    #expect(run.errorObjects.contains { $0["event"] as? String == "step_started" })
    let list = try await bench.run("--output", "json", "list")
    let row = try #require(list.object("plan"))
    #expect(Set(row.keys) == Self.rowKeys.union(["schema"]))
    let time = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/
    #expect((row["created_at"] as? String)?.wholeMatch(of: time) != nil)
    #expect(row["claim"] is NSNull)
    let show = try await bench.run("--output", "json", "show", id)
    let detail = try #require(show.object("plan_detail"))
    #expect(Self.rowKeys.isSubset(of: detail.keys))
    #expect((detail["file"] as? [String: Any])?["state"] as? String == "intact")
    #expect(
      detail["hooks"] as? [String]
        == ["dual_read::public.t::amount", "dual_write::public.t::amount"])
    #expect(detail["side_effects_suppressed"] as? Bool == false)
    #expect(
      detail["next"] as? String
        == "run \(id) --approve validate --allow-destructive --justify '…'")
    try bench.dispose()
  }

  static let rowKeys: Set<String> = [
    "event", "plan_id", "slug", "status", "current_step_index", "current_step", "segment_index",
    "rows_done", "rows_total", "created_at", "started_at", "last_progress_at", "completed_at",
    "last_error", "originating_migration", "target_database", "app_label", "plan_file_checksum",
    "pause_requested", "claim", "reverted", "kept_until", "gate", "driven", "next",
  ]

  @Test
  func `An error is an object on standard error`() async throws {
    let bench = try await ContractBench()
    for (words, code) in [(["list", "--nope"], 64), (["show", "x"], 1), (["show", "1"], 1)] {
      let answer = try await bench.run(["--output", "json"] + words)
      #expect(answer.code == Int32(code))
      #expect(answer.output.isEmpty)
      let error = try #require(answer.error)
      #expect(
        Set(error.keys).isSuperset(of: [
          "event", "code", "category", "message", "sqlstate", "detail", "hint", "next",
        ]))
      #expect(error["code"] as? Int == code)
      #expect(answer.errors.split(separator: "\n").count == 1)
    }
    let refused = try await bench.run("--output", "json", "sql", "SELECT 1 / 0")
    #expect(refused.error?["sqlstate"] as? String == "22012")
    try bench.dispose()
  }

  @Test
  func `The trail tells who did what, and why`() async throws {
    let bench = try await ContractBench()
    let id = try await bench.plan()
    try await bench.drive(id, to: "finalizing")
    let end = try await bench.run("finalize", id, "--justify", "INFRA-7")
    #expect(end.code == 0)
    let history = try await bench.run("--output", "json", "history", id)
    let actions = history.objects.compactMap { $0["action"] as? String }
    #expect(actions.first == "planned" && actions.last == "completed", "\(actions)")
    #expect(actions.filter { $0 == "gate_approved" }.count == 3)
    for event in history.objects {
      #expect(event["actor"] as? String == TestCluster.superuser)
      #expect((event["pid"] as? Int).map { $0 > 0 } == true)
      #expect(event["plan_id"] as? String == id)
    }
    let completed = history.objects.last
    #expect(completed?["justification"] as? String == "INFRA-7")
    let text = try await bench.run("history", id)
    #expect(text.output.contains("INFRA-7"))
    let unknown = try await bench.run("history", "1")
    #expect(unknown.code == 1)
    try bench.dispose()
  }

  @Test
  func `Nothing is written by looking`() async throws {
    let bench = try await ContractBench()
    for words in [["list"], ["list", "--all"], ["plan", "--dry-run"], ["show", "1"]] {
      try await bench.run(words)
    }
    #expect(try await bench.value("SELECT to_regclass('djogi_live_plans')") == nil)
    #expect(bench.planFiles().isEmpty)
    try bench.dispose()
  }

  @Test
  func `A batch goes on when it is told to, and ends with the first failure's code`()
    async throws
  {
    let bench = try await ContractBench()
    let id = try await bench.plan()
    try bench.write(
      """
      # Several mistakes, each with its own code.
      list
      plan
      show 12
      resume \(id) --allow-destructive --justify 'a reason'

      run \(id) --allow-destructive
      run \(id) --allow-destructive \\
        --justify 'a reason'
      list --status validating
      """, to: "night.djogi")
    let file = bench.folder + "/night.djogi"
    let stopped = try await bench.run("-f", file)
    #expect(stopped.code == 5, "\(stopped)")
    #expect(stopped.errors.contains("night.djogi:3: error: plan \(id)"), "\(stopped)")
    #expect(!stopped.errors.contains("there is no plan 12"))
    #expect(try await bench.status(of: id) == "pending")
    let whole = try await bench.run("--output", "json", "--on-error", "continue", "-f", file)
    #expect(whole.code == 5, "\(whole)")
    let errors = whole.errorObjects.filter { $0["event"] as? String == "error" }
    #expect(errors.map { $0["code"] as? Int } == [5, 1, 5, 1], "\(whole)")
    #expect(errors.map { $0["line"] as? Int } == [3, 4, 5, 7])
    let end = try #require(whole.objects.last)
    #expect(end["event"] as? String == "end")
    #expect(end["exit_code"] as? Int == 5)
    #expect(end["commands"] as? Int == 7)
    #expect(end["failed"] as? Int == 4)
    #expect(try await bench.status(of: id) == "validating")
    #expect(whole.objects.filter { $0["event"] as? String == "plan" }.count == 2)
    try bench.dispose()
  }

  @Test
  func `A batch with a mistake in any line does nothing`() async throws {
    let bench = try await ContractBench()
    try bench.write("plan\nlist --nope\nshwo 1\n", to: "bad.djogi")
    let answer = try await bench.run("-f", bench.folder + "/bad.djogi")
    #expect(answer.code == 64)
    #expect(answer.errors.contains("bad.djogi:2:6: error: "), "\(answer)")
    #expect(answer.errors.contains("bad.djogi:3:1: error: unknown command 'shwo'; did you"))
    #expect(bench.planFiles().isEmpty)
    try bench.dispose()
  }
}
