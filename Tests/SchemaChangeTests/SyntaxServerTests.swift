import Postgres
import SchemaChange
import TestSupport
import Testing

/// What is written back is read by a server, which takes it for the same.
@Suite("Writing back what a server has", .database)
struct SyntaxServerTests {
  @Test func `The views that a server brings along`() async throws {
    let connection = try await TestDatabase.current.connect()
    func again(_ definition: String) async throws -> String {
      try await connection.script("BEGIN; CREATE TEMP VIEW again AS \(definition)")
      let definition: String = try await connection.query(
        "SELECT pg_get_viewdef('again'::regclass)"
      ).only().decode(0)
      try await connection.script("ROLLBACK")
      return definition
    }
    // A view of one's own has no column of a pseudo-type.
    let views = try await connection.query(
      """
      SELECT oid::regclass::text AS name, pg_get_viewdef(oid) AS definition FROM pg_class
      WHERE relkind = 'v' AND NOT EXISTS (SELECT FROM pg_attribute
        WHERE attrelid = pg_class.oid AND atttypid IN ('anyarray'::regtype)) ORDER BY oid
      """)
    #expect(views.count > 100)
    for view in views {
      let definition = try view.decode("definition", as: String.self)
      let written = try StatementRewriter.retargeting(definition, relations: [:])
      let name = try view.decode("name", as: String.self)
      #expect(try await again(written) == again(definition), "\(name)")
    }
    await connection.close()
  }

  @Test(arguments: [
    "CREATE INDEX i ON t USING gin ((doc::jsonb) jsonb_path_ops)",
    "CREATE UNIQUE INDEX \"My Index\" ON t (lower(b) COLLATE \"C\" text_pattern_ops DESC, a) INCLUDE (c) "
      + "NULLS NOT DISTINCT WITH (fillfactor = 70) WHERE (a > 1 OR b IS NULL) AND NOT c = ANY ('{1,2}'::int[])",
    "CREATE INDEX i ON t USING brin (moment timestamptz_minmax_multi_ops (values_per_range = 16))",
    "CREATE INDEX i ON t ((moment AT TIME ZONE 'UTC'), ((list)[1]), (CASE WHEN a > 0 THEN b END), (-(-a)))",
    "CREATE INDEX i ON t ((a - (a - 1)), ((a * 2) % 3), (b || 'it''s' || E'\\\\n'), (a BETWEEN 1 AND 2))",
    "CREATE INDEX i ON t ((doc #>> '{a,b}'), ((doc::jsonb ->> 'x')::int), (coalesce(b, '')::varchar(9)))",
  ])
  func `An index`(_ statement: String) async throws {
    let connection = try await TestDatabase.current.connect()
    try await connection.script(
      "CREATE TABLE t (a int, b text, c int, doc json, moment timestamptz, list int[])")
    func definition(_ statement: String) async throws -> String {
      try await connection.script("BEGIN; \(statement)")
      let definition: String = try await connection.query(
        "SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = 't'::regclass"
      ).only().decode(0)
      try await connection.script("ROLLBACK")
      return definition
    }
    let original = try await definition(statement)
    #expect(
      try await definition(try IndexStatement(statement).sql(IndexStatement.Changes())) == original)
    #expect(
      try await definition(try IndexStatement(original).sql(IndexStatement.Changes())) == original)
    await connection.close()
  }
}
