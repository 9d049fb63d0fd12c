import Postgres
import SchemaChange
import Testing

@Suite("Reading a migration")
struct OperationsParserTests {
  @Test
  func `Every command of an ALTER TABLE is a change with its own statement and place`() throws {
    let source = """
      -- widen both, and name the reason
      ALTER TABLE ONLY app.orders
        ADD COLUMN note text DEFAULT 'a,b' NOT NULL, -- first
        ALTER COLUMN amount TYPE numeric(12, 2) USING round(amount, 2),
        DROP COLUMN "Old, name" CASCADE;
      """
    let changes = try MigrationParser.parse(source, file: "m.sql")
    #expect(
      changes.map(\.sql) == [
        "ALTER TABLE ONLY app.orders\n  ADD COLUMN note text DEFAULT 'a,b' NOT NULL",
        "ALTER TABLE ONLY app.orders\n  ALTER COLUMN amount TYPE numeric(12, 2) USING round(amount, 2)",
        "ALTER TABLE ONLY app.orders\n  DROP COLUMN \"Old, name\" CASCADE",
      ])
    #expect(changes.map { "\($0.location)" } == ["m.sql:3:3", "m.sql:4:3", "m.sql:5:3"])
    #expect(changes.allSatisfy { $0.statementIndex == 0 })
    let orders = QualifiedName(schema: "app", name: "orders")
    let amount = ColumnReference(table: orders, column: "amount")
    #expect(
      changes.map(\.operation) == [
        .addColumn(
          AddColumn(
            target: ColumnReference(table: orders, column: "note"), type: "text",
            defaultExpression: "'a,b'", notNull: true)),
        .alterColumnType(
          AlterColumnType(target: amount, type: "numeric(12, 2)", using: "round(amount, 2)")),
        .dropColumn(ColumnReference(table: orders, column: "Old, name"), cascade: true),
      ])
    #expect(changes.allSatisfy { $0.mentions == [orders] })
  }

  @Test
  func `A statement's place is its first real token, counted in characters`() throws {
    let source = "/* é */ -- über\n\n  SELECT 'ü'; /* ß */ DROP TABLE a;\nDROP TABLE é;"
    let changes = try MigrationParser.parse(source)
    #expect(
      changes.map(\.location) == [
        SourceLocation(line: 3, column: 3), SourceLocation(line: 3, column: 23),
        SourceLocation(line: 4, column: 1),
      ])
    #expect(changes.map(\.sql) == ["SELECT 'ü'", "DROP TABLE a", "DROP TABLE é"])
  }

  @Test
  func `An inline constraint is written as a table constraint`() throws {
    let source = """
      ALTER TABLE t ADD COLUMN u int NOT NULL DEFAULT 0 CONSTRAINT fk REFERENCES s.u (id)
        ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED UNIQUE CHECK (u > 0)
      """
    let changes = try MigrationParser.parse(source)
    guard case .addColumn(let column) = changes.first?.operation else {
      Issue.record("no ADD COLUMN")
      return
    }
    #expect(
      column.constraints.map(\.definition) == [
        "FOREIGN KEY (u) REFERENCES s.u (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED",
        "UNIQUE (u)", "CHECK (u > 0)",
      ])
    #expect(column.constraints.map(\.name) == ["fk", nil, nil])
    #expect(column.constraints.map(\.initiallyDeferred) == [true, false, false])
    #expect(column.notNull)
    #expect(column.defaultExpression == "0")
  }

  @Test(arguments: [
    ("ADD COLUMN a bigserial", "bigserial", true, true),
    ("ADD COLUMN a integer", "int", false, false),
    ("ADD COLUMN a varchar(20)[]", "varchar(20)[]", false, false),
    ("ADD COLUMN a timestamp(3) with time zone", "timestamp (3) with time zone", false, false),
    ("ADD COLUMN a \"My Type\"", "\"My Type\"", false, false),
    ("ADD COLUMN a int PRIMARY KEY", "int", false, true),
  ])
  func `A new column's type is SQL`(
    clause: String, type: String, serial: Bool, notNull: Bool
  ) throws {
    let changes = try MigrationParser.parse("ALTER TABLE t \(clause)")
    guard case .addColumn(let column) = changes.first?.operation else {
      Issue.record("no ADD COLUMN")
      return
    }
    #expect(column.type == type)
    #expect(column.isSerial == serial)
    #expect(column.notNull == notNull)
  }

  @Test(arguments: [
    "CREATE INDEX CONCURRENTLY i ON t (a)", "DROP INDEX CONCURRENTLY i",
    "REINDEX TABLE CONCURRENTLY t", "REINDEX DATABASE d", "VACUUM t", "CREATE DATABASE d",
    "ALTER SYSTEM SET work_mem = '1MB'", "ALTER TABLE p DETACH PARTITION c CONCURRENTLY",
    "CLUSTER", "DROP DATABASE d",
  ])
  func `A statement that the server refuses inside a transaction is marked`(sql: String) throws {
    #expect(try MigrationParser.parse(sql).map(\.transactional) == [false])
  }

  @Test
  func `A rule that there is not is an error with its place and the nearest name`() throws {
    let source = "SELECT 1;\n-- djogi:allow json-column, rename-breaks-client\nDROP TABLE c;"
    let parsed = MigrationParser.read(source)
    #expect(parsed.changes.count == 2)
    let error = try #require(parsed.errors.first)
    #expect(parsed.errors.count == 1)
    #expect(error.location.line == 2 && error.location.column == 29)
    #expect(
      error.message == "there is no rule rename-breaks-client; did you mean rename-breaks-clients?")
    let far = MigrationParser.read("DROP TABLE c; -- djogi:allow x").errors
    #expect(far.map(\.message) == ["there is no rule x"])
  }

  @Test
  func `A comment before, inside or behind a statement switches rules off`() throws {
    let source = """
      -- djogi:allow rename-breaks-clients, default-changes: the old client is gone
      ALTER TABLE a RENAME TO b;
      DROP TABLE c; -- djogi:allow truncate-cascade
      DROP TABLE /* djogi:allow revoke */ d;
      SELECT '-- djogi:allow y';
      """
    let rules = try MigrationParser.parse(source).map(\.suppressedRules)
    #expect(
      rules == [
        [.renameBreaksClients, .defaultChanges], [.truncateCascade], [.revoke], [],
      ])
  }

  @Test
  func `The transaction around a whole file and harmless settings are left out`() throws {
    let source = "BEGIN; SET LOCAL lock_timeout = '2s'; DROP TABLE a; COMMIT;"
    let parsed = MigrationParser.read(source)
    #expect(parsed.changes.map(\.sql) == ["DROP TABLE a"])
    #expect(
      parsed.ignored.map(\.reason) == [
        "the runner has its own transactions", "the runner has its own transactions",
        "the runner sets lock_timeout itself",
      ])
  }

  @Test
  func `Other transaction control, settings and psql commands are changes of their own kind`()
    throws
  {
    let source = """
      \\connect prod it's
      SET search_path = app;
      SELECT pg_catalog.set_config('search_path', 'app', false);
      SELECT '
      \\not a command
      ';
      COMMIT;
      ROLLBACK
      """
    let changes = try MigrationParser.parse(source)
    #expect(
      changes.map { $0.operation.name } == [
        "metaCommand", "set", "set", "selectConstant", "transactionControl", "transactionControl",
      ])
    #expect(changes.first?.sql == "\\connect prod it's")
    #expect(changes[3].location == SourceLocation(line: 4, column: 1))
  }

  @Test
  func `What stands between BEGIN and COMMIT is marked`() throws {
    let parsed = MigrationParser.read(
      """
      SELECT 1; BEGIN; SELECT 2; SELECT 3; COMMIT; SELECT 4; START TRANSACTION; SELECT 5; END; COMMIT;
      BEGIN; SAVEPOINT a; COMMIT
      """)
    #expect(
      parsed.changes.map(\.transaction) == [nil, 0, 0, nil, 1, nil, nil, nil, nil])
    #expect(
      parsed.changes.map { $0.operation.name } == [
        "selectConstant", "selectConstant", "selectConstant", "selectConstant", "selectConstant",
        "transactionControl", "transactionControl", "transactionControl", "transactionControl",
      ])
    #expect(parsed.ignored.count == 4)
  }

  @Test
  func `Semicolons inside a rule and a SQL function end nothing`() throws {
    let source = """
      CREATE RULE r AS ON DELETE TO t DO INSTEAD (SELECT 1; SELECT 2);
      CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END;
      DO $$ BEGIN PERFORM 1; END $$;
      """
    let names = try MigrationParser.parse(source).map { $0.operation.name }
    #expect(names == ["createRule", "createFunction", "doBlock"])
  }

  @Test
  func `What a statement mentions is every relation in it, and no common table expression`() throws
  {
    let source = """
      CREATE VIEW s.v AS WITH x AS (SELECT * FROM a) SELECT * FROM x JOIN s.x ON true
        WHERE EXISTS (SELECT 1 FROM b)
      """
    let mentions = try MigrationParser.parse(source).first?.mentions
    let expected: Set<QualifiedName> = [
      QualifiedName(schema: "s", name: "v"), QualifiedName(name: "a"),
      QualifiedName(schema: "s", name: "x"), QualifiedName(name: "b"),
    ]
    #expect(mentions == expected)
  }
}
