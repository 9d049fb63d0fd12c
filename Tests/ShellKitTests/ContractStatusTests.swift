import LiveMigration
import TestSupport
import Testing

/// Which command a plan in which status accepts, and what is said otherwise.
@Suite("Contract: statuses", .database)
struct ContractStatusTests {
  @Test
  func `Every refused command is a conflict that says what to type instead`() async throws {
    let bench = try await ContractBench()
    let id = try await bench.plan()
    for status in PlanStatus.allCases {
      try await bench.put(id, into: status)
      let refused = Refused.by(status, id)
      let lines = refused.map(\.line).joined(separator: "\n")
      let answer = try await bench.run(
        "--output", "json", "--on-error", "continue", input: lines + "\n")
      #expect(answer.code == 5, "\(status): \(answer)")
      let errors = answer.errorObjects.filter { $0["event"] as? String == "error" }
      #expect(errors.map { $0["code"] as? Int } == refused.map { _ in 5 }, "\(status): \(answer)")
      #expect(errors.map { $0["category"] as? String } == refused.map { _ in "conflict" })
      #expect(errors.map { $0["next"] as? String } == refused.map(\.next), "\(status)")
      for error in errors {
        #expect((error["message"] as? String)?.contains("plan \(id) is \(status.rawValue)") == true)
      }
      #expect(try await bench.status(of: id) == status.rawValue)
    }
    try bench.dispose()
  }

  @Test
  func `A gate passes by its own name only`() async throws {
    let bench = try await ContractBench()
    let id = try await bench.plan()
    try await bench.drive(id, to: "validating")
    let later = try await bench.allowing(
      "run", id, "--approve", "cutover-reads", "--approve", "cutover-writes")
    #expect(later.code == 5)
    #expect(later.next == "run widen --approve validate --allow-destructive --justify 'because'")
    let first = try await bench.allowing("run", id, "--approve", "validate")
    #expect(first.code == 0)
    #expect(first.next?.hasPrefix("run widen --approve cutover-reads") == true)
    let other = try await bench.allowing("run", id, "--approve", "cutover-writes")
    #expect(other.code == 5)
    let reads = try await bench.allowing("run", id, "--approve", "cutover-reads")
    #expect(reads.output.contains("waits at the gate cutover-writes"))
    let writes = try await bench.allowing("run", id, "--approve", "cutover-writes")
    #expect(writes.output.contains("waits at the gate finalize"))
    let end = try await bench.run("finalize", id, "--justify", "INFRA-7")
    #expect(end.code == 0)
    #expect(end.output.contains("is complete"))
    #expect(try await bench.value("SELECT pg_typeof(amount) FROM t LIMIT 1") == "bigint")
    #expect(
      try await bench.value("SELECT success || ' ' || justification FROM djogi_schema_migrations")
        == "true INFRA-7")
    try bench.dispose()
  }

  @Test
  func `A destructive plan needs permission wherever it stands`() async throws {
    let bench = try await ContractBench()
    let id = try await bench.plan()
    for (status, words) in [
      (PlanStatus.pending, ["run", id]), (.running, ["run", id]), (.running, ["resume", id]),
      (.paused, ["resume", id]), (.validating, ["run", id, "--approve", "validate"]),
      (.cutover, ["run", id, "--approve", "cutover-reads"]),
    ] {
      try await bench.put(id, into: status)
      let answer = try await bench.run(words)
      #expect(answer.code == 1, "\(status): \(answer)")
      let line = words.joined(separator: " ")
      #expect(
        answer.next == line.replacing(id, with: "widen") + " --allow-destructive --justify '…'")
      #expect(try await bench.status(of: id) == status.rawValue)
    }
    try bench.dispose()
  }

  @Test
  func `An abandoned plan leaves the bucket free`() async throws {
    let bench = try await ContractBench()
    let id = try await bench.plan()
    let second = try await bench.run("plan")
    #expect(second.code == 5)
    #expect(second.errors.contains("plan \(id) of this database and application is pending"))
    #expect(second.next == "run \(id) --allow-destructive --justify '…'")
    #expect(bench.planFiles().count == 1)
    let dry = try await bench.run("plan", "--dry-run")
    #expect(dry.code == 0)
    #expect(bench.planFiles().count == 1)
    let unforced = try await bench.run("abandon", id)
    #expect(unforced.code == 1)
    #expect(unforced.next == "abandon \(id) --force")
    for word in ["production", "Production", "PRODUCTION"] {
      let refused = try await bench.run(
        "abandon", id, "--force", environment: ["DJOGI_ENV": word])
      #expect(refused.code == 1)
      #expect(
        refused.errors.contains("--force is refused where DJOGI_ENV or the profile is production"))
    }
    #expect(try await bench.status(of: id) == "pending")
    let forced = try await bench.run("abandon", id, "--force", "--justify", "wrong table")
    #expect(forced.code == 0)
    #expect(try await bench.status(of: id) == "abandoned")
    let fresh = try await bench.plan()
    #expect(fresh != id)
    let listed = try await bench.run("list")
    #expect(listed.output.contains(fresh) && !listed.output.contains(id))
    let all = try await bench.run("--output", "json", "list", "--all")
    #expect(all.objects.map { $0["plan_id"] as? String } == [fresh, id])
    let abandoned = try await bench.run("list", "--status", "abandoned", "--status", "complete")
    #expect(abandoned.output.contains(id) && !abandoned.output.contains(fresh))
    try bench.dispose()
  }

  @Test
  func `Applications have buckets of their own`() async throws {
    let bench = try await ContractBench(
      setup: ContractBench.table + "CREATE TABLE u (amount int); INSERT INTO u VALUES (1);")
    try bench.write(
      "ALTER TABLE u ALTER amount TYPE bigint;",
      to: ContractBench.path(ContractBench.version, app: "billing"))
    let ambiguous = try await bench.run("plan", ContractBench.version)
    #expect(ambiguous.code == 1)
    #expect(ambiguous.errors.contains("exists in several applications"))
    let one = try await bench.run("--output", "json", "plan", "--app", "billing")
    #expect(one.code == 0, "\(one)")
    let other = try await bench.run("--output", "json", "plan", "--app", "")
    #expect(other.code == 0, "\(other)")
    #expect(bench.planFiles().count == 2)
    let again = try await bench.run("plan", "--app", "billing")
    #expect(again.code == 5)
    try bench.dispose()
  }
}

/// A command that a status refuses, and what is to be typed instead.
private struct Refused {
  let line: String
  let next: String

  static func by(_ status: PlanStatus, _ id: String) -> [Refused] {
    let permission = " " + ContractBench.permission.joined(separator: " ")
    let wanted = " --allow-destructive --justify 'because'"
    let instead =
      switch status {
      case .pending: "run \(id)" + wanted
      case .running, .paused: "resume \(id)" + wanted
      case .validating: "run \(id) --approve validate" + wanted
      case .cutover: "run \(id) --approve cutover-reads" + wanted
      case .finalizing: "finalize \(id) --justify 'because'"
      case .complete, .abandoned, .failed: "plan"
      }
    var refused: [Refused] = []
    if ![.pending, .running].contains(status) {
      refused.append(Refused(line: "run \(id)" + permission, next: instead))
    }
    if ![.running, .paused].contains(status) {
      refused.append(Refused(line: "resume \(id)" + permission, next: instead))
    }
    if status != .running {
      let next = status.isTerminal ? "plan" : "show \(id)"
      refused.append(Refused(line: "pause \(id)", next: next))
    }
    if status != .finalizing {
      refused.append(Refused(line: "finalize \(id) --justify because", next: instead))
    }
    if status.isTerminal {
      refused.append(Refused(line: "abandon \(id) --force", next: "plan"))
    }
    return refused
  }
}

extension ContractBench {
  /// The step that a plan of one widened column is at in a status.
  private static func step(_ status: PlanStatus) -> (kind: StepKind, index: Int) {
    switch status {
    case .pending, .abandoned, .failed: (.beginCompatibilityWindow, 0)
    case .running, .paused: (.backfillChunked, 1)
    case .validating: (.validateBackfill, 2)
    case .cutover: (.cutoverReads, 3)
    case .finalizing: (.finalizeConstraints, 5)
    case .complete: (.cleanupLegacyState, 7)
    }
  }

  /// Writes a status, with the position that belongs to it, into a plan's row.
  func put(_ id: String, into status: PlanStatus) async throws {
    let (kind, index) = Self.step(status)
    try await execute(
      """
      UPDATE djogi_live_plans SET status = '\(status.rawValue)',
        current_step = '\(kind.rawValue)', current_step_index = \(index) WHERE plan_id = \(id)
      """)
  }
}
