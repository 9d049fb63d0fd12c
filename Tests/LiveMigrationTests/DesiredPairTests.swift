import Foundation
import Postgres
import Rehearsals
import SchemaChange
import TestSupport
import Testing

@testable import LiveMigration

/// What is written leads from one schema to the other, and back, as `pg_dump` sees it.
@Suite("Migrations between two schemas", .database)
struct DesiredPairTests {
  @Test(arguments: NamedCases.of(SchemaPair.all, name: \.name))
  func `The migration leads there and back`(pair: SchemaPair) async throws {
    try await pair.requireServer()
    try await SchemaSide.with(pair.before) { first in
      try await SchemaSide.with(pair.after) { second in
        try await Self.lead(first, to: second)
        try await Self.lead(second, to: first)
        try await Self.dumpAgain(first)
        try await Self.dumpAgain(second)
      }
    }
  }

  @Test func `owners are compared where that is asked for alone`() async throws {
    let schema = """
      CREATE SCHEMA s; CREATE TYPE s.e AS ENUM ('a'); CREATE TABLE t (a integer); CREATE SEQUENCE q;
      CREATE VIEW v AS SELECT a FROM t; CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql AS 'SELECT a';
      """
    let owned = """
      ALTER SCHEMA s OWNER TO pg_monitor; ALTER TYPE s.e OWNER TO pg_monitor; ALTER TABLE t OWNER TO pg_monitor;
      ALTER SEQUENCE q OWNER TO pg_monitor; ALTER VIEW v OWNER TO pg_monitor;
      ALTER FUNCTION f(integer) OWNER TO pg_monitor;
      """
    try await SchemaSide.with(schema) { first in
      try await SchemaSide.with(schema + owned) { second in
        let without = try await SchemaMigration.prove(
          from: first.connection, to: second.connection, files: [], owners: false)
        #expect(without.isEmpty, "\(without.upText)")
        let goal = try await DumpText.make(of: second.connection, owners: true)
        let migration = try await SchemaMigration.prove(
          from: first.connection, to: second.connection, files: [], owners: true)
        try await first.run(migration.upText)
        let result = try await DumpText.make(of: first.connection, owners: true)
        #expect(result != nil && result == goal, "\(migration.upText)")
      }
    }
  }

  static func lead(_ first: SchemaSide, to second: SchemaSide) async throws {
    let (old, new) = (try await first.dump, try await second.dump)
    let migration = try await SchemaMigration.prove(
      from: first.connection, to: second.connection, files: [], owners: false)
    try await first.run(migration.upText)
    #expect(
      try await first.dump.differences(from: new, words: ("the result", "what is wanted")) == [],
      "\(migration.upText)")
    try await first.run(migration.downText)
    #expect(
      try await first.dump.differences(from: old, words: ("the result", "what is wanted")) == [],
      "\(migration.downText)")
  }

  /// The files that `dump` writes load to an equal schema.
  static func dumpAgain(_ side: SchemaSide) async throws {
    let now = try await SchemaCatalogue.read(on: side.connection)
    try now.refuseUncovered("the schema")
    let dump = try await side.dump
    try await SchemaSide.with("") { other in
      let empty = try await SchemaCatalogue.read(on: other.connection)
      let edit = try SchemaFileEdit(
        files: [], before: empty, now: now, base: empty, owners: false, folder: "schema")
      try await SchemaLoader(connection: other.connection).load(edit.files)
      let text = edit.files.map(\.text).joined()
      #expect(
        try await other.dump.differences(from: dump, words: ("the result", "what is wanted")) == [],
        "\(text)")
    }
  }
}
