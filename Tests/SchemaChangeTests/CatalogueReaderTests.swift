import Postgres
import SchemaChange
import TestSupport
import Testing

@Suite("Facts of one table", .database)
struct CatalogueReaderTests {
  private let order = QualifiedName(schema: "Odd Schema", name: "Order")

  private func facts() async throws -> (TableFacts, suffix: String) {
    let database = try TestDatabase.current
    let connection = try await database.connect()
    try await connection.script(dressedTable.replacing("%SUFFIX%", with: database.name))
    try await connection.script("INSERT INTO \(order.quoted) (amount) VALUES (1)")
    let facts = try await CatalogueReader.read([order], on: connection)
    return (try #require(facts.table(order)), database.name)
  }

  @Test func `A column comes with all that it wears`() async throws {
    let (table, suffix) = try await facts()
    #expect(
      table.columns.map(\.name) == [
        "id", "Label", "amount", "doubled", "body", "number", "group_id", "span", "n", "parent",
      ])
    var id = try #require(table.column("id"))
    let sequence = try #require(id.identitySequence)
    #expect(sequence.type == "bigint" && sequence.start == 1 && sequence.increment == 1)
    id.identitySequence = nil
    #expect(id == ColumnFacts(name: "id", type: "bigint", notNull: true, identity: .always))
    #expect(
      table.column("Label")
        == ColumnFacts(
          name: "Label", type: "character varying(20)", notNull: true,
          defaultExpression: "lower('X'::text)", collation: "\"C\""))
    #expect(
      table.column("doubled")
        == ColumnFacts(
          name: "doubled", type: "numeric", defaultExpression: "(amount * (2)::numeric)",
          isGenerated: true))
    #expect(
      table.column("body")
        == ColumnFacts(name: "body", type: "text", storage: "EXTERNAL", compression: "pglz"))
    #expect(
      table.column("n")?.ownedSequences
        == [QualifiedName(schema: "Odd Schema", name: "Order_n_seq")])
    let number = try #require(table.column("number"))
    #expect(number.comment == "how many")
    #expect(number.statisticsTarget == 77)
    #expect(number.options == ["n_distinct=5"])
    #expect(number.ownedSequences == [QualifiedName(schema: "Odd Schema", name: "own")])
    #expect(
      number.grants == [
        ColumnGrant(grantee: nil, privilege: "SELECT", grantable: false),
        ColumnGrant(grantee: "auditor_\(suffix)", privilege: "SELECT", grantable: true),
        ColumnGrant(grantee: "auditor_\(suffix)", privilege: "UPDATE", grantable: true),
      ])
  }

  @Test func `A constraint says what it demands, of which columns, and whether it is proved`()
    async throws
  {
    let (table, _) = try await facts()
    let byName = Dictionary(uniqueKeysWithValues: table.constraints.map { ($0.name, $0) })
    // Since version 18 NOT NULL is a constraint too.
    #expect(
      byName.filter { $0.value.kind != .notNull }.keys.sorted() == [
        "Label is short", "Order_pkey", "no_overlap", "of_itself", "to_group",
      ])
    #expect(
      byName["Label is short"]
        == ConstraintFacts(
          name: "Label is short", kind: .check, columns: ["Label"],
          definition: "CHECK ((length((\"Label\")::text) < 10)) NOT VALID", validated: false))
    #expect(
      byName["to_group"]
        == ConstraintFacts(
          name: "to_group", kind: .foreignKey, columns: ["group_id"],
          definition:
            "FOREIGN KEY (group_id) REFERENCES \"Odd Schema\".\"Group\"(id) DEFERRABLE INITIALLY DEFERRED",
          deferrable: true, initiallyDeferred: true, comment: "its group"))
    #expect(byName["no_overlap"]?.kind == .exclusion)
    #expect(byName["no_overlap"]?.columns == ["span"])
    #expect(byName["Order_pkey"]?.kind == .primaryKey)
  }

  @Test func `An index says every column that it needs`() async throws {
    let (table, _) = try await facts()
    let byName = Dictionary(uniqueKeysWithValues: table.indexes.map { ($0.name.name, $0) })
    #expect(
      byName.keys.sorted() == ["Order by number", "Order_pkey", "by_expression", "no_overlap"])
    #expect(byName["Order by number"]?.columns == ["number", "amount", "group_id"])
    #expect(byName["Order by number"]?.unique == true)
    #expect(byName["Order_pkey"]?.primary == true)
    #expect(byName["Order_pkey"]?.constraint == "Order_pkey")
    let expression = try #require(byName["by_expression"])
    #expect(expression.columns == ["amount", "body", "number"])
    #expect(expression.clustered)
    #expect(expression.comment == "slow")
    #expect(expression.statisticsTargets == [2: 50])
    #expect(expression.definition.contains("ON \"Odd Schema\".\"Order\" USING btree"))
  }

  @Test func `Triggers, statistics and publications are told apart from what they are on`()
    async throws
  {
    let (table, suffix) = try await facts()
    #expect(table.triggers.map(\.name) == ["fill", "watch"])
    #expect(table.triggers[0].enabled == "D")
    #expect(!table.triggers[0].firesOnUpdate)
    #expect(table.triggers[1].columns == ["number", "amount"])
    #expect(table.triggers[1].firesOnUpdate)
    let statistics = try #require(table.statistics.first)
    #expect(statistics.name == QualifiedName(schema: "Odd Schema", name: "st"))
    #expect(statistics.columns == ["number", "amount"])
    #expect(statistics.target == 33)
    #expect(statistics.comment == "pairs")
    #expect(
      table.publications == [
        PublicationFacts(name: "filtered_\(suffix)", columns: nil, rowFilter: "(number > 3)"),
        PublicationFacts(name: "listed_\(suffix)", columns: ["id", "number"], rowFilter: nil),
      ])
  }

  @Test func `What cannot be carried to another column is listed by what it is`() async throws {
    let (table, suffix) = try await facts()
    let found = Set(table.dependents.map { "\($0.kind) \($0.column): \($0.description)" })
    let on = "table \"Odd Schema\".\"Order\""
    #expect(
      found == [
        "view id: view \"Odd Schema\".seen", "view number: view \"Odd Schema\".seen",
        "view amount: materialized view \"Odd Schema\".kept", "rule number: rule keep on \(on)",
        "policy number: policy mine on \(on)",
        "generatedColumn amount: column doubled of \(on)",
        "trigger number: trigger watch on \(on)", "trigger amount: trigger watch on \(on)",
        "function amount: function \"Odd Schema\".total()",
        "publicationFilter number: publication of \(on) in publication filtered_\(suffix)",
      ])
  }

  @Test func `Foreign keys of other tables are known, and not the table's own`() async throws {
    let (table, _) = try await facts()
    #expect(
      table.inboundForeignKeys == [
        ForeignKeyFacts(
          name: "of_order", table: QualifiedName(schema: "Odd Schema", name: "line"),
          columns: ["order_id"], referencedColumns: ["id"],
          definition:
            "FOREIGN KEY (order_id) REFERENCES \"Odd Schema\".\"Order\"(id) ON DELETE CASCADE",
          validated: true)
      ])
    #expect(table.owner == TestCluster.superuser)
    #expect(table.kind == .table)
    #expect(table.hasRows)
    #expect(table.estimatedRows == nil)
  }
}
