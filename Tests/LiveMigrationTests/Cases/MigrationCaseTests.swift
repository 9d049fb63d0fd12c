import Foundation
import TestSupport
import Testing

/// Migrations as teams write them end where a direct run ends, or are refused before anything is done.
///
/// `known-to-fall-short.txt` names those that do less today: one that has become right must leave the list, and none may
/// become worse.
@Suite("Migration cases", .database, .timeLimit(.minutes(20)))
struct MigrationCaseTests {
  @Test(arguments: try MigrationCase.chosen())
  func `A case ends as it must`(_ migrationCase: MigrationCase) async throws {
    let server = try await TestDatabase.current.majorVersion()
    guard server >= migrationCase.setupVersion else { return }
    let result = try await CaseRun(migrationCase).run()
    let (outcome, expected) = (
      result.outcome, server < migrationCase.version ? .agreed : migrationCase.expected
    )
    if ProcessInfo.processInfo.environment["DJOGI_CASES_PRINT"] == "1" {
      print("case: \(migrationCase.name) \(outcome.rawValue), expected \(expected.rawValue)")
    }
    guard let today = migrationCase.today else {
      #expect(outcome == expected, "\(result.note)")
      return
    }
    #expect(
      outcome != expected,
      "\(migrationCase.name) is right now; take it off known-to-fall-short.txt")
    #expect(!outcome.isWorse(than: today), "it was \(today.rawValue); \(result.note)")
  }

  @Test
  func `What is known to fall short is a case`() throws {
    let names = Set(Fixtures.names(in: MigrationCase.folder))
    #expect(Set(try MigrationCase.knownToFallShort().keys).subtracting(names) == [])
  }
}
