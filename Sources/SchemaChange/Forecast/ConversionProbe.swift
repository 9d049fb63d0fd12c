public import Postgres

/// Asks the server about the conversions of a migration's type changes, on empty temporary tables.
public enum ConversionProbe {
  /// The facts of each new column and of each type change of an existing one, by its position in the list of changes.
  ///
  /// Everything happens in a transaction that is rolled back, and no lock stronger than `ACCESS SHARE` is taken on a
  /// table of the application. A change that cannot be tried has no facts: an earlier statement may make its type.
  ///
  /// - Throws: `PostgresError` when somebody locks a table for longer than a second, among others.
  public static func run(
    _ changes: [Change], facts: CatalogueFacts, on connection: PostgresConnection
  ) async throws -> [Int: ConversionFacts] {
    var found: [Int: ConversionFacts] = [:]
    for (index, change) in changes.enumerated() {
      if case .addColumn(let operation) = change.operation,
        let table = facts.table(operation.target.table)
      {
        do {
          found[index] = try await newColumn(operation, table, connection)
        } catch let error as PostgresError where error.isRefusal {}
        continue
      }
      guard case .alterColumnType(let operation) = change.operation,
        let table = facts.table(operation.target.table),
        let column = table.column(operation.target.column)
      else { continue }
      do {
        found[index] = try await conversion(operation, table, column, connection)
      } catch let error as PostgresError where error.isRefusal {
        continue
      }
    }
    return found
  }

  /// Thrown to leave the transaction without a trace.
  private struct Enough: Error {
    let facts: ConversionFacts
  }

  private static func conversion(
    _ operation: AlterColumnType, _ table: TableFacts, _ column: ColumnFacts,
    _ connection: PostgresConnection
  ) async throws -> ConversionFacts? {
    do {
      try await connection.transaction { connection in
        try await connection.limitWaiting()
        throw Enough(facts: try await ask(operation, table, column, connection))
      }
    } catch let enough as Enough {
      return enough.facts
    }
    return nil
  }

  private static func ask(
    _ operation: AlterColumnType, _ table: TableFacts, _ column: ColumnFacts,
    _ connection: isolated PostgresConnection
  ) async throws -> ConversionFacts {
    let clone = QualifiedName(schema: "pg_temp", name: table.name.name)
    let shadow = "djogi_shadow"
    try await connection.execute(
      "CREATE TEMP TABLE \(identifier: clone.name) (LIKE \(identifier: table.name))")
    let before = try await fileNode(clone, connection)
    let collation = operation.collation.map { " COLLATE " + $0 } ?? ""
    try await connection.execute(
      """
      ALTER TABLE \(identifier: clone) ADD COLUMN \(identifier: shadow)
      \(raw: operation.type + collation)
      """)
    var facts = ConversionFacts()
    facts.shadowRewrites = try await fileNode(clone, connection) != before
    let source = operation.using ?? Quoting.identifier(column.name)
    let converted = "((\(source))::\(operation.type))"
    facts.hasEquality = try await succeeds(
      "SELECT \(identifier: shadow) IS DISTINCT FROM \(raw: converted) FROM \(identifier: clone)",
      connection)
    let isCalledImmutable = try await succeeds(
      "CREATE INDEX ON \(identifier: clone) ((1)) WHERE \(raw: converted) IS NOT NULL", connection)
    facts.isImmutable = try isCalledImmutable && !readsOutputSettings(source, table)
    if operation.using == nil {
      facts.cannotFail = try await isTotal(clone, column.name, shadow, connection)
    }
    facts.volatileFunctions = try await volatileFunctions(operation.using, connection)
    if !facts.isImmutable { facts.settings = try await settings(connection) }
    facts.searchPath = try await connection.query("SELECT current_schemas(false)").only().decode(0)
    return facts
  }

  /// Whether a conversion may write bytes or inexact numbers as text.
  ///
  /// The server calls that immutable, and yet follows `bytea_output` and `extra_float_digits` (manual, sections 8.4
  /// and 8.1.3).
  private static func readsOutputSettings(_ source: String, _ table: TableFacts) throws -> Bool {
    let types: Set = ["bytea", "real", "double precision"]
    return try SQLExpression.columns(in: source).contains { name in
      table.column(name).map { types.contains($0.type.replacing("[]", with: "")) } ?? false
    }
  }

  /// Whether a new column rewrites its table even when it is empty, and where its default's names are looked up.
  private static func newColumn(
    _ operation: AddColumn, _ table: TableFacts, _ connection: PostgresConnection
  ) async throws -> ConversionFacts? {
    do {
      try await connection.transaction { connection in
        try await connection.limitWaiting()
        let clone = QualifiedName(schema: "pg_temp", name: table.name.name)
        try await connection.execute(
          "CREATE TEMP TABLE \(identifier: clone.name) (LIKE \(identifier: table.name))")
        let before = try await fileNode(clone, connection)
        // A serial type is an integer with a default.
        let type = operation.isSerial ? "bigint" : operation.type
        try await connection.execute(
          "ALTER TABLE \(identifier: clone) ADD COLUMN djogi_shadow \(raw: type)")
        var facts = ConversionFacts()
        facts.shadowRewrites = try await fileNode(clone, connection) != before
        if let expression = operation.defaultExpression {
          // What the default calls must be there before the plan begins.
          try await connection.execute(
            """
            ALTER TABLE \(identifier: clone) ALTER COLUMN djogi_shadow
            SET DEFAULT \(raw: expression)
            """)
        }
        facts.searchPath = try await connection.query("SELECT current_schemas(false)").only()
          .decode(0)
        throw Enough(facts: facts)
      }
    } catch let enough as Enough {
      return enough.facts
    }
    return nil
  }

  private static func fileNode(
    _ table: QualifiedName, _ connection: isolated PostgresConnection
  ) async throws -> UInt32 {
    let sql: SQL = "SELECT relfilenode FROM pg_class WHERE oid = \(table.quoted)::regclass"
    return try await connection.query(sql).only().decode(0)
  }

  private static func succeeds(
    _ sql: SQL, _ connection: isolated PostgresConnection
  ) async throws -> Bool {
    try await connection.execute("SAVEPOINT try")
    do {
      try await connection.execute(sql)
      try await connection.execute("RELEASE try")
      return true
    } catch let error as PostgresError where error.serverError != nil {
      try await connection.execute("ROLLBACK TO try")
      return false
    }
  }

  /// Whether the cast is one that the server itself applies silently, to a type without a length or precision.
  ///
  /// Implicit casts never lose or refuse a value (manual, CREATE CAST), but for dates, whose range differs.
  private static func isTotal(
    _ table: QualifiedName, _ column: String, _ shadow: String,
    _ connection: isolated PostgresConnection
  ) async throws -> Bool {
    let rows = try await connection.query(
      """
      SELECT new.atttypmod = -1 AND type.typtype = 'b' AND type.typcategory <> 'D'
        AND EXISTS (SELECT FROM pg_cast
          WHERE castsource = old.atttypid AND casttarget = new.atttypid AND castcontext = 'i')
      FROM pg_attribute AS old, pg_attribute AS new JOIN pg_type AS type ON type.oid = new.atttypid
      WHERE old.attrelid = \(table.quoted)::regclass AND new.attrelid = old.attrelid
        AND old.attname = \(column) AND new.attname = \(shadow)
      """)
    return try rows.only().decode(0)
  }

  private static func volatileFunctions(
    _ expression: String?, _ connection: isolated PostgresConnection
  ) async throws -> [String] {
    guard let expression, let functions = try? SQLExpression.functions(in: expression) else {
      return []
    }
    let rows = try await connection.query(
      """
      SELECT DISTINCT proname::text FROM pg_proc
      WHERE provolatile = 'v' AND proname = ANY (\(functions.map(\.name)))
        AND pg_function_is_visible(oid) ORDER BY 1
      """)
    return try rows.map { try $0.decode(0) }
  }

  private static func settings(
    _ connection: isolated PostgresConnection
  ) async throws -> [ConversionFacts.Setting] {
    let rows = try await connection.query(
      """
      SELECT name, setting FROM pg_settings WHERE name = ANY (\(ConversionFacts.settingNames))
      ORDER BY name
      """)
    return try rows.map {
      ConversionFacts.Setting(name: try $0.decode(0), value: try $0.decode(1))
    }
  }
}
