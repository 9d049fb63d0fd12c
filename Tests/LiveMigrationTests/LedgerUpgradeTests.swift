import Foundation
import LiveMigration
import Postgres
import TestSupport
import Testing

/// A database as the program left it before its tables had versions: a plan at its first gate, one that is half
/// reverted, one that is reverted, one that is complete.
@Suite("Upgrading the ledger", .database)
struct LedgerUpgradeTests {
  private static let waiting = PlanID("120233465982484480")
  private static let halfReverted = PlanID("120233464548032512")
  private static let reverted = PlanID("120233465344950272")

  private let folder: String
  private let database: TestDatabase

  init() async throws {
    database = try TestDatabase.current
    folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    let sample = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Fixtures/ledger")
    try FileManager.default.copyItem(
      atPath: sample.appending(path: "workspace").path, toPath: folder)
    let connection = try await database.connect()
    try await connection.script(
      String(contentsOf: sample.appending(path: "v1.sql"), encoding: .utf8))
    await connection.close()
  }

  private func engine(user: String = TestCluster.superuser) -> LiveEngine {
    let database = database
    return LiveEngine(
      workspace: Workspace(folder: folder), database: .main, settings: Rehearsal.quick, node: 1
    ) { try await database.connect(user: user) }
  }

  /// All rows of the three tables, without the columns that an upgrade adds.
  private func contents(_ connection: PostgresConnection) async throws -> [String] {
    var rows: [String] = []
    for table in ["djogi_live_plans", "djogi_live_plan_events", "djogi_schema_migrations"] {
      rows += try await connection.query(
        """
        SELECT (to_jsonb(r) - '{plan_copy, revert_state, kept_until, retires_unattended, os_user}'::text[])::text FROM \(identifier: table) AS r
        ORDER BY 1
        """
      ).map { try $0.decode(0) }
    }
    return rows
  }

  private func version(_ connection: PostgresConnection) async throws -> [Int] {
    try await connection.query("SELECT version FROM djogi_ledger").map { try $0.decode(0) }
  }

  @Test
  func `Readers read the tables of version 1 and leave them as they are`() async throws {
    let (engine, id) = (engine(), try #require(Self.waiting))
    #expect(try await engine.list(statuses: nil, all: true).count == 4)
    let detail = try await engine.show(id)
    #expect(detail.row.status == .validating)
    #expect(!detail.row.hasCopy)
    #expect(try await engine.history(id).count == 6)
    #expect(try await engine.plans(matching: "1202334659", accepting: nil, limit: 5).count == 1)
    let isNumbered: Bool = try await engine.connection().query(
      "SELECT to_regclass('djogi_ledger') IS NOT NULL"
    ).only().decode(0)
    #expect(!isNumbered)
    await engine.disconnect()
  }

  @Test
  func `Programs that upgrade at once do it once, and lose nothing`() async throws {
    let connection = try await database.connect()
    let before = try await contents(connection)
    #expect(before.count == 4 + 35 + 1)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<6 {
        group.addTask {
          let own = try await database.connect()
          try await PlanLedger(schema: "public").create(on: own)
          await own.close()
        }
      }
      try await group.waitForAll()
    }
    #expect(try await version(connection) == [4])
    #expect(try await contents(connection) == before)
    await connection.close()
    let engine = engine()
    let rows = try await engine.list(statuses: nil, all: true)
    let states = Dictionary(uniqueKeysWithValues: rows.map { ($0.planID, $0.revertState) })
    #expect(states[try #require(Self.halfReverted)] == .begun)
    #expect(states[try #require(Self.reverted)] == .done)
    #expect(rows.filter { $0.revertState == nil }.map(\.status) == [.complete, .validating])
    await engine.disconnect()
  }

  @Test
  func `A plan of version 1 goes on from its gate, and a revert to its end`() async throws {
    let (engine, id) = (engine(), try #require(Self.waiting))
    let outcome = try await engine.run(id, options: Rehearsal.everything) { _ in }
    #expect(outcome.status == .finalizing)
    #expect(try await engine.show(id).row.hasCopy)
    #expect(try await engine.finalize(id, justification: "test") { _ in }.status == .complete)
    let half = try #require(Self.halfReverted)
    _ = try await engine.revert(half, justification: "test") { _ in }
    #expect(try await engine.show(half).row.revertState == .done)
    let connection = try await engine.connection()
    #expect(try await version(connection) == [4])
    let kept: Bool = try await connection.query(
      """
      SELECT (SELECT count(*) = 300 FROM t WHERE amount = id * 3 AND pg_typeof(amount) = 'bigint'::regtype)
        AND (SELECT count(*) = 300 FROM u WHERE token = id::text)
        AND NOT EXISTS (SELECT FROM pg_trigger WHERE tgname LIKE '%djogi%')
      """
    ).only().decode(0)
    #expect(kept)
    await engine.disconnect()
  }

  @Test
  func `A role that may not upgrade is told which role may`() async throws {
    let role = try await database.makeRole()
    let admin = try await database.connect()
    try await admin.script(
      """
      GRANT SELECT, INSERT, UPDATE ON djogi_live_plans, djogi_schema_migrations TO \(role);
      GRANT SELECT, INSERT ON djogi_live_plan_events TO \(role);
      GRANT CREATE ON SCHEMA public TO \(role)
      """)
    let engine = engine(user: role)
    let id = try #require(Self.waiting)
    let error = await #expect(throws: EngineError.self) {
      try await engine.abandon(id, justification: nil)
    }
    guard case .ledger(.cannotUpgrade("public", 1, 4, "postgres")) = error else {
      throw try #require(error)
    }
    #expect(try await engine.show(id).row.status == .validating)
    await engine.disconnect()
    await admin.close()
  }

  @Test
  func `Tables of a newer version are refused by name`() async throws {
    let connection = try await database.connect()
    try await PlanLedger(schema: "public").create(on: connection)
    try await connection.execute("UPDATE djogi_ledger SET version = 99")
    await connection.close()
    let (engine, id) = (engine(), try #require(Self.waiting))
    for attempt in 0..<3 {
      let error = await #expect(throws: EngineError.self) {
        switch attempt {
        case 0: _ = try await engine.list(statuses: nil, all: true)
        case 1: _ = try await engine.run(id, options: Rehearsal.everything) { _ in }
        default: _ = try await engine.plan(version: nil, app: nil, dryRun: false)
        }
      }
      guard case .ledger(.tooNew("public", 99, 4)) = error else { throw try #require(error) }
      #expect(error?.description.contains("version 99") == true)
    }
    await engine.disconnect()
  }
}
