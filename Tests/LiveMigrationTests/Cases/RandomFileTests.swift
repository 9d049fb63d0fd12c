import Foundation
import Postgres
import Rehearsals
import Synchronization
import TestSupport
import Testing

/// Files of random statements that touch each other end where a direct run ends, or are refused.
///
/// A few in every run; `DJOGI_FILES=10000` for more, `DJOGI_FUZZ_SEED` for others, `DJOGI_FILE=17` for one of them.
@Suite("Random files", .database, .timeLimit(.minutes(600)))
struct RandomFileTests {
  /// What became of all files.
  private static let tally = Mutex<[MigrationCase.Outcome: Int]>([:])

  private static var parts: [Int] {
    let environment = ProcessInfo.processInfo.environment
    if let one = environment["DJOGI_FILE"].flatMap(Int.init) { return [one] }
    return Array(0..<(environment["DJOGI_FILES"].flatMap(Int.init) ?? 12))
  }

  @Test(arguments: parts)
  func `A random file ends where a direct run ends, or is refused`(_ part: Int) async throws {
    let migration = try await Self.migration(part)
    let result = try await CaseRun(
      MigrationCase(name: "file \(part)", setup: RandomDatabase.setup, migration: migration)
    ).run()
    Self.tally.withLock { $0[result.outcome, default: 0] += 1 }
    if ProcessInfo.processInfo.environment["DJOGI_CASES_PRINT"] == "1" {
      print(
        "file: \(part) \(result.outcome.rawValue)\n\(migration)note: \(result.note.prefix(1500))")
      print(Self.tally.withLock { "files: \($0)" })
    }
    let accepted: Set<MigrationCase.Outcome> = [.equal, .agreed, .refused, .late]
    #expect(
      accepted.contains(result.outcome),
      "seed \(Fuzz.seed), file \(part): \(result.outcome.rawValue)\n\(migration)\n\(result.note)")
  }

  /// Writes a file whose statements were tried one after the other, in a transaction that leaves nothing.
  private static func migration(_ part: Int) async throws -> String {
    let connection = try await TestDatabase.current.connect()
    try await connection.script("BEGIN;" + RandomDatabase.setup)
    let migration = try await RandomMigration(seed: Fuzz.seed, part: part) { statement in
      do {
        try await connection.script("SAVEPOINT before; " + statement)
        return true
      } catch let error as PostgresError where error.serverError != nil {
        try await connection.script("ROLLBACK TO SAVEPOINT before")
        return false
      }
    }
    try await connection.script("ROLLBACK")
    await connection.close()
    return migration.text
  }
}
