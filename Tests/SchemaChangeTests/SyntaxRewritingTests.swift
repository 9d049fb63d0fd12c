import Postgres
import SchemaChange
import Testing

@Suite("Rewriting SQL text")
struct SyntaxRewritingTests {
  private let table = QualifiedName(schema: "app", name: "orders")

  // MARK: - Expressions

  @Test(arguments: [
    ("a + b", "z + b"),
    ("lower(orders.a) || app.orders.a", "lower(orders.z) || app.orders.z"),
    ("other.a = a", "other.a = z"),
    ("'a' || \"A\"", "'a' || \"A\""),
    ("a::numeric(10,2) COLLATE \"C\" -- a", "z::numeric(10, 2) COLLATE \"C\""),
    ("(a).field IS NOT NULL", "(z).field IS NOT NULL"),
  ])
  func `Columns of a table are renamed in an expression`(source: String, expected: String) throws {
    let result = try SQLExpression.renamingColumns(source, ["a": "z"], qualifiedBy: [table])
    #expect(result == expected)
  }

  @Test
  func `A new name is quoted where it must be`() throws {
    let result = try SQLExpression.renamingColumns("\"Old Name\" > 0", ["Old Name": "New \"x\""])
    #expect(result == "\"New \"\"x\"\"\" > 0")
  }

  @Test(arguments: [
    ("a + orders.b", "new.\"a\" + new.\"b\""),
    ("\"begin\" || 'begin'", "new.\"begin\" || 'begin'"),
    ("(ARRAY[a, b])[1]", "(ARRAY[new.\"a\", new.\"b\"])[1]"),
    (
      "CASE WHEN \"A\" THEN now() ELSE current_timestamp END",
      "CASE WHEN new.\"A\" THEN now() ELSE current_timestamp END"
    ),
    ("tags[1]", "new.\"tags\"[1]"),
    ("'x'", "'x'"),
  ])
  func `Columns are read from a row variable`(source: String, expected: String) throws {
    #expect(try SQLExpression.qualifyingColumns(source, with: "new") == expected)
  }

  @Test
  func `Whole rows, subqueries and several expressions are refused`() {
    #expect(throws: RewriteError.wholeRow(sql: "row_to_json(t.*)")) {
      try SQLExpression.qualifyingColumns("row_to_json(t.*)", with: "NEW")
    }
    #expect(throws: RewriteError.subquery(sql: "(SELECT a FROM b)")) {
      try SQLExpression.qualifyingColumns("(SELECT a FROM b)", with: "NEW")
    }
    for sql in ["a, b", "a FROM t", "a AS b", "a; DROP TABLE b", ""] {
      #expect(throws: RewriteError.unexpectedForm(sql: sql, expected: "one expression")) {
        try SQLExpression.columns(in: sql)
      }
    }
    #expect(throws: RewriteError.self) { try SQLExpression.columns(in: "a +") }
  }

  @Test
  func `The columns and functions of an expression are found`() throws {
    let source = "coalesce(t.a, lower(b)) || pg_catalog.upper(\"C\") || (SELECT x FROM y)"
    #expect(try SQLExpression.columns(in: source) == ["a", "b", "C"])
    #expect(
      try SQLExpression.functions(in: source) == [
        QualifiedName(name: "lower"), QualifiedName(schema: "pg_catalog", name: "upper"),
      ])
  }

  // MARK: - Indexes

  private let index = """
    CREATE UNIQUE INDEX "My Index" ON ONLY app.orders USING btree (a COLLATE "C" text_pattern_ops \
    DESC NULLS LAST, lower(orders.b)) INCLUDE (a, c) NULLS NOT DISTINCT WITH (fillfactor='70') \
    WHERE (a > 'x'::text)
    """

  @Test
  func `An index keeps all of its clauses under another name, on other columns`() throws {
    let changes = IndexStatement.Changes(
      concurrently: true, name: "New index", columns: ["a": "a_new", "b": "b_new"], only: false)
    #expect(
      try IndexStatement(index).sql(changes) == """
        CREATE UNIQUE INDEX CONCURRENTLY "New index" ON app.orders USING btree \
        (a_new COLLATE "C" text_pattern_ops DESC NULLS LAST, lower(orders.b_new)) \
        INCLUDE (a_new, c) NULLS NOT DISTINCT WITH (fillfactor='70') WHERE a_new > 'x'::text
        """)
  }

  @Test
  func `An index moves to another table and loses CONCURRENTLY and IF NOT EXISTS`() throws {
    let source = "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t USING gin (j jsonb_path_ops)"
    let changes = IndexStatement.Changes(
      concurrently: false, table: QualifiedName(schema: "s", name: "T"), ifNotExists: false)
    #expect(
      try IndexStatement(source).sql(changes)
        == "CREATE INDEX i ON s.\"T\" USING gin (j jsonb_path_ops)")
    #expect(throws: RewriteError.self) { try IndexStatement("DROP INDEX i") }
  }

  // MARK: - Constraints

  @Test(arguments: [
    ("CHECK ((a > 0) AND (b > 0))", "CHECK (a_new > 0 AND b > 0) NOT VALID"),
    (
      "FOREIGN KEY (a, b) REFERENCES app.other(a, b) ON DELETE SET NULL (a) DEFERRABLE",
      """
      FOREIGN KEY (a_new, b) REFERENCES app.other (a, b) ON DELETE SET NULL (a_new)\
      DEFERRABLE NOT VALID
      """
    ),
  ])
  func `A constraint is renamed and left unvalidated`(source: String, expected: String) throws {
    let definition = try ConstraintDefinition(source)
    #expect(try definition.sql(renaming: ["a": "a_new"], notValid: true) == expected)
    let again = try ConstraintDefinition(expected).sql(renaming: ["a_new": "a"], notValid: false)
    #expect(!again.contains("NOT VALID") && !again.contains("a_new"))
  }

  @Test(arguments: [
    ("UNIQUE NULLS NOT DISTINCT (a) INCLUDE (b)", "UNIQUE NULLS NOT DISTINCT (z) INCLUDE (b)"),
    ("PRIMARY KEY (a, b)", "PRIMARY KEY (z, b)"),
    ("EXCLUDE USING gist (a WITH =, r WITH &&)", "EXCLUDE USING gist (z WITH =, r WITH &&)"),
  ])
  func `Keys of a constraint are renamed`(source: String, expected: String) throws {
    #expect(try ConstraintDefinition(source).sql(renaming: ["a": "z"]) == expected)
  }

  @Test(arguments: [
    "CREATE INDEX i ON t USING gin ((doc::jsonb) jsonb_path_ops)",
    "CREATE INDEX \"My Index\" ON t USING btree (a) INCLUDE (b) WITH (fillfactor=70) WHERE b > 0",
    "CREATE UNIQUE INDEX i ON t USING btree (a) NULLS NOT DISTINCT",
    "CREATE INDEX i ON t USING btree ((a || b) COLLATE \"C\" text_pattern_ops DESC NULLS LAST)",
    "CREATE INDEX i ON t USING btree ((a AT TIME ZONE 'UTC'), ((array[c, 2])[1]))",
    "ALTER TABLE t ALTER a TYPE text USING (array[c,2])[1]::text",
    "ALTER TABLE t ADD CONSTRAINT \"My Key\" UNIQUE NULLS NOT DISTINCT (a) INCLUDE (b) WITH (fillfactor=70)",
    "ALTER TABLE t ADD CONSTRAINT c NOT NULL a NOT VALID",
    "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT ENFORCED",
    "ALTER TABLE t ADD PRIMARY KEY (a, b WITHOUT OVERLAPS)",
    "ALTER TABLE t ADD FOREIGN KEY (a, PERIOD b) REFERENCES u (a, PERIOD b)",
    "ALTER TABLE t ADD v int GENERATED ALWAYS AS (a + 1) VIRTUAL",
    "ALTER TABLE t ALTER v SET EXPRESSION AS (a + 2)",
    "CREATE TABLE n (a text STORAGE EXTERNAL COMPRESSION lz4)",
  ])
  func `A statement is written back with all of its brackets and clauses`(_ sql: String) throws {
    let map = [QualifiedName(name: "t"): QualifiedName(name: "\u{A7}")]
    let moved = try StatementRewriter.retargeting(sql, relations: map)
    let back = try StatementRewriter.retargeting(
      moved, relations: [QualifiedName(name: "\u{A7}"): QualifiedName(name: "t")])
    let plain = try StatementRewriter.retargeting(sql, relations: [:])
    #expect(back == plain)
    for word in ["jsonb_path_ops", "INCLUDE", "NULLS NOT DISTINCT", "\"My", "WHERE", "NOT VALID"]
    where sql.contains(word) { #expect(moved.contains(word)) }
  }

  // MARK: - Relations

  @Test(arguments: [
    (
      "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES u (id)",
      "ALTER TABLE pg_temp.t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES pg_temp.u2 (id)"
    ),
    ("ALTER TABLE s.t DROP COLUMN a", "ALTER TABLE s.t DROP a"),
    ("DROP TABLE t, x CASCADE", "DROP TABLE pg_temp.t, x CASCADE"),
    ("COMMENT ON COLUMN u.a IS 'x'", "COMMENT ON COLUMN pg_temp.u2.a IS 'x'"),
    ("CREATE INDEX i ON t (lower(t.a))", "CREATE INDEX i ON pg_temp.t USING btree (lower(t.a))"),
    ("UPDATE u SET a = u.a + 1", "UPDATE pg_temp.u2 SET a = u2.a + 1"),
    (
      "WITH t AS (SELECT 1) SELECT * FROM t, u t2 WHERE t2.a = 1",
      "WITH t AS (SELECT 1) SELECT * FROM t, pg_temp.u2 t2 WHERE t2.a = 1"
    ),
    ("CREATE TABLE n (LIKE t INCLUDING ALL)", "CREATE TABLE n (LIKE pg_temp.t INCLUDING ALL)"),
    (
      "CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()",
      "CREATE TRIGGER g BEFORE UPDATE ON pg_temp.t FOR EACH ROW EXECUTE FUNCTION f()"
    ),
    (
      "ALTER TABLE t ATTACH PARTITION u FOR VALUES FROM (1) TO (2)",
      "ALTER TABLE pg_temp.t ATTACH PARTITION pg_temp.u2 FOR VALUES FROM (1) TO (2)"
    ),
    ("TRUNCATE t", "TRUNCATE pg_temp.t"),
    ("ALTER SEQUENCE q OWNED BY t.a", "ALTER SEQUENCE q OWNED BY pg_temp.t.a"),
  ])
  func `Relations are replaced wherever a statement names them`(
    source: String, expected: String
  ) throws {
    let map = [
      QualifiedName(name: "t"): QualifiedName(schema: "pg_temp", name: "t"),
      QualifiedName(name: "u"): QualifiedName(schema: "pg_temp", name: "u2"),
    ]
    #expect(try StatementRewriter.retargeting(source, relations: map) == expected)
  }

  @Test
  func `Mentions include names in object lists`() throws {
    let sql = "COMMENT ON COLUMN s.t.c IS ''; DROP INDEX s.i; DROP TRIGGER g ON u; DROP TYPE e"
    let expected: Set<QualifiedName> = [
      QualifiedName(schema: "s", name: "t"), QualifiedName(schema: "s", name: "i"),
      QualifiedName(name: "u"),
    ]
    #expect(try StatementRewriter.mentions(in: sql) == expected)
  }

  @Test(arguments: groundTruth)
  func `Every measured form survives being written back`(_ form: GroundTruth) throws {
    let once = try StatementRewriter.retargeting(form.sql, relations: [:])
    #expect(try StatementRewriter.retargeting(once, relations: [:]) == once)
    let before = try MigrationParser.parse(form.sql).map(\.operation)
    #expect(try MigrationParser.parse(once).map(\.operation) == before)
  }
}
