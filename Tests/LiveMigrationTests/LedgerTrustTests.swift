import LiveMigration
import Postgres
import Rehearsals
import TestSupport
import Testing

/// Tables that others can make act as the driver are not used.
@Suite("Trusting the ledger", .database)
struct LedgerTrustTests {
  private static func rehearsal(_ settings: LiveSettings = Rehearsal.quick) async throws
    -> Rehearsal
  {
    try await Rehearsal(
      setup: """
        CREATE TABLE t (id int PRIMARY KEY, a int);
        INSERT INTO t SELECT g, g FROM generate_series(1, 300) g;
        ANALYZE t;
        """, migration: "ALTER TABLE t ALTER a TYPE bigint;", settings: settings, comparing: false)
  }

  @Test(arguments: [
    ("ALTER TABLE djogi_live_plans OWNER TO ROLE", "belongs to"),
    (
      "CREATE TRIGGER spy BEFORE UPDATE ON djogi_live_plans FOR EACH ROW EXECUTE FUNCTION spy()",
      "has the trigger spy"
    ),
    (
      "CREATE RULE spy AS ON INSERT TO djogi_live_plan_events DO ALSO SELECT 1",
      "has the rule spy"
    ),
    ("ALTER TABLE djogi_schema_migrations ENABLE ROW LEVEL SECURITY", "has row security"),
  ])
  func `Tables of others, and tables that run code, are refused`(
    change: String, reason: String
  ) async throws {
    let rehearsal = try await Self.rehearsal()
    let (id, role) = (try await rehearsal.plan(), try await rehearsal.database.makeRole())
    let admin = try await rehearsal.database.connect()
    try await admin.script(
      "CREATE FUNCTION spy() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'; "
        + change.replacing("ROLE", with: role))
    let engine = rehearsal.engine()
    for attempt in 0..<3 {
      let error = await #expect(throws: EngineError.self) {
        switch attempt {
        case 0: _ = try await engine.list(statuses: nil, all: true)
        case 1: _ = try await engine.run(id, options: Rehearsal.everything) { _ in }
        default: _ = try await engine.plan(version: nil, app: nil, dryRun: false)
        }
      }
      guard case .ledger(.untrusted("public", let faults)) = error else {
        throw try #require(error)
      }
      #expect(faults.count == 1)
      #expect(faults.first?.contains(reason) == true)
    }
    await admin.close()
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  @Test(arguments: ["nope", "pg_temp", "pg_catalog", "information_schema"])
  func `A schema that is not there or is the server's is refused`(schema: String) async throws {
    var settings = Rehearsal.quick
    settings.ledgerSchema = schema
    let rehearsal = try await Self.rehearsal(settings)
    let engine = rehearsal.engine()
    for attempt in 0..<2 {
      let error = await #expect(throws: EngineError.self) {
        if attempt == 0 { return _ = try await engine.list(statuses: nil, all: true) }
        _ = try await engine.plan(version: nil, app: nil, dryRun: false)
      }
      #expect(error?.description.contains("ledger_schema names") == true)
    }
    #expect(rehearsal.workspace.planFiles == [])
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  @Test(arguments: [Tuning.Key.throttleQuery, .stopQuery])
  func `A query that another role can write is not run`(key: Tuning.Key) async throws {
    let filled = try await FilledTable(rows: 3000)
    let database = filled.rehearsal.database
    let role = try await database.makeRole()
    let admin = try await database.connect()
    try await admin.script(
      "GRANT SELECT (plan_id), UPDATE (tuning) ON djogi_live_plans TO \(role)")
    let other = try await database.connect(user: role)
    try await other.execute(
      #"UPDATE djogi_live_plans SET tuning = '{"\#(raw: key.rawValue)": "SELECT false"}'"#)
    await other.close()
    let engine = filled.rehearsal.engine()
    let error = await #expect(throws: EngineError.self) {
      try await engine.tune(
        filled.plan, [TuningChange(key: key, value: "SELECT false")])
    }
    guard case .ledger(.untrustedQuery(_, [role])) = error else { throw try #require(error) }
    await engine.disconnect()
    try await filled.whileHeld(by: "a query of the plan's row is not run") {
      try await admin.execute(
        "REVOKE UPDATE (tuning) ON djogi_live_plans FROM \(identifier: role)")
    }
    await admin.close()
    #expect(try await filled.disagreements() == 0)
    try await filled.rehearsal.dispose()
  }
}
