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

/// A schema made of parts, some of which another one has too.
enum RandomSchema {
  private struct Column {
    var name: String
    var type: String
    var more: String
  }

  private static let types: [(name: String, defaults: [String])] = [
    ("integer", ["7", "-1"]), ("bigint", ["8"]), ("text", ["'x'", "'it''s'"]),
    ("numeric(10,2)", ["1.5"]), ("timestamptz", ["now()"]), ("boolean", ["true"]),
    ("mood", ["'calm'"]), ("jsonb", ["'{}'"]), ("varchar(20)", ["'v'"]), ("date", ["current_date"]),
  ]

  /// Two schemas over the same names.
  static func pair(_ random: RandomSource) -> (String, String) {
    (schema(random), schema(random))
  }

  private static func schema(_ random: RandomSource) -> String {
    var text = "CREATE TYPE mood AS ENUM ('calm'\(random.chance(50) ? ", 'cross'" : ""));\n"
    text +=
      "CREATE FUNCTION twice(a integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT a * "
    text += "\(random.int(in: 2...3))';\n"
    var keyed: [String] = []
    for number in 1...5 where random.chance(80) {
      let name = "t\(number)"
      let columns = (1...6).filter { _ in random.chance(65) }.map { column("c\($0)", random) }
      text += table(name, columns, keyed, random)
      keyed.append(name)
      text += indexes(name, columns, random)
      if random.chance(60) { text += view("v\(number)", name, columns, random) }
    }
    return text
  }

  private static func column(_ name: String, _ random: RandomSource) -> Column {
    let type = random.pick(types)
    var more = random.chance(40) ? " DEFAULT \(random.pick(type.defaults))" : ""
    if random.chance(30) { more += " NOT NULL" }
    return Column(name: name, type: type.name, more: more)
  }

  private static func table(
    _ name: String, _ columns: [Column], _ keyed: [String], _ random: RandomSource
  ) -> String {
    var lines = ["id bigint\(random.chance(50) ? " GENERATED ALWAYS AS IDENTITY" : "") PRIMARY KEY"]
    lines += columns.map { "\($0.name) \($0.type)\($0.more)" }
    if let other = keyed.last, random.chance(60) {
      lines.append(
        "other bigint REFERENCES \(other)\(random.chance(50) ? " ON DELETE CASCADE" : "")")
    }
    if let column = columns.first(where: { $0.type == "integer" }), random.chance(50) {
      lines.append("CONSTRAINT \(name)_small CHECK (\(column.name) < \(random.int(in: 10...12)))")
    }
    let options = random.chance(20) ? " WITH (fillfactor = 80)" : ""
    var text = "CREATE TABLE \(name) (\(lines.joined(separator: ", ")))\(options);\n"
    if random.chance(30) {
      text += "COMMENT ON TABLE \(name) IS 'table \(random.int(below: 3))';\n"
    }
    if random.chance(20) { text += "GRANT SELECT ON \(name) TO PUBLIC;\n" }
    return text
  }

  private static func indexes(_ table: String, _ columns: [Column], _ random: RandomSource)
    -> String
  {
    guard let column = columns.last, column.type != "jsonb" else { return "" }
    let unique = random.chance(30) ? "UNIQUE " : ""
    let filter = random.chance(30) ? " WHERE id > 0" : ""
    return "CREATE \(unique)INDEX \(table)_i ON \(table) (\(column.name), id)\(filter);\n"
  }

  private static func view(
    _ name: String, _ table: String, _ columns: [Column], _ random: RandomSource
  ) -> String {
    let chosen = columns.filter { _ in random.chance(60) }.map(\.name)
    let kind = random.chance(30) ? "MATERIALIZED VIEW" : "VIEW"
    return
      "CREATE \(kind) \(name) AS SELECT \((["id"] + chosen).joined(separator: ", ")) FROM \(table);\n"
  }
}
