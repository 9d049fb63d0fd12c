import Foundation
import LiveMigration
import Postgres
import Rehearsals
import SchemaChange
import TestSupport
import Testing

/// Whose rights a new shape works with, and who is told what.
@Suite("Rights on a new shape", .database)
struct ShapeRightsTests {
  private static func planned() async throws -> (Rehearsal, PlanID, PostgresConnection) {
    let rehearsal = try await KeptCase(
      setup: TwoShapes.setup, migration: TwoShapes.migration, newShape: true
    ).rehearsal()
    return (rehearsal, try await rehearsal.plan(), try await rehearsal.database.connect())
  }

  @Test func `Row security holds through a view, or there is none`() async throws {
    let role = "djogi_test_\(UInt64.random(in: 0..<1 << 40))"
    let rehearsal = try await Rehearsal(
      setup: TwoShapes.setup + """
        CREATE ROLE \(role); GRANT SELECT, UPDATE ON t TO \(role);
        ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY few ON t TO \(role) USING (buyer < 3);
        """,
      migration: TwoShapes.migration, comparing: false)
    let engine = rehearsal.engine()
    let client = try await rehearsal.database.connect()
    func plan() async throws -> PlanID {
      let result = try await engine.plan(version: nil, app: nil, dryRun: false, newShape: true)
      guard case .planned(let file, _, _, _) = result.first else {
        throw RehearsalError("no plan was made: \(result)")
      }
      return file.plan.header.planID
    }
    if client.info.serverVersion < 150_000 {
      let error = await #expect(throws: EngineError.self) { _ = try await plan() }
      #expect(error?.description.contains("t has row security") == true)
    } else {
      let id = try await plan()
      try await rehearsal.drive(id, until: .finalizing)
      try await client.script("\(TwoShapes.path); SET ROLE \(role); UPDATE t SET total = 9")
      #expect(try await TwoShapes.texts("SELECT count(*)::text FROM t", client) == ["2"])
      try await client.script("RESET ROLE")
      #expect(
        try await TwoShapes.texts("SELECT count(*)::text FROM t WHERE total = 9", client) == ["2"])
      #expect(try await rehearsal.drive(id).status == .complete)
    }
    await engine.disconnect()
    try await client.script("DROP OWNED BY \(role); DROP ROLE \(role)")
    await client.close()
    try await rehearsal.dispose()
  }

  @Test func `A role that may make no schema is told so by plan`() async throws {
    let role = "djogi_test_\(UInt64.random(in: 0..<1 << 40))"
    let owned =
      "CREATE ROLE \(role) LOGIN; GRANT CREATE ON SCHEMA public TO \(role); SET ROLE \(role);"
    let rehearsal = try await Rehearsal(
      setup: owned + TwoShapes.setup + "RESET ROLE", migration: TwoShapes.migration, user: role,
      comparing: false)
    let engine = rehearsal.engine()
    let error = await #expect(throws: EngineError.self) {
      _ = try await engine.plan(version: nil, app: nil, dryRun: false, newShape: true)
    }
    #expect(error?.description.contains("GRANT CREATE ON DATABASE") == true)
    #expect(rehearsal.workspace.planFiles == [])
    let client = try await rehearsal.database.connect()
    try await client.script(
      "GRANT CREATE ON DATABASE \"\(rehearsal.database.name)\" TO \(role)")
    let result = try await engine.plan(version: nil, app: nil, dryRun: false, newShape: true)
    guard case .planned(let file, _, _, _) = result.first else {
      throw RehearsalError("no plan was made: \(result)")
    }
    #expect(try await rehearsal.drive(file.plan.header.planID).status == .complete)
    await engine.disconnect()
    try await client.script("DROP OWNED BY \(role); DROP ROLE \(role)")
    await client.close()
    try await rehearsal.dispose()
  }

  @Test func `A plan says who cannot read a view, and what a view does not take`() async throws {
    let role = "djogi_test_\(UInt64.random(in: 0..<1 << 40))"
    let rehearsal = try await Rehearsal(
      setup: TwoShapes.setup
        + "CREATE ROLE \(role); GRANT SELECT (id, total), UPDATE (total) ON t TO \(role);"
        + "CREATE ROLE \(role)_all; GRANT SELECT (id, total, note, buyer) ON t TO \(role)_all;",
      migration: TwoShapes.migration, comparing: false)
    let engine = rehearsal.engine()
    let result = try await engine.plan(version: nil, app: nil, dryRun: true, newShape: true)
    guard case .dryRun(_, let verdicts, let remarks, _) = result.first else {
      throw RehearsalError("no plan was made: \(result)")
    }
    let renames = verdicts.flatMap(\.warnings).filter { $0.rule == .renameBreaksClients }
    #expect(renames.map { $0.message.contains("both names until the swap") } == [true])
    #expect(!remarks.contains { $0.contains("\(role)_all of t") })
    #expect(remarks.contains { $0.contains("COPY (SELECT …) TO") })
    let client = try await rehearsal.database.connect()
    let isNamed = remarks.contains { $0.contains("\(role) of t") }
    #expect(isNamed == (client.info.serverVersion >= 150_000))
    await engine.disconnect()
    try await client.script("DROP OWNED BY \(role), \(role)_all; DROP ROLE \(role), \(role)_all")
    await client.close()
    try await rehearsal.dispose()
  }

  @Test func `A schema of the plan's name that came later is no end of the plan`() async throws {
    let (rehearsal, id, client) = try await Self.planned()
    try await client.script("CREATE SCHEMA public_v20260428000000")
    let engine = rehearsal.engine()
    let error = await #expect(throws: EngineError.self) {
      _ = try await engine.run(id, options: Rehearsal.everything) { _ in }
    }
    #expect(error?.description.contains("public_v20260428000000") == true)
    #expect(try await engine.show(id).row.status == .paused)
    try await client.script("DROP SCHEMA public_v20260428000000")
    #expect(try await rehearsal.drive(id).status == .complete)
    await engine.disconnect()
    await client.close()
    try await rehearsal.dispose()
  }
}
