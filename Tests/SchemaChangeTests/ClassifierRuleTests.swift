import Postgres
import SchemaChange
import TestSupport
import Testing

/// Each rule, with a server and without one.
@Suite("Rules", .database)
struct ClassifierRuleTests {
  @Test(arguments: ruleTables)
  func `A statement is judged by its rule`(_ table: RuleTable) async throws {
    let connection = try await TestDatabase.current.connect()
    try await connection.script(table.setup)
    for (migration, expected) in table.rules {
      let verdicts = try await judge(migration, on: table.online ? connection : nil)
      #expect(verdicts.last?.short == expected, "\(migration)")
    }
    await connection.close()
  }

  @Test func `A warning has a rule of its own, which a comment switches off`() async throws {
    for (statement, rule) in warningRules {
      let found = try await judge(statement + ";", on: nil).flatMap(\.warnings)
      #expect(
        found.contains { $0.rule.rawValue == rule && !$0.message.isEmpty }, "\(statement): \(found)"
      )
      let silenced = try await judge("-- djogi:allow \(rule)\n\(statement);", on: nil)
      #expect(!silenced.flatMap(\.warnings).contains { $0.rule.rawValue == rule }, "\(statement)")
    }
  }

  @Test func `A key's new type points out what is left behind`() async throws {
    let connection = try await TestDatabase.current.connect()
    try await connection.script(
      """
      CREATE TABLE org (id serial PRIMARY KEY); INSERT INTO org DEFAULT VALUES;
      CREATE TABLE u (org int REFERENCES org); CREATE TABLE v (org int REFERENCES org);
      """)
    let verdicts = try await judge(
      "ALTER TABLE org ALTER id TYPE bigint; ALTER TABLE v ALTER org TYPE bigint;", on: connection)
    #expect(verdicts[0].short == "replacement_column type-rewrites")
    #expect(
      verdicts[0].warnings.map(\.rule) == [
        .referencingColumnLeftBehind, .sequenceLeftNarrow,
      ])
    #expect(verdicts[0].warnings[0].message.contains("public.u.org"))
    let all = try await judge(
      """
      ALTER TABLE org ALTER id TYPE bigint; ALTER SEQUENCE org_id_seq AS bigint;
      ALTER TABLE u ALTER org TYPE bigint; ALTER TABLE v ALTER org TYPE bigint;
      """, on: connection)
    #expect(all[0].warnings == [])
    await connection.close()
  }
}

/// Migrations over the same tables, and the verdict on the last statement of each.
struct RuleTable: Sendable, CustomTestStringConvertible {
  var name: String
  var online = true
  var setup = ""
  var rules: [(String, String)]

  var testDescription: String { name }
}
