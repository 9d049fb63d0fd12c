import Postgres
package import PrivateServer

/// Everything of a database that a plan must leave as a direct run of its migration would.
package struct DatabaseContents: Sendable {
  private let server: PrivateServer
  private let name: String

  /// Looks at a database.
  package init(of name: String, on server: PrivateServer) {
    self.server = server
    self.name = name
  }

  private func connect() async throws -> PostgresConnection {
    try await .connect(ConnectionConfiguration(server.url(database: name)))
  }

  /// The definitions but for the order of columns, as one text.
  package func schema() async throws -> String {
    try await server.comparableSchema(of: name)
  }

  /// The rows of a table, columns by name, but for some.
  package func rows(
    of table: String, without excluded: [String] = []
  ) async throws -> [String] {
    let connection = try await connect()
    let columns: [String] = try await connection.query(
      """
      SELECT array_agg(quote_ident(attname) ORDER BY attname) FROM pg_attribute
      WHERE attrelid = \(table)::regclass AND attnum > 0 AND NOT attisdropped
        AND quote_ident(attname) <> ALL (\(excluded))
      """
    ).only().decode(0)
    let sql = "SELECT ROW(\(columns.joined(separator: ", ")))::text FROM \(table) ORDER BY 1"
    let rows = try await connection.query(SQL(raw: sql)).map { try $0.decode(0, as: String.self) }
    await connection.close()
    return rows
  }

  /// Objects of a plan's own that are left over.
  package func leftOvers() async throws -> [String] {
    let connection = try await connect()
    let rows = try await connection.query(
      """
      SELECT relname::text FROM pg_class WHERE relname LIKE 'djogi\\_%\\_%' AND relname ~ '^djogi_[0-9]'
      UNION ALL SELECT proname::text FROM pg_proc WHERE proname LIKE 'djogi\\_%'
      UNION ALL SELECT tgname::text FROM pg_trigger WHERE tgname LIKE 'zzzz\\_djogi%'
      UNION ALL SELECT conname::text FROM pg_constraint WHERE conname ~ '^djogi_[0-9]'
      """)
    let names = try rows.map { try $0.decode(0, as: String.self) }
    await connection.close()
    return names.sorted()
  }
}
