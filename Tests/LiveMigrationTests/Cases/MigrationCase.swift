import Foundation
import Rehearsals
import TestSupport
import Testing

/// A migration as teams write them, with what must become of it: `Tests/Fixtures/cases/NAME.sql`, after
/// `NAME.setup.sql`, or on the database of random files where it says `-- setup: RandomDatabase`.
///
/// Its first line says what is right: `-- expect: equal`, `refused` or `agreed`, and after a semicolon why. A second
/// line may say which server reads it, `-- needs: 18`: any older one must refuse it. Where the other file needs one, its
/// first line says so.
struct MigrationCase: Sendable, CustomTestStringConvertible {
  /// What became of a migration, the best first.
  enum Outcome: String, Sendable, CaseIterable {
    /// A direct run works, and ours ends in the same state.
    case equal
    /// A direct run fails, ours refuses or its gate disagrees, and nothing is changed.
    case agreed
    /// A direct run works, and ours refuses before anything is done.
    case refused
    /// A direct run fails, and ours too, but only after it has begun.
    case late
    /// A direct run works, and ours begins and cannot be finished.
    case stuck
    /// Ours ends with success in another state, or where a direct run fails.
    case wrong

    /// Whether this is a worse end than another.
    func isWorse(than other: Outcome) -> Bool {
      let order = Outcome.allCases
      guard let left = order.firstIndex(of: self), let right = order.firstIndex(of: other) else {
        return false
      }
      return left > right
    }
  }

  static let folder = "cases"

  let name: String
  let setup: String
  let migration: String
  /// What is right.
  let expected: Outcome
  /// What becomes of it today, where that is less than what is right.
  let today: Outcome?
  /// The oldest major version of PostgreSQL that reads it.
  let version: Int
  /// The same of what is there before.
  let setupVersion: Int

  var testDescription: String { name }

  /// A migration that is right when it ends where a direct run ends.
  init(name: String, setup: String, migration: String) {
    (self.name, self.setup, self.migration) = (name, setup, migration)
    (expected, today, version, setupVersion) = (.equal, nil, 0, 0)
  }

  /// Reads a case.
  init(_ name: String, today: Outcome?) throws {
    self.name = name
    self.today = today
    let migration = try #require(try Fixtures.text(name + ".sql", in: Self.folder))
    self.migration = migration
    setup =
      migration.contains("\n-- setup: RandomDatabase\n")
      ? RandomDatabase.setup : try Fixtures.text(name + ".setup.sql", in: Self.folder) ?? ""
    let prefix = "-- expect: "
    let line = migration.prefix { $0 != "\n" }
    let word = line.dropFirst(prefix.count).prefix { $0.isLetter }
    guard line.hasPrefix(prefix), let expected = Outcome(rawValue: String(word)),
      [.equal, .agreed, .refused].contains(expected)
    else { throw RehearsalError("\(name).sql does not begin with what is expected of it") }
    self.expected = expected
    version = Self.needed(migration.split(separator: "\n", maxSplits: 2).dropFirst().first)
    setupVersion = Self.needed(setup.split(separator: "\n", maxSplits: 1).first)
  }

  private static func needed(_ line: Substring?) -> Int {
    let prefix = "-- needs: "
    guard let line, line.hasPrefix(prefix) else { return 0 }
    return Int(line.dropFirst(prefix.count)) ?? 0
  }

  /// Those that this run takes: one of four, all with `DJOGI_CASES=all`, some by name with `DJOGI_CASE=name,name`.
  static func chosen() throws -> [MigrationCase] {
    let short = try knownToFallShort()
    let names = Fixtures.names(in: folder)
    let takesAll = ProcessInfo.processInfo.environment["DJOGI_CASES"] == "all"
    // Names of the same subject stand side by side, so that a sample has some of each.
    let some =
      takesAll || NamedCases.areChosen
      ? names : names.enumerated().filter { $0.offset.isMultiple(of: 4) }.map(\.element)
    return try NamedCases.of(some) { $0 }.map { try MigrationCase($0, today: short[$0]) }
  }

  /// What `known-to-fall-short.txt` says: a name and an outcome a line.
  static func knownToFallShort() throws -> [String: Outcome] {
    let text = try #require(try Fixtures.text("known-to-fall-short.txt", in: folder))
    var known: [String: Outcome] = [:]
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      let words = line.split(separator: " ").map(String.init)
      guard words.count == 2, let outcome = Outcome(rawValue: words[1]) else {
        throw RehearsalError("known-to-fall-short.txt: \(line)")
      }
      known[words[0]] = outcome
    }
    return known
  }
}
