import Foundation
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
    // What can be pasted is never cut: a line to type, and a name behind that of a fact.
    let tooLong = lines.filter { line in
      DisplayWidth.of(line) >= columns && !line.hasPrefix("Next: ")
        && line.dropFirst(16).contains(" ")
    }
    #expect(tooLong == [], "\(screen)")
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

  private func row(
    _ workspace: CommandsWorkspace, at step: Int, of kind: StepKind, _ status: PlanStatus
  ) async throws -> PlanRow {
    _ = try await workspace.plan()
    try await workspace.addPlans(
      "(7301, 'widen_amount', '\(status.rawValue)', '\(kind.rawValue)')")
    let connection = try await workspace.database.connect()
    let found = try await PlanLedger(schema: "public").row(Self.plan.header.planID, on: connection)
    var row = try #require(found)
    row.position.step = step
    (row.createdAt, row.startedAt) = (Self.time, Self.time + 60)
    return row
  }

  private static let time = Date(timeIntervalSince1970: 1_777_000_000)
  private static let id = plan.header.planID
  private static let line = NextLine(reason: "INFRA-7", names: [id: "widen_amount"])

  private static func progress(_ change: (inout BackfillProgress) -> Void = { _ in })
    -> BackfillProgress
  {
    var progress = BackfillProgress(table: "public.orders")
    (progress.rowsDone, progress.rowsTotal) = (126_000, 300_000)
    (progress.rowsPerSecond, progress.secondsLeft) = (15_200, 11)
    (progress.chunkMilliseconds, progress.windowBlocks, progress.strides) = (42, 64, 12)
    progress.easedFor = "4 clients are at work"
    change(&progress)
    return progress
  }

  @Test(arguments: widths)
  func `show answers which change, where it stands and what to type`(columns: Int) async throws {
    let workspace = try await CommandsWorkspace(rows: 1)
    var row = try await row(workspace, at: 2, of: .validateBackfill, .validating)
    row.lastError = "ERROR: rows stand in the way of orders.total: no NULL: id = 7000, 14000"
    let bytes = try PlanFileFormat.encode(Self.plan)
    let path = "migrations/main/live/7301_widen_amount.json"
    let detail = PlanDetail(
      row: row,
      file: .intact(
        PlanFile(path: path, bytes: bytes, checksum: Checksum(of: bytes), plan: Self.plan)),
      next: NextStep(.run(Self.id, approving: [.validate]), destroys: true),
      proof: "proved on a copy on the same server, with 19 rows in 1 table, in 0.8 s",
      firingTriggers: [])
    let screen = PlanDetailReport(detail: detail, printsSQL: false)
      .text(TextLook(columns: columns, line: Self.line))
    try check(screen, "show", columns)
  }

  @Test(arguments: widths)
  func `watch fits its lines`(columns: Int) async throws {
    let workspace = try await CommandsWorkspace(rows: 1)
    var row = try await row(workspace, at: 1, of: .backfillChunked, .running)
    let look = TextLook(columns: columns, line: Self.line)
    let driven = PlanSnapshot(row: row, isDriven: true, progress: Self.progress())
    let lost = PlanSnapshot(
      row: row, isDriven: false, next: NextStep(.resume(Self.id)),
      progress: Self.progress().atRest)
    (row.status, row.position.step, row.currentStep) = (.validating, 2, .validateBackfill)
    let waiting = PlanSnapshot(row: row, gate: .validate, isDriven: false)
    let blocks = [driven, lost, waiting].flatMap { SnapshotReport.block($0, look) }
    try check(blocks.map { $0 + "\n" }.joined(), "watch", columns)
  }

  @Test(arguments: widths)
  func `history has a line an event`(columns: Int) async throws {
    let workspace = try await CommandsWorkspace(rows: 1)
    _ = try await row(workspace, at: 1, of: .backfillChunked, .running)
    let connection = try await workspace.database.connect()
    try await connection.script(
      """
      INSERT INTO djogi_live_plan_events (plan_id, at, actor, host, pid, action, step, detail, justification)
      SELECT 7301, to_timestamp(1777000000 + n * 61), 'migrator', 'db-admin-1', 4711, action, step, detail, why
      FROM (VALUES
        (1, 'planned', NULL, 'proved on a copy on the same server, with 19 rows in 1 table', NULL),
        (2, 'started', 'begin_compatibility_window', NULL, 'INFRA-7'),
        (3, 'tuned', 'backfill_chunked', 'workers: 1 → 2, max-rate: none → 20000', 'night shift'),
        (4, 'paused', 'backfill_chunked', 'stop_query answers true', NULL)
      ) AS event (n, action, step, detail, why)
      """)
    let events = try await PlanLedger(schema: "public").events(of: Self.id, on: connection)
    let screen = HistoryReport(planID: Self.id, events: events).text(TextLook(columns: columns))
    #expect(screen.split(separator: "\n").count == 2 + 4 + 1)
    try check(screen, "history", columns)
  }

  @Test(arguments: widths)
  func `run has a line a step, and one for what it waits for`(columns: Int) throws {
    var (screen, now) = (StepScreen(style: .plain), ContinuousClock.now)
    screen.columns = columns
    var lines: [String] = []
    func take(_ event: RunEvent, after time: Duration = .milliseconds(40)) {
      now += time
      lines += screen.take(event, at: now)
    }
    /// What stands below at this moment.
    func look(_ title: String) {
      lines += ["-- \(title)"] + screen.standing
    }
    take(.began(RunOutline(Self.plan, at: 0)))
    let steps = Self.plan.steps
    func begin(_ index: Int) {
      take(.stepStarted(Self.id, steps[index].kind, ordinal: index, of: steps.count))
    }
    begin(0)
    take(.segment(Self.id, purpose: "open the window on public.orders.total"))
    look("a piece of a step")
    let blocker = Blocker(
      pid: 7166, prepared: nil, applicationName: "psql", age: 4, state: "idle in transaction",
      statement: "begin; lock table ledger_entry in share mode")
    let timeout = ServerError(
      message: "canceling statement due to lock timeout", sqlState: .lockNotAvailable)
    func attempt(_ blockers: [Blocker]) {
      take(
        .retrying(
          Self.id, attempt: 4, limit: 30, delay: .seconds(1), .server(timeout), blockers),
        after: .seconds(1))
    }
    attempt([blocker])
    // The next attempt says again what it is about.
    begin(0)
    take(.segment(Self.id, purpose: "open the window on public.orders.total"))
    look("a lock")
    begin(1)
    take(.backfill(Self.id, Self.progress()), after: .seconds(5))
    look("a backfill")
    take(.waiting(Self.id, "throttle_query answers true"))
    take(.backfill(Self.id, Self.progress { $0.waitingFor = "throttle_query answers true" }))
    look("a backfill that waits")
    take(.notice(Self.id, "strides again"))
    take(.backfill(Self.id, Self.progress()))
    attempt([])
    look("another try")
    begin(2)
    take(.gateReached(Self.id, .validate, []))
    look("the gate")
    #expect(screen.end(.failed) == [])
    try check(lines.map { $0 + "\n" }.joined(), "run", columns)
    #expect(lines.filter { $0.hasPrefix(" 1/7 ✓") }.count == 1)
  }

  @Test
  func `A way back has a line a piece, and one for what it waits for`() {
    var screen = StepScreen(style: .plain)
    // Before it has begun, a lock on its row may be waited for.
    _ = screen.take(.waiting(Self.id, "a row"))
    #expect(screen.standing == ["   waits for a row"])
    #expect(screen.take(.segment(Self.id, purpose: "drop the views")) == [])
    #expect(screen.standing == [" ▸ drop the views"])
    _ = screen.take(.waiting(Self.id, "a report"))
    #expect(screen.standing == [" ▸ drop the views", "   waits for a report"])
    #expect(screen.take(.segment(Self.id, purpose: "close the window")) == [" ✓ drop the views"])
    #expect(screen.end(.done) == [" ✓ close the window"])
    #expect(screen.end(.done) == [] && screen.standing == [])
  }

  @Test(arguments: widths)
  func `Help fits a screen and has every command`(columns: Int) throws {
    let screen = HelpScreen.text(columns: columns)
    #expect(screen.split(separator: "\n").count < (columns < 80 ? 44 : 24))
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
