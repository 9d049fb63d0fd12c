import LiveMigration
import Postgres
import TestSupport
import Testing

/// After a plan has completed, schema and rows are those of a direct run.
@Suite("The promise", .database)
struct PromiseTests {
  @Test(arguments: chosenPromises)
  func `A plan ends where a direct run ends`(_ promise: Promise) async throws {
    var settings = Rehearsal.quick
    settings.newShape = promise.newShape
    let rehearsal = try await Rehearsal(
      setup: promise.setup, migration: promise.migration, settings: settings)
    let id = try await rehearsal.plan()
    let outcome = try await rehearsal.drive(id)
    #expect(outcome.status == .complete)
    try await rehearsal.runDirectly()
    let schemas = try await rehearsal.schemas()
    #expect(SchemaText.differences(schemas.live, schemas.direct) == [])
    for table in promise.tables {
      let rows = try await rehearsal.rows(of: table, without: promise.ownValues)
      #expect(rows.live == rows.direct, "\(table)")
      #expect(rows.live.isEmpty == promise.dropsRows, "\(table)")
    }
    #expect(try await rehearsal.leftOvers() == [])
    try await rehearsal.dispose()
  }
}
