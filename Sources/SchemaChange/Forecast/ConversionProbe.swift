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
    var known: [NewColumn: ConversionFacts] = [:]
    for (index, change) in changes.enumerated() {
      if case .addColumn(let operation) = change.operation,
        let table = facts.table(operation.target.table)
      {
        let column = NewColumn(operation)
        do {
          if known[column] == nil { known[column] = try await ask(column, table, connection) }
          found[index] = known[column]
        } catch let error as PostgresError where error.isRefusal {}
        continue
      }
      if case .other(let operation) = change.operation, operation.kind.writesRows,
        let table = operation.relation.flatMap(facts.table)
      {
        do {
          found[index] = try await batches(change, operation.rows?.update, table, connection)
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
  struct Enough: Error {
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
    let cast = try await cast(clone, column.name, shadow, connection)
    let isPlain = SQLExpression.isPlain(source, column: column.name, type: operation.type)
    facts.isImmutable = isPlain && cast.isPure
    facts.cannotFail = isPlain && cast.isTotal
    facts.volatileFunctions = try await volatileFunctions(operation.using, connection)
    facts.obstacles = try await obstacles(operation.using, table, connection)
    if !facts.isImmutable { facts.settings = try await settings(connection) }
    facts.searchPath = try await CatalogueReader.searchPath(on: connection)
    return facts
  }

  /// Why an expression cannot be kept in step, each in a sentence.
  static func obstacles(
    _ expression: String?, _ table: TableFacts, _ connection: isolated PostgresConnection
  ) async throws -> [String] {
    guard let expression,
      let read = try? SurroundingsRead(
        expression, table: table.name.name, columns: Set(table.columns.map(\.name)))
    else { return [] }
    var found: [String] = []
    if let row = read.wholeRow {
      found.append(
        "its expression reads the whole row (\(row)), which the plan's own columns are part of")
    }
    found += read.systemColumns.map {
      "its expression reads \($0), which tells where a row lies or who wrote it, and not what it holds"
    }
    let clock = try await surroundingFunctions(expression, connection).map { $0 + "()" }
    found += (read.sessionValues + clock).map {
      "its expression reads \($0), the clock's or the session's, which says something else in each transaction"
    }
    return found
  }

  /// The functions of the server itself that an expression calls and that depend on the clock or the session.
  private static func surroundingFunctions(
    _ expression: String, _ connection: isolated PostgresConnection
  ) async throws -> [String] {
    let calls = (try? SQLExpression.functions(in: expression)) ?? []
    let named = calls.filter { $0.schema == nil || $0.schema == "pg_catalog" }.map(\.name)
    // `age` of one argument counts from today.
    let withOne = (try? SQLExpression.functionsOfOneArgument(in: expression)) ?? []
    let asked = named.filter { surroundings.contains($0) || ($0 == "age" && withOne.contains($0)) }
    let rows = try await connection.query(
      """
      SELECT DISTINCT proname::text FROM pg_catalog.pg_proc
      WHERE pronamespace = 'pg_catalog'::regnamespace AND proname = ANY (\(asked.sorted()))
        AND pg_catalog.pg_function_is_visible(oid) ORDER BY 1
      """)
    return try rows.map { try $0.decode(0) }
  }

  private static let surroundings: Set = [
    "now", "transaction_timestamp", "statement_timestamp", "current_setting", "pg_backend_pid",
    "inet_client_addr", "inet_client_port", "inet_server_addr", "inet_server_port",
    "current_database", "current_schema", "current_schemas", "getpgusername", "txid_current",
    "txid_current_if_assigned", "txid_current_snapshot", "pg_current_xact_id",
    "pg_current_xact_id_if_assigned", "pg_current_snapshot", "pg_postmaster_start_time",
    "pg_conf_load_time", "pg_my_temp_schema", "pg_trigger_depth",
  ]

  /// What decides about a new column, in whatever table it stands.
  private struct NewColumn: Hashable {
    let type: String
    let defaultExpression: String?

    init(_ operation: AddColumn) {
      // A serial type is an integer with a default.
      type = operation.isSerial ? "bigint" : operation.type
      defaultExpression = operation.defaultExpression
    }
  }

  /// Whether a new column rewrites its table even when it is empty, and where its default's names are looked up.
  private static func ask(
    _ column: NewColumn, _ table: TableFacts, _ connection: PostgresConnection
  ) async throws -> ConversionFacts? {
    do {
      try await connection.transaction { connection in
        try await connection.limitWaiting()
        let clone = QualifiedName(schema: "pg_temp", name: table.name.name)
        try await connection.execute(
          "CREATE TEMP TABLE \(identifier: clone.name) (LIKE \(identifier: table.name))")
        let before = try await fileNode(clone, connection)
        try await connection.execute(
          "ALTER TABLE \(identifier: clone) ADD COLUMN djogi_shadow \(raw: column.type)")
        var facts = ConversionFacts()
        facts.shadowRewrites = try await fileNode(clone, connection) != before
        if let expression = column.defaultExpression {
          // What the default calls must be there before the plan begins.
          try await connection.execute(
            """
            ALTER TABLE \(identifier: clone) ALTER COLUMN djogi_shadow
            SET DEFAULT \(raw: expression)
            """)
          facts.volatileFunctions = try await volatileFunctions(expression, connection)
        }
        facts.searchPath = try await CatalogueReader.searchPath(on: connection)
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

  static func succeeds(
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

  /// The cast from the column's type to its shadow's.
  static func cast(
    _ table: QualifiedName, _ column: String, _ shadow: String,
    _ connection: isolated PostgresConnection
  ) async throws -> CastFacts {
    // A type of the application may bear the name of one of the server's.
    let name: SQL =
      "CASE WHEN t.typnamespace = 'pg_catalog'::regnamespace THEN t.typname::text ELSE '' END"
    let row = try await connection.query(
      """
      SELECT (SELECT \(sql: name) FROM pg_catalog.pg_type AS t WHERE t.oid = old.atttypid) AS source,
        (SELECT \(sql: name) FROM pg_catalog.pg_type AS t WHERE t.oid = new.atttypid) AS target,
        new.atttypmod <> -1 AS limited
      FROM pg_catalog.pg_attribute AS old, pg_catalog.pg_attribute AS new
      WHERE old.attrelid = \(table.quoted)::regclass AND new.attrelid = old.attrelid
        AND old.attname = \(column) AND new.attname = \(shadow)
      """
    ).only()
    return CastFacts(
      source: try row.decode("source"), target: try row.decode("target"),
      isLimited: try row.decode("limited"))
  }

  static func volatileFunctions(
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

  static func settings(
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
