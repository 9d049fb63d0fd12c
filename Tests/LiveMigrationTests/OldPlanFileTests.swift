import Foundation
import Postgres
import Rehearsals
import SchemaChange
import TestSupport
import Testing

@testable import LiveMigration

/// Plan files that an older version wrote, `Tests/Fixtures/plan-files`: they are read and driven as before.
@Suite("Plan files of format 1", .database)
struct OldPlanFileTests {
  static let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures/plan-files")

  /// A fixture by its name.
  struct Fixture {
    let setup, migration: String
    let bytes: [UInt8]

    init(_ name: String) throws {
      func text(_ ending: String) throws -> String {
        try String(
          contentsOf: OldPlanFileTests.fixtures.appending(path: name + ending), encoding: .utf8)
      }
      (setup, migration) = (try text(".setup.sql"), try text(".sql"))
      bytes = Array(try text(".json").utf8)
    }
  }

  /// A workspace with a fixture's migration and plan file, and the plan's row.
  private func prepare(_ fixture: Fixture) async throws -> (Rehearsal, PlanID) {
    let rehearsal = try await Rehearsal(setup: fixture.setup, migration: fixture.migration)
    let plan = try PlanFileFormat.decode(fixture.bytes)
    let folder = URL(filePath: rehearsal.folder).appending(path: "migrations/main")
    let bucket = folder.appending(path: "_global_")
    try FileManager.default.removeItem(
      at: bucket.appending(path: Rehearsal.version + ".sql"))
    try Data(fixture.migration.utf8).write(
      to: bucket.appending(path: plan.header.originatingMigration + ".sql"))
    let live = folder.appending(path: "live")
    try FileManager.default.createDirectory(at: live, withIntermediateDirectories: true)
    try Data(fixture.bytes).write(
      to: live.appending(path: "\(plan.header.planID)_\(plan.header.slug).json"))
    let engine = rehearsal.engine()
    let connection = try await engine.connection()
    try await engine.ledger.create(on: connection)
    try await engine.ledger.insert(
      plan.header, plan.steps[0].kind, Checksum(of: fixture.bytes), on: connection)
    await engine.disconnect()
    return (rehearsal, plan.header.planID)
  }

  @Test(arguments: [
    ("replacement", ["account", "entry", "line"]), ("partitions", ["event"]),
    ("constraints", ["kind", "note"]),
  ])
  func `A plan that was made before is driven to the end of a direct run`(
    name: String, tables: [String]
  ) async throws {
    let (rehearsal, id) = try await prepare(Fixture(name))
    try await rehearsal.drive(id)
    try await rehearsal.runDirectly()
    let schemas = try await rehearsal.schemas()
    #expect(SchemaText.differences(schemas.live, schemas.direct) == [])
    for table in tables {
      let rows = try await rehearsal.rows(of: table)
      #expect(rows.live == rows.direct)
    }
    #expect(try await rehearsal.leftOvers() == [])
    try await rehearsal.dispose()
  }

  @Test
  func `A plan that was made before can be reverted`() async throws {
    let (rehearsal, id) = try await prepare(Fixture("replacement"))
    let before = try await rehearsal.schema()
    let engine = rehearsal.engine()
    let options = RunOptions(allowDestructive: true, justification: "test")
    let outcome = try await engine.run(id, options: options) { _ in }
    #expect(outcome.status == .validating)
    _ = try await engine.revert(id, justification: "test") { _ in }
    await engine.disconnect()
    #expect(SchemaText.differences(before, try await rehearsal.schema()) == [])
    try await rehearsal.dispose()
  }

  @Test(arguments: ["replacement", "partitions", "constraints"])
  func `What the file does not say is read from its statements, and written in format 2`(
    name: String
  ) throws {
    let plan = try PlanFileFormat.decode(Fixture(name).bytes)
    #expect(plan.isDestructive)
    let cleanup = try #require(plan.steps.last { $0.kind == .cleanupLegacyState })
    let statements = cleanup.body.segments.flatMap(\.statements)
    let locks = statements.filter(\.onlyLocks).flatMap(\.locks)
    #expect(locks.allSatisfy { $0.mode == .accessExclusive && $0.reach == .inheritors })
    #expect(!locks.isEmpty)
    #expect(statements.contains { $0.destroys && $0.sql.contains("DROP COLUMN") })
    if name == "partitions" {
      let converts = plan.steps.flatMap(\.body.gates).filter { $0.kind == .converts }
      #expect(converts.allSatisfy { $0.rows?.rowName != nil })
      #expect(!converts.isEmpty)
    }
    #expect(try PlanFileFormat.decode(PlanFileFormat.encode(plan)) == plan)
  }
}
