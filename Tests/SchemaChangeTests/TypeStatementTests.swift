import Postgres
import SchemaChange
import TestSupport
import Testing

/// Statements about domains and types, whatever comments and names stand in them.
@Suite("Statements about types", .database)
struct TypeStatementTests {
  @Test(arguments: [
    "ALTER DOMAIN d ADD CONSTRAINT c CHECK (value > 0)",
    "ALTER DOMAIN d -- it's wide\n  ADD CONSTRAINT c CHECK (value > 0)",
    "ALTER DOMAIN d /* don't */ SET NOT NULL",
    "ALTER DOMAIN d ADD /* NOT VALID later */ CHECK (value > 0)",
    "ALTER DOMAIN d ADD CONSTRAINT \"a NOT VALID\" CHECK (value > 0) -- NOT VALID",
    "ALTER DOMAIN d ADD CONSTRAINT c CHECK (value::text <> ' NOT VALID')",
    "ALTER /* $$ */ DOMAIN d VALIDATE CONSTRAINT \"ADD\"", "alter domain d add check (value > 0)",
  ])
  func `A domain's constraint that scans is refused`(_ sql: String) async throws {
    #expect(try await judge(sql + ";", on: nil).map(\.short) == ["refused domain-constraint-scans"])
  }

  @Test(arguments: [
    "ALTER DOMAIN d ADD CHECK (value > 0) NOT VALID",
    "ALTER DOMAIN d ADD CHECK (value > 0) /* ; */ NOT -- it's\n VALID",
    "ALTER DOMAIN d DROP /* SET NOT NULL */ NOT NULL",
    "ALTER DOMAIN \" VALIDATE CONSTRAINT \" DROP CONSTRAINT \" ADD \"",
    "ALTER DOMAIN d SET DEFAULT ' ADD CHECK '",
  ])
  func `A domain's change without a scan goes through`(_ sql: String) async throws {
    #expect(try await judge(sql + ";", on: nil).map(\.short) == ["safe alter-domain"])
  }

  @Test func `Only the tables that have a column of the domain count`() async throws {
    let connection = try await TestDatabase.current.connect()
    try await connection.script(
      """
      CREATE DOMAIN base AS int; CREATE DOMAIN above AS base; CREATE DOMAIN unused AS int;
      CREATE TABLE few (a base); INSERT INTO few SELECT generate_series(1, 20);
      CREATE TABLE many (a above); INSERT INTO many SELECT generate_series(1, 2000); ANALYZE;
      """)
    func short(_ sql: String, threshold: Int64) async throws -> [String] {
      try await judge(
        sql, on: connection, settings: ClassifierSettings(validationThresholdRows: threshold)
      ).map(\.short)
    }
    let check = "ADD CHECK (value > 0);"
    #expect(
      try await short("ALTER DOMAIN base " + check, threshold: 1000)
        == ["refused domain-constraint-scans"])
    #expect(
      try await short("ALTER DOMAIN base " + check, threshold: 10_000)
        == ["safe domain-constraint-short"])
    #expect(
      try await short("ALTER DOMAIN unused " + check, threshold: 1)
        == ["safe domain-constraint-short"])
    #expect(
      try await short("CREATE DOMAIN own AS int; ALTER DOMAIN own " + check, threshold: 1).last
        == "safe domain-constraint-short")
    await connection.close()
  }

  @Test(arguments: [
    ("CREATE DOMAIN dd AS int -- don't\n CHECK (value < 1)", RuleID.domainWithConstraint, true),
    ("CREATE DOMAIN dd AS text DEFAULT ' CHECK '", .domainWithConstraint, false),
    ("CREATE /* it's */ OR REPLACE VIEW v AS SELECT 1", .behaviourChanges, true),
    ("CREATE /* OR REPLACE */ VIEW v AS SELECT 1", .behaviourChanges, false),
    ("ALTER TYPE e ADD VALUE 'AFTER'", .enumValueOrder, true),
    ("ALTER TYPE e ADD VALUE 'x' /* last */ AFTER 'y'", .enumValueOrder, false),
    ("ALTER TYPE e RENAME VALUE 'a' TO 'b'", .renameBreaksClients, true),
    ("DROP TABLE t /* \(String(repeating: "a", count: 70)) */", .identifierTooLong, false),
    ("DROP TABLE \"\(String(repeating: "a b ", count: 20))\"", .identifierTooLong, true),
    ("DROP TABLE \(String(repeating: "a", count: 64))", .identifierTooLong, true),
  ])
  func `A warning follows from the tree, not from words`(
    _ sql: String, _ rule: RuleID, isGiven: Bool
  ) async throws {
    let warnings = try await judge(sql + ";", on: nil).flatMap(\.warnings)
    #expect(warnings.contains { $0.rule == rule } == isGiven, "\(warnings)")
  }

  @Test func `The type of an attribute is not changed in typed tables under a lock`() async throws {
    let cascading = "ALTER TYPE pair ALTER ATTRIBUTE one TYPE bigint CASCADE;"
    #expect(try await judge(cascading, on: nil).map(\.short) == ["refused type-attribute-rewrites"])
  }
}
