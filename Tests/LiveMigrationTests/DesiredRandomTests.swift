import Foundation
import Rehearsals
import TestSupport
import Testing

@testable import LiveMigration

/// Random schemas lead to each other.
///
/// A failure names its seed, which `DJOGI_SEED` repeats; `DJOGI_FUZZ_FACTOR` takes so many times as many.
@Suite("Migrations between random schemas", .database)
struct DesiredRandomTests {
  static let seeds: [UInt64] = {
    let environment = ProcessInfo.processInfo.environment
    if let seed = environment["DJOGI_SEED"].flatMap(UInt64.init) { return [seed] }
    return (0..<3 * (environment["DJOGI_FUZZ_FACTOR"].flatMap(UInt64.init) ?? 1)).map {
      Fuzz.seed &+ $0
    }
  }()

  @Test(arguments: seeds)
  func `A random schema leads to another one, and back`(seed: UInt64) async throws {
    let (before, after) = RandomSchema.pair(RandomSource(seed: seed))
    do {
      try await SchemaSide.with(before) { first in
        try await SchemaSide.with(after) { second in
          try await DesiredPairTests.lead(first, to: second)
        }
      }
    } catch {
      Issue.record("seed \(seed): \(error)\n\(before)\n----\n\(after)")
    }
  }
}
