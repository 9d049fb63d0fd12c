import Foundation
@testable import LiveMigration
import Postgres
import PrivateServer
import TestSupport
import Testing

@testable import ShellKit

/// How a plan is named at every entrance.
@Suite("Names of plans", .database, .timeLimit(.minutes(3)))
struct PlanNameTests {
  private func id(_ number: Int64) throws -> PlanID { try #require(PlanID(rawValue: number)) }

  @Test
  func `A word is read as what it can name`() throws {
    #expect(try PlanName("-") == .only)
    #expect(try PlanName("7") == .id(try id(7)))
    #expect(try PlanName("4096") == .digits("4096"))
    #expect(try PlanName("0160") == .digits("0160"))
    #expect(try PlanName("…4096") == .end("4096"))
    #expect(try PlanName("widen_a") == .slug("widen_a", app: nil, end: nil))
    #expect(try PlanName("shop/widen_a@4096") == .slug("widen_a", app: "shop", end: "4096"))
    #expect(try PlanName("_global_/widen_a") == .slug("widen_a", app: "", end: nil))
  }

  @Test
  func `A short end tells an id from the others`() throws {
    let ids = try [120_000_004_096, 120_000_014_096, 120_000_000_160].map { try id($0) }
    #expect(ids.map { PlanName.shortEnd(of: $0, among: ids) } == ["…04096", "…14096", "…0160"])
  }

  @Test
  func `Every form finds its plan, and the one that has not ended first`() async throws {
    let workspace = try await CommandsWorkspace(rows: 1)
    _ = try await workspace.plan()
    try await workspace.addPlans(
      "(73010004096, 'widen_a', 'paused', 'backfill_chunked')",
      "(73010002800, 'widen_b', 'pending', 'expand_schema')",
      "(73010003840, 'widen_a', 'abandoned', 'backfill_chunked')",
      "(73010014096, 'widen_c', 'complete', 'cleanup_legacy_state')")
    for (name, found) in [
      ("widen_a", "73010004096"), ("shop/widen_a", "73010004096"), ("4096", "73010004096"),
      ("…2800", "73010002800"), ("widen_a@3840", "73010003840"), ("3840", "73010003840"),
      ("14096", "73010014096"), ("73010003840", "73010003840"),
    ] {
      let answer = try await workspace.run("--output", "json", "history", name)
      #expect(answer.status == .exited(0), "\(name): \(answer)")
      let shown = try await workspace.run("--output", "json", "show", name)
      let plan = try CommandsWorkspace.objects(shown.output).first
      #expect(plan?["plan_id"] as? String == found, "\(name): \(shown)")
    }
    let ambiguous = try await workspace.run("show", "7301")
    #expect(ambiguous.status == .exited(1))
    #expect(ambiguous.errors.contains("73010004096  widen_a  paused, made "))
    #expect(ambiguous.errors.contains("73010002800  widen_b  pending, made "))
    #expect(!ambiguous.errors.contains("73010014096"))
    // Both are unfinished and one alone can be resumed.
    let resumed = try await workspace.run("resume", "-", "--allow-destructive", "--justify", "x")
    #expect(resumed.errors.contains("73010004096"), "\(resumed)")
    let none = try await workspace.run("finalize", "-", "--justify", "x")
    #expect(none.errors.contains("no plan is at a point where the command accepts it"))
  }

  @Test
  func `What abandon says to type next means the plan that it gave up`() async throws {
    let bench = try await ContractBench()
    for _ in 0..<2 {
      let id = try await bench.plan()
      #expect(try await bench.run(["run", "widen"] + ContractBench.permission).code == 0)
      let abandoned = try await bench.run("abandon", "widen", "--force")
      let next = try #require(abandoned.output.firstMatch(of: /Next: .* (revert \S+) --justify/))
      let words = next.output.1.split(separator: " ").map(String.init)
      let reverted = try await bench.run(words + ["--justify", "x"])
      #expect(reverted.code == 0, "\(reverted)")
      #expect(try await bench.run("show", id).output.contains("reverted"))
    }
    // Of two plans that have ended, the slug alone means the one that has left something behind.
    let id = try await bench.plan()
    #expect(try await bench.run(["run", "widen"] + ContractBench.permission).code == 0)
    #expect(try await bench.run("abandon", "widen", "--force").code == 0)
    let shown = try await bench.run("show", "widen")
    #expect(shown.code == 1 && shown.errors.contains("widen  reverted, made"), "\(shown)")
    let reverted = try await bench.run("revert", "widen", "--justify", "x")
    #expect(reverted.code == 0, "\(reverted)")
    #expect(try await bench.run("show", id).output.contains("reverted"))
    try bench.dispose()
  }

  @Test(arguments: [40, 80, 120, 200])
  func `list has a line a plan at any width`(columns: Int) async throws {
    let workspace = try await CommandsWorkspace(rows: 1)
    _ = try await workspace.plan()
    let connection = try await workspace.database.connect()
    _ = try await connection.script("TRUNCATE djogi_live_plans CASCADE")
    try await workspace.addPlans(
      "(73010004096, 'widen_amount', 'running', 'backfill_chunked')",
      "(73010002800, 'widen_invoice', 'validating', 'validate_backfill')",
      "(73010003840, 'login_not_null', 'finalizing', 'finalize_constraints')",
      """
      (73010000160, 'change_the_price_column_of_products_from_integer_cents_to_numeric', 'paused',
        'backfill_chunked')
      """)
    let rows = try await PlanLedger(schema: "public").rows(
      statuses: PlanStatus.unfinished, database: "main", on: connection)
    let plans = rows.map { row in
      var plan = PlanSnapshot(row: row, gate: row.waitingGate, isDriven: false)
      plan.next = NextStep(
        PlanSituation(row.planID, row.status, at: row.waitingGate, isDestructive: true))
      switch row.slug {
      case "widen_amount":
        (plan.row.rowsDone, plan.row.rowsTotal, plan.isDriven) = (231_000, 300_000, true)
        var progress = BackfillProgress(table: "orders")
        (progress.rowsPerSecond, progress.secondsLeft) = (4100, 12)
        plan.progress = progress
      case "login_not_null":
        plan.row.lastError = "login: no NULL expects 0, found 2: id = 7000, 14000"
      default: break
      }
      return plan
    }
    let screen = PlanListReport(plans: plans, isFiltered: false).text(TextLook(columns: columns))
    let lines = screen.split(separator: "\n").map(String.init)
    #expect(lines.count == 4 + 2)
    #expect(lines.dropLast(1).allSatisfy { DisplayWidth.of($0) < columns }, "\(screen)")
    #expect(lines.suffix(2).first == "4 plans, 3 need you")
    let file = "list-\(columns).txt"
    if Fixtures.isRecording { try Fixtures.record(screen, as: file, in: "screens") }
    #expect(try screen == Fixtures.text(file, in: "screens"))
  }
}
