internal import Postgres
internal import SchemaChange

/// Writes rows through the plan's own triggers before the plan is made, on a temporary copy of the table, as clients
/// will: what would make a client's write fail for days is found at once.
struct HookProbe: Sendable {
  let replacement: TableReplacement

  private var table: TableFacts { replacement.table }

  /// Why the triggers do not do; `nil` where they do.
  ///
  /// Everything happens in a transaction that is rolled back.
  func obstacle(
    in session: PlanSession, on connection: PostgresConnection
  ) async throws -> String? {
    do {
      try await connection.transaction { connection in
        try await session.set(on: connection)
        try await connection.script(
          "SET LOCAL lock_timeout TO '1s'; SET LOCAL statement_timeout TO '10s'")
        throw Answer(obstacle: try await ask(connection))
      }
    } catch let answer as Answer {
      return answer.obstacle
    } catch PostgresError.server(let error)
      where error.sqlState.class != "55" && error.sqlState.class != "57"
    {
      return "a client's write through the plan's trigger fails: \(error.message)"
    }
    return nil
  }

  /// Thrown to leave the transaction without a trace.
  private struct Answer: Error { let obstacle: String? }

  private func ask(_ connection: isolated PostgresConnection) async throws -> String? {
    let clone = QualifiedName(schema: "pg_temp", name: table.name.name)
    var facts = table
    facts.name = clone
    facts.partitions = []
    try await connection.execute(
      "CREATE TEMP TABLE \(identifier: clone.name) (LIKE \(identifier: table.name))")
    for column in table.columns where column.notNull {
      try await connection.execute(
        "ALTER TABLE \(identifier: clone) ALTER COLUMN \(identifier: column.name) DROP NOT NULL")
    }
    // A domain of another column may refuse NULL: no client writes such a row.
    let nulls: Void? = try await trying(connection) { connection in
      try await connection.execute("INSERT INTO \(identifier: clone) DEFAULT VALUES")
      try await connection.execute("DELETE FROM \(identifier: clone)")
    }
    let columns = replacement.columns.map { column in
      var column = column
      column.table = facts
      return column
    }
    let hooks = try columns.map { try $0.hook() }
    for statement in hooks.flatMap(\.install) {
      try await connection.execute(SQL(raw: statement.sql))
    }
    try await write(to: clone, withNulls: nulls != nil, connection)
    for statement in hooks.flatMap(\.preferShadow) {
      try await connection.execute(SQL(raw: statement.sql))
    }
    try await write(to: clone, withNulls: nulls != nil, connection)
    for column in columns {
      let query = "SELECT count(*) FROM \(clone) WHERE \(try column.outOfStep)"
      // A value that does not convert is what the gates look for.
      let wrong = try await trying(connection) { connection in
        try await connection.query(SQL(raw: query)).only().decode(0, as: Int.self)
      }
      if let wrong, wrong > 0 {
        return
          "a row that a client writes does not get its new value of \(column.legacy.name) from the plan's trigger"
      }
    }
    return nil
  }

  /// Inserts a row of the table, and one of NULLs where its types take them, and updates them.
  private func write(
    to clone: QualifiedName, withNulls: Bool, _ connection: isolated PostgresConnection
  ) async throws {
    let names = table.columns.map { Quoting.identifier($0.name) }.joined(separator: ", ")
    let sample = try await trying(connection) { connection in
      try await connection.execute("SET LOCAL statement_timeout TO '1s'")
      return try await connection.query(
        SQL(
          raw:
            "CREATE TEMP TABLE djogi_sample ON COMMIT DROP AS SELECT \(names) FROM \(table.name) LIMIT 1"
        ))
    }
    if sample != nil {
      let values = table.columns.map { "djogi_sample." + Quoting.identifier($0.name) }
      try await connection.execute(
        SQL(
          raw:
            "INSERT INTO \(clone) (\(names)) SELECT \(values.joined(separator: ", ")) FROM pg_temp.djogi_sample"
        ))
      try await connection.execute("DROP TABLE pg_temp.djogi_sample")
    }
    if withNulls { try await connection.execute(SQL(raw: "INSERT INTO \(clone) DEFAULT VALUES")) }
    for column in table.columns {
      let name = Quoting.identifier(column.name)
      try await connection.execute(SQL(raw: "UPDATE \(clone) SET \(name) = \(name)"))
    }
  }

  /// The result, or `nil` where the server refuses.
  private func trying<Result: Sendable>(
    _ connection: isolated PostgresConnection,
    _ body: (isolated PostgresConnection) async throws -> Result
  ) async throws -> Result? {
    try await connection.execute("SAVEPOINT djogi_try")
    do {
      let result = try await body(connection)
      try await connection.execute("RELEASE djogi_try")
      return result
    } catch let error as PostgresError where error.serverError != nil {
      try await connection.execute("ROLLBACK TO djogi_try")
      return nil
    }
  }
}
