import LiveMigration
import Postgres
import Rehearsals
import TestSupport
import Testing

/// A plan of two shapes whose program dies anywhere is taken back from there, and leaves nothing.
@Suite("Two shapes, taken back from every place", .database)
struct ShapeCrashTests {
  /// How many places are tried, evenly spread; every one with `DJOGI_WALK=all`.
  private static let places = 5

  @Test(arguments: KeptCase.cases.filter(\.newShape))
  func `A plan that died anywhere is taken back`(_ test: KeptCase) async throws {
    let rehearsal = try await test.rehearsal()
    let client = try await rehearsal.database.connect()
    let before = try await rehearsal.schema()
    let total = try await Self.strike(at: nil, rehearsal, client, before)
    let distance = Walk.isLong ? 1 : max(1, total / Self.places)
    for place in stride(from: distance / 2, to: total, by: distance) {
      _ = try await Self.strike(at: place, rehearsal, client, before)
    }
    await client.close()
    try await rehearsal.dispose()
  }

  /// Drives a plan there, lets the program die at a statement, and takes back what there is.
  ///
  /// - Returns: How many statements were sent.
  private static func strike(
    at place: Int?, _ rehearsal: Rehearsal, _ client: PostgresConnection, _ before: String
  ) async throws -> Int {
    let id = try await rehearsal.plan()
    let engine = rehearsal.engine()
    let trap = StatementTrap(at: place) { _ in throw SimulatedCrash() }
    do {
      try await trap.watch {
        _ = try await engine.run(id, options: Rehearsal.everything) { _ in }
        _ = try await engine.finalize(id, justification: "t", keeping: KeptCase.day) { _ in }
        _ = try await engine.rollback(id, justification: "t") { _ in }
      }
      // A run that looks around less often is over before, and one goes on where a mere look failed.
    } catch is SimulatedCrash {
      #expect(trap.hasSprung)
    }
    await engine.disconnect()
    try await rehearsal.waitForLock(id)
    let next = rehearsal.engine()
    if try await next.show(id).row.kept != nil {
      _ = try await next.rollback(id, justification: "t") { _ in }
    }
    let end = try await next.revert(id, justification: "t") { _ in }
    #expect(end.status == .abandoned, "at \(String(describing: place))")
    await next.disconnect()
    let differences = SchemaText.differences(try await rehearsal.schema(), before)
    #expect(differences == [], "at \(String(describing: place))")
    #expect(try await rehearsal.leftOvers() == [], "at \(String(describing: place))")
    let views: Int = try await client.query(
      "SELECT count(*) FROM pg_namespace WHERE nspname LIKE '%\\_v20260428000000'"
    ).only().decode(0)
    #expect(views == 0)
    return trap.count
  }
}
