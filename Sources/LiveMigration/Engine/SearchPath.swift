internal import Postgres

extension PostgresConnection {
  /// The schemas that the session looks names up in before the server's own.
  ///
  /// `pg_catalog` comes first unless the path names it behind others (manual, section 5.9.5). Then another role's
  /// operators and functions take the place of the server's in every query, with the rights of who asks. A schema of
  /// temporary objects is never looked up for those.
  func schemasBeforeCatalogue() async throws -> [String] {
    let path: [String] = try await query(
      "SELECT pg_catalog.current_schemas(true)::pg_catalog.text[]"
    ).only().decode(0)
    return path.prefix { $0 != "pg_catalog" }.filter { !$0.hasPrefix("pg_temp_") }
  }
}
