internal import Postgres
internal import SchemaChange

/// Whether an index is the one that a statement builds, by the definitions that the server gives of both.
struct IndexLikeness: Sendable {
  let index: QualifiedName
  let table: QualifiedName
  /// The statement that builds it.
  let statement: String

  /// Thrown to leave the transaction without a trace.
  private struct Answer: Error {
    let isAlike: Bool
  }

  /// Compares it with an index over an empty copy of the table; `true` too where the role may make no copy.
  func holds(on connection: PostgresConnection) async throws -> Bool {
    let clone = QualifiedName(schema: "pg_temp", name: table.name)
    let wanted = QualifiedName(schema: "pg_temp", name: index.name)
    let sql = try IndexStatement(statement).sql(
      IndexStatement.Changes(concurrently: false, table: clone, only: false, ifNotExists: false))
    do {
      try await connection.transaction { connection in
        try await connection.script("SET LOCAL lock_timeout TO '1s'")
        try await connection.execute(
          "CREATE TEMP TABLE \(identifier: table.name) (LIKE \(identifier: table))")
        try await connection.execute(SQL(raw: sql))
        let row = try await connection.query(
          """
          SELECT pg_catalog.pg_get_indexdef(pg_catalog.to_regclass(\(index.quoted))),
            pg_catalog.pg_get_indexdef(pg_catalog.to_regclass(\(wanted.quoted)))
          """
        ).only()
        throw Answer(isAlike: try definition(row.decode(0)) == definition(row.decode(1)))
      }
    } catch let answer as Answer {
      return answer.isAlike
    } catch let error as PostgresError where error.serverError != nil && !error.isTransient {
      // Then the server would refuse the statement as well, or the role may not make temporary tables.
    }
    return true
  }

  private func definition(_ text: String) throws -> String {
    try IndexStatement(text).sql(IndexStatement.Changes(table: table, only: false))
  }
}
