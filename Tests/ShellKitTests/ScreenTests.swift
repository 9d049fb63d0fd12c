import Postgres
import PrivateServer
import SchemaChange
import TestSupport
import Testing

@testable import LiveMigration
@testable import ShellKit

/// Screens as an operator reads them, at four widths.
@Suite("Screens", .database)
struct ScreenTests {
  private static let widths = [40, 80, 120, 200]

  private func check(_ screen: String, _ name: String, _ columns: Int) throws {
    let lines = screen.split(separator: "\n").map(String.init)
    // What can be pasted is never cut.
    #expect(
      lines.allSatisfy { DisplayWidth.of($0) < columns || $0.hasPrefix("Next: ") }, "\(screen)")
    let file = "\(name)-\(columns).txt"
    if Fixtures.isRecording { try Fixtures.record(screen, as: file, in: "screens") }
    #expect(try screen == Fixtures.text(file, in: "screens"))
  }

  private static let plan = {
    let hook = Hook(
      table: QualifiedName(schema: "public", name: "orders"), column: "total", shadow: "total_new",
      install: [], preferShadow: [], remove: [], undo: [])
    let cleanup = [
      "ALTER TABLE public.orders DROP COLUMN total", "ALTER TABLE public.orders DROP COLUMN note",
      "DROP TABLE public.draft", "TRUNCATE public.log",
    ]
    let bodies: [(StepKind, StepBody)] = [
      (.beginCompatibilityWindow, .hooks([hook])), (.backfillChunked, .backfills([])),
      (.validateBackfill, .gates([])), (.cutoverReads, .approval()), (.cutoverWrites, .approval()),
      (.finalizeConstraints, .segments([])),
      (.cleanupLegacyState, .segments([.transaction("swap", cleanup)])),
    ]
    let header = PlanHeader(
      planID: PlanID(milliseconds: 0, node: 0, sequence: 7301), slug: "widen_amount",
      classification: .expandContract, originatingMigration: "V20260428000000__widen_amount",
      sourceChecksum: Checksum(of: []), targetDatabase: "main", appLabel: "shop")
    return LivePlan(
      header: header,
      steps: bodies.enumerated().map { PlanStep(ordinal: $0, kind: $1.0, body: $1.1) })
  }()

  @Test
  func `What a plan destroys is told from the statements that do it`() {
    let losses = Self.plan.losses
    #expect(losses.map(\.step) == [6, 6, 6, 6])
    #expect(
      losses.map(\.text) == [
        "the former shape of public.orders.total", "column public.orders.note WITH ITS VALUES",
        "table public.draft WITH ALL THAT IS IN IT", "ALL ROWS of public.log",
      ])
    #expect(losses.map(\.losesData) == [false, true, true, true])
  }

  @Test(arguments: Gate.allCases, widths)
  func `A gate says what is decided`(gate: Gate, columns: Int) async throws {
    let workspace = try await CommandsWorkspace(rows: 1)
    _ = try await workspace.plan()
    let steps: [Gate: (kind: String, index: Int)] = [
      .validate: ("validate_backfill", 2), .cutoverReads: ("cutover_reads", 3),
      .cutoverWrites: ("cutover_writes", 4), .finalize: ("finalize_constraints", 5),
    ]
    let step = try #require(steps[gate])
    try await workspace.addPlans(
      "(7301, 'widen_amount', '\(gate.status.rawValue)', '\(step.kind)')")
    let connection = try await workspace.database.connect()
    let id = Self.plan.header.planID
    var row = try #require(try await PlanLedger(schema: "public").row(id, on: connection))
    row.position.step = step.index
    let answers =
      gate == .validate
      ? [GateOutcome(name: "in step", expected: 0, found: 0, sample: [])] : []
    let outcome = PlanOutcome(row, of: Self.plan, gate: gate, gates: answers)
    let line = NextLine(reason: "INFRA-7", names: [id: "widen_amount"])
    let screen = OutcomeReport(outcome: outcome).text(TextLook(columns: columns, line: line))
    try check(screen, "gate-\(gate.rawValue)", columns)
  }

  @Test(arguments: widths)
  func `Help fits a screen and has every command`(columns: Int) throws {
    let screen = HelpScreen.text(columns: columns)
    #expect(screen.split(separator: "\n").count < (columns < 80 ? 40 : 24))
    let groups = HelpScreen.left + HelpScreen.right
    #expect(Set(groups.flatMap(\.commands).map(\.name)) == Set(ShellCommands.names))
    if columns >= 80 { #expect(!screen.replacing("(…4096)", with: "").contains("…")) }
    try check(screen, "help", columns)
  }

  @Test(arguments: [
    ("select 1", "a query goes behind sql"), ("ALTER TABLE t", "goes into a file"),
    ("\\e", "source runs a file"),
  ])
  func `What psql's hands type is answered with what does it`(line: String, answer: String) {
    let error = #expect(throws: UsageError.self) {
      guard case .line(let text) = try PsqlHabits.request(line) else { return }
      _ = try Grammar.command(text.split(separator: " ").map(String.init))
    }
    #expect(error?.message.contains(answer) == true, "\(String(describing: error))")
  }

  @Test
  func `Tables and their columns are listed as psql lists them`() async throws {
    let workspace = try await CommandsWorkspace(rows: 1)
    for (line, found) in [("\\d", "entry"), ("\\d entry", "amount")] {
      guard case .line(let text) = try PsqlHabits.request(line) else {
        Issue.record("\(line) is no line")
        continue
      }
      let outcome = try await workspace.run("-c", text)
      #expect(outcome.status == .exited(0) && outcome.output.contains(found), "\(outcome)")
    }
  }
}
