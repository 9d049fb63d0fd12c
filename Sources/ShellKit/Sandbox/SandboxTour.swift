internal import Foundation
internal import LiveMigration
internal import Postgres
internal import PrivateServer
internal import Synchronization

/// Drives one whole plan in the sandbox by the lines that an operator would type, and checks what came of it.
struct SandboxTour: Sendable {
  let sandbox: SandboxServer
  /// The session that the lines run in.
  let session: ShellSession
  /// Runs one line; it throws what the line's command throws.
  let perform: @Sendable (String) async throws -> Void

  private static let writers = 4

  private var output: ConsoleOutput { session.output }

  func run() async throws {
    let baseline = try await measureOneUpdate()
    say("Clients alone, for three seconds …")
    let idle = try await clients { try await Task.sleep(for: .seconds(3)) }
    say("\(Self.writers) clients insert, update and delete from here to the end.\n")
    let connection = try await sandbox.connect()
    let before = try await SandboxFigures.now(connection)
    let id = Box<PlanID>()
    let busy = try await clients { id.value = try await drive() }
    guard let planID = id.value else { throw TourFailure(reasons: ["no plan was made"]) }
    let after = try await SandboxFigures.now(connection)
    let failures = try await verify(busy, on: connection)
    await connection.close()
    let seconds = try await backfillSeconds(planID)
    summarise(
      idle: idle, busy: busy, baseline: baseline, wal: after.walBytes - before.walBytes,
      size: after.tableBytes, seconds: seconds)
    guard failures.isEmpty else { throw TourFailure(reasons: failures) }
  }

  private func say(_ text: String) { output.write(text + "\n") }

  // MARK: - The plan

  private func drive() async throws -> PlanID {
    try await type("plan")
    let engine = try await session.engine()
    guard let plan = try await engine.list(statuses: nil, all: false).first else {
      throw TourFailure(reasons: ["no plan was made"])
    }
    let id = plan.planID
    let reason = "--allow-destructive --justify 'tour of the sandbox'"
    try await type("show \(id)")
    try await type("run \(id) \(reason)")
    for gate in Gate.approvable {
      try await type("run \(id) --approve \(gate.rawValue) \(reason)")
    }
    try await type("finalize \(id) --justify 'tour of the sandbox'")
    try await type("history \(id)")
    return id
  }

  private func type(_ line: String) async throws {
    say("djogi> \(line)")
    try await perform(line)
    say("")
  }

  /// Runs `body` under write traffic.
  private func clients(
    _ body: @Sendable () async throws -> Void
  ) async throws -> WriterReport {
    let writers = LedgerWriters(
      count: Self.writers, rows: sandbox.rows, configuration: sandbox.configuration())
    do {
      try await body()
    } catch {
      _ = await writers.stop()
      throw error
    }
    return await writers.stop()
  }

  // MARK: - Figures

  /// What one UPDATE of all rows costs, on a copy of the database.
  private func measureOneUpdate() async throws -> (seconds: Double, figures: SandboxFigures) {
    say("One UPDATE of all rows, on a copy, to compare with …")
    let copy = "shop_one_update"
    let admin = try await sandbox.connect(to: "postgres")
    try await admin.execute(
      "CREATE DATABASE \(identifier: copy) TEMPLATE \(identifier: SandboxServer.database)")
    let connection = try await sandbox.connect(to: copy)
    let result = try await SandboxFigures.ofOneUpdate(connection)
    await connection.close()
    try await admin.execute("DROP DATABASE \(identifier: copy) WITH (FORCE)")
    await admin.close()
    return result
  }

  /// The time between the audit trail's lines around the backfill.
  private func backfillSeconds(_ id: PlanID) async throws -> Double {
    let events = try await session.engine().history(id)
    let done = events.filter { $0.action == .stepCompleted }
    guard let end = done.firstIndex(where: { $0.step == StepKind.backfillChunked.rawValue }),
      end > 0
    else { return 0 }
    return done[end].time.timeIntervalSince(done[end - 1].time)
  }

  private func summarise(
    idle: WriterReport, busy: WriterReport,
    baseline: (seconds: Double, figures: SandboxFigures), wal: Int64, size: Int64, seconds: Double
  ) {
    let rate = seconds > 0 ? Double(sandbox.rows) / seconds : 0
    let walRatio = Double(wal) / Double(max(baseline.figures.walBytes, 1))
    let sizeRatio = Double(size) / Double(max(baseline.figures.tableBytes, 1))
    func milliseconds(_ duration: Duration) -> String {
      String(format: "%.1f ms", duration / .milliseconds(1))
    }
    say(
      """
      What it took
        backfill               \(String(format: "%.1f s, %.0f rows a second", seconds, rate))
        one UPDATE             \(String(format: "%.1f s", baseline.seconds)), blocking every row it has changed
        WAL of the whole plan  \(String(format: "%.2f", walRatio)) of one UPDATE's, the clients' own included
        table at the end       \(String(format: "%.2f", sizeRatio)) of its size after one UPDATE
      What the clients saw
        statements             \(busy.waits.count), errors: \(busy.errors.count)
        99 of 100 within       \(milliseconds(busy.percentile99)); before the plan: \(milliseconds(idle.percentile99))
        longest                \(milliseconds(busy.longest)); before the plan: \(milliseconds(idle.longest))
      """)
  }

  // MARK: - The proof

  /// What differs from what must be; nothing when all is well.
  private func verify(
    _ busy: WriterReport, on connection: PostgresConnection
  ) async throws -> [String] {
    say("Compare with a direct run of the migration on a second database …")
    var failures: [String] = []
    if let error = busy.errors.first {
      failures.append("\(busy.errors.count) statements of clients failed, the first: \(error)")
    }
    let lost: Int = try await connection.query(SQL(raw: LedgerFixture.disagreements)).only()
      .decode("count")
    if lost > 0 { failures.append("\(lost) rows differ from what the clients wrote") }
    try await runDirectly()
    let comparison = SandboxComparison(sandbox: sandbox)
    if try await !comparison.schemasAgree() { failures.append("the schemas differ") }
    if try await !comparison.rowsAgree() { failures.append("the rows differ") }
    say(
      failures.isEmpty
        ? "Equal: every row, and the schema but for the order of columns. No write was lost.\n"
        : failures.map { "FAILED: " + $0 }.joined(separator: "\n") + "\n")
    return failures
  }

  /// The same rows in the old schema, then the migration file as `psql -f` would run it.
  private func runDirectly() async throws {
    let admin = try await sandbox.connect(to: "postgres")
    try await admin.execute("CREATE DATABASE \(identifier: SandboxServer.directDatabase)")
    await admin.close()
    let direct = try await sandbox.connect(to: SandboxServer.directDatabase)
    try await direct.script(LedgerFixture.schema)
    let psql = sandbox.server.programs + "/psql"
    for (table, columns) in [
      ("account", "id, name"), ("ledger_entry", "id, account_id, amount, note, created_at"),
    ] {
      let copy = """
        "$1" -qXc "COPY \(table) (\(columns)) TO STDOUT" \(SandboxServer.database) \
        | "$1" -qXc "COPY \(table) (\(columns)) FROM STDIN" \(SandboxServer.directDatabase)
        """
      try await ServerPrograms.run(
        ["/bin/sh", "-c", copy, "sh", psql],
        environment: sandbox.server.environment(database: SandboxServer.database))
    }
    try await direct.script(LedgerFixture.migration)
    await direct.close()
  }
}

/// Why a tour did not end well.
struct TourFailure: Error, CustomStringConvertible {
  let reasons: [String]

  var description: String { "the tour failed: " + reasons.joined(separator: "; ") }
}

/// A place for one value that a concurrent task leaves behind.
private final class Box<Value: Sendable>: Sendable {
  private let stored = Mutex<Value?>(nil)

  var value: Value? {
    get { stored.withLock { $0 } }
    set { stored.withLock { $0 = newValue } }
  }
}
