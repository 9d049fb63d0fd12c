import LiveMigration
import Postgres
import Rehearsals
import TestSupport
import Testing

/// The whole SQL of some migrations' plans is checked in, so that a change of what is sent is seen in a diff.
///
/// `DJOGI_RECORD=1 swift test --filter GoldenPlans` writes `Tests/Fixtures/plans/NAME.plan.txt` anew.
@Suite("Golden plans", .database)
struct GoldenPlans {
  private static let folder = "plans"
  /// The version of the server that the plans were recorded on; some definitions are its words.
  private static let version = 15

  static var cases: [String] {
    NamedCases.of(Fixtures.names(in: folder)) { $0 }
  }

  @Test(arguments: cases)
  func `A plan is the one that is checked in`(_ name: String) async throws {
    guard try await isRecordedVersion() else { return }
    let text = try await plan(name)
    let file = name + ".plan.txt"
    if Fixtures.isRecording { try Fixtures.record(text, as: file, in: Self.folder) }
    let recorded = try #require(
      try Fixtures.text(file, in: Self.folder), "\(file) is not recorded: DJOGI_RECORD=1")
    #expect(LineDifference.of(recorded, text) == "", "\(file)")
  }

  @Test
  func `Every recorded plan has its migration`() throws {
    let migrations = Set(Fixtures.names(in: Self.folder))
    let files = try Fixtures.files(in: Self.folder)
    for suffix in [".plan.txt", ".setup.sql"] {
      let names = files.filter { $0.hasSuffix(suffix) }.map { String($0.dropLast(suffix.count)) }
      #expect(Set(names).subtracting(migrations) == [], "\(suffix)")
    }
    #expect(migrations.count >= 30)
  }

  private func isRecordedVersion() async throws -> Bool {
    let connection = try await TestDatabase.current.connect()
    let version = connection.info.serverVersion / 10_000
    await connection.close()
    return version == Self.version
  }

  private func plan(_ name: String) async throws -> String {
    let setup = try Fixtures.text(name + ".setup.sql", in: Self.folder) ?? ""
    let migration = try #require(try Fixtures.text(name + ".sql", in: Self.folder))
    let rehearsal = try await Rehearsal(setup: setup, migration: migration, comparing: false)
    let engine = rehearsal.engine()
    let results = try await engine.plan(version: nil, app: nil, dryRun: true)
    await engine.disconnect()
    try await rehearsal.dispose()
    guard case .dryRun(let plan, _, let remarks) = results.first else {
      throw RehearsalError("no plan was made: \(results)")
    }
    return PlanText.of(plan, remarks: remarks)
  }
}
