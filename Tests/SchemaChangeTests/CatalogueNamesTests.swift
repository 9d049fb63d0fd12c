import Postgres
import SchemaChange
import TestSupport
import Testing

@Suite("Facts of several relations", .database)
struct CatalogueNamesTests {
  private func name(_ name: String, in schema: String? = nil) -> QualifiedName {
    QualifiedName(schema: schema, name: name)
  }

  @Test func `A name is resolved by the search path, and one that means nothing is absent`()
    async throws
  {
    let connection = try await TestDatabase.current.connect()
    try await connection.script(
      """
      CREATE SCHEMA first; CREATE SCHEMA second;
      CREATE TABLE first.t (a int); CREATE TABLE second.t (b int);
      SET search_path TO second, first
      """)
    let names = [name("t"), name("t", in: "first"), name("T"), name("x", in: "nowhere"), name("")]
    let facts = try await CatalogueReader.read(Set(names), on: connection)
    #expect(facts.tables.count == 2)
    #expect(facts.table(names[0])?.name == name("t", in: "second"))
    #expect(facts.table(names[1])?.columns.map(\.name) == ["a"])
    #expect(facts.serverVersion == connection.info.serverVersion)
    let path = try await connection.query("SHOW search_path").only().decode(0, as: String.self)
    #expect(path == "second, first")
  }

  @Test func `A view, a sequence and an index have a kind, and the index its table`() async throws {
    let connection = try await TestDatabase.current.connect()
    try await connection.script(
      """
      CREATE TABLE t (a int); CREATE INDEX t_a ON t (a); CREATE VIEW v AS SELECT a FROM t;
      CREATE SEQUENCE s; CREATE MATERIALIZED VIEW m AS SELECT a FROM t; CREATE TYPE c AS (a int)
      """)
    let names = ["t", "t_a", "v", "s", "m", "c"].map { name($0) }
    let facts = try await CatalogueReader.read(Set(names), on: connection)
    #expect(
      names.map { facts.table($0)?.kind } == [
        .table, .index, .view, .sequence, .materializedView, .composite,
      ])
    #expect(facts.table(name("t_a"))?.indexTable == name("t", in: "public"))
    #expect(facts.table(name("t"))?.indexTable == nil)
  }

  @Test func `Rows are counted as the server last counted them`() async throws {
    let connection = try await TestDatabase.current.connect()
    try await connection.script(
      """
      CREATE TABLE empty (a int); CREATE TABLE counted (a int); CREATE TABLE emptied (a int);
      INSERT INTO counted SELECT generate_series(1, 500); INSERT INTO emptied VALUES (1);
      ANALYZE counted; ANALYZE emptied; DELETE FROM emptied
      """)
    let names = ["empty", "counted", "emptied"].map { name($0) }
    let facts = try await CatalogueReader.read(Set(names), on: connection)
    #expect(names.map { facts.table($0)?.estimatedRows } == [0, 500, 1])
    #expect(names.map { facts.table($0)?.hasRows } == [false, true, false])
  }

  @Test func `A table that cannot be looked into counts as filled`() async throws {
    let database = try TestDatabase.current
    let (connection, other) = (try await database.connect(), try await database.connect())
    try await connection.script("CREATE TABLE t (a int); CREATE TABLE u (a int)")
    try await other.script("BEGIN; LOCK TABLE t")
    let facts = try await CatalogueReader.read([name("t"), name("u")], on: connection)
    #expect(facts.table(name("t"))?.hasRows == true)
    #expect(facts.table(name("t"))?.columns.map(\.name) == ["a"])
    #expect(facts.table(name("u"))?.hasRows == false)
  }

  @Test func `A table whose rows are hidden from the role counts as filled`() async throws {
    let database = try TestDatabase.current
    let role = try await database.makeRole()
    try await database.connect().script(
      """
      CREATE TABLE t (a int); INSERT INTO t VALUES (1); GRANT SELECT ON t TO \(role);
      ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE TABLE closed (a int)
      """)
    let connection = try await database.connect(user: role)
    let facts = try await CatalogueReader.read([name("t"), name("closed")], on: connection)
    #expect(facts.table(name("t"))?.hasRows == true)
    #expect(facts.table(name("closed"))?.hasRows == true)
  }

  @Test func `A partitioned table brings its partitions, level by level`() async throws {
    let connection = try await TestDatabase.current.connect()
    try await connection.script(partitionedTable)
    let names = ["plain", "parted", "target"].map { name($0) }
    let facts = try await CatalogueReader.read(Set(names), on: connection)
    let plain = try #require(facts.table(names[0]))
    #expect(plain.kind == .partitioned)
    #expect(plain.tree.map(\.name.name) == ["plain", "plain_1", "plain_2", "plain_2_7"])
    #expect(plain.partitionKeyColumns == ["at"])
    #expect(facts.table(names[1])?.partitionKeyColumns == ["w", "v"])
    #expect(plain.tree.map(\.hasRows) == [true, false, true, true])
    #expect(plain.estimatedRows == nil)
    #expect(plain.partitions[0].estimatedRows == 0)
    #expect(plain.partitions[0].columns.map(\.inherited) == [true, true, true, true])
    #expect(plain.triggers.map(\.inherited) == [false])
    #expect(plain.partitions[0].triggers.map(\.inherited) == [true])
    let index = plain.partitions[0].indexes.first { $0.columns == ["v"] }
    #expect(index?.parent == name("plain_v", in: "public"))
    // The copies of a foreign key that partitions get are one foreign key.
    #expect(plain.inboundForeignKeys.map(\.name) == ["child_id_at_fkey"])
    #expect(plain.partitions[0].inboundForeignKeys.isEmpty)
    #expect(facts.table(names[2])?.inboundForeignKeys.map(\.table) == [name("plain", in: "public")])
    let keys = plain.partitions[0].constraints.filter { $0.kind == .foreignKey }
    #expect(keys.map(\.inherited) == [true])
  }
}
