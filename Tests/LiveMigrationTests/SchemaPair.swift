import Foundation
import Postgres
import SchemaChange
import TestSupport
import Testing

@testable import LiveMigration

/// Two schemas, of which each is to lead to the other.
struct SchemaPair: Sendable, CustomTestStringConvertible {
  let name: String
  let before: String
  let after: String
  /// The oldest server that knows what they say.
  var version = 0

  var testDescription: String { name }

  /// Leaves the test out, with the reason, where the server lacks what the schemas are made of.
  func requireServer() async throws {
    let connection = try await TestDatabase.current.connect()
    let major = connection.info.serverVersion / 10_000
    let there = try await connection.query("SELECT name::text FROM pg_available_extensions").map {
      try $0.decode(0, as: String.self)
    }
    var hasICU = true
    if (before + after).contains("PROVIDER = icu") {
      do {
        try await connection.execute("CREATE COLLATION tried (PROVIDER = icu, LOCALE = 'de')")
        try await connection.execute("DROP COLLATION tried")
      } catch PostgresError.server(let error) where error.sqlState.rawValue == "0A000" {
        hasICU = false
      }
    }
    await connection.close()
    if !hasICU { try Test.cancel("\(name): the server is built without ICU") }
    if major < version { try Test.cancel("\(name): PostgreSQL \(major) does not know it") }
    for text in [before, after] {
      for match in text.matches(of: #/CREATE EXTENSION "?([\w-]+)"?/#)
      where !there.contains(String(match.1)) {
        try Test.cancel("\(name): the server has no extension \(match.1)")
      }
    }
  }

  /// The pairs of `Fixtures/desired`: `==== name`, the one schema, `----`, the other; in files whose names begin with
  /// a number, those for servers from that version on.
  static let all: [SchemaPair] = {
    let folder = "desired"
    let files = ((try? Fixtures.files(in: folder)) ?? []).filter { $0.hasSuffix(".sql") }.sorted()
    return files.flatMap { file -> [SchemaPair] in
      let text = (try? Fixtures.text(file, in: folder)) ?? ""
      return text.components(separatedBy: "==== ").dropFirst().map { part in
        let lines = part.split(separator: "\n", omittingEmptySubsequences: false)
        let sides = lines.dropFirst().split(separator: "----", omittingEmptySubsequences: false)
          .map { $0.joined(separator: "\n") }
        return SchemaPair(
          name: String(lines[0]), before: sides[0], after: sides[1],
          version: Int(file.prefix { $0.isNumber }) ?? 0)
      }
    }
  }()
}

/// A database with a schema, for comparisons.
struct SchemaSide: Sendable {
  let connection: PostgresConnection

  /// Loads a schema into a new database.
  static func with(_ schema: String, _ body: @Sendable @escaping (SchemaSide) async throws -> Void)
    async throws
  {
    try await TestDatabase.scope(on: TestDatabase.current.cluster) {
      let side = SchemaSide(connection: try await TestDatabase.current.connect())
      try await side.connection.script(schema)
      try await body(side)
      await side.connection.close()
    }
  }

  /// What `pg_dump` writes, without the order of columns.
  var dump: DumpText {
    get async throws {
      guard let text = try await DumpText.make(of: connection, owners: false) else {
        throw TestSupportError("no pg_dump suits the server")
      }
      return text
    }
  }

  /// Runs a migration as a client would.
  func run(_ text: String) async throws {
    for statement in MigrationParser.statements(text, file: "migration.sql") {
      try await connection.script(statement.sql)
    }
  }
}
