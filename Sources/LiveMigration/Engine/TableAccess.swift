internal import Postgres
internal import SchemaChange

/// Makes sure that the tables of a migration can be looked at.
///
/// A table that somebody has locked hides what a change would do to it; a verdict without that is a guess.
enum TableAccess {
  /// Waits until no session keeps a reader from the tables, as long and as often as `settings` say.
  ///
  /// - Throws: `EngineError.tablesLocked`.
  static func wait(
    for changes: [Change], settings: LiveSettings, on connection: PostgresConnection
  ) async throws {
    let names = changes.reduce(into: Set<QualifiedName>()) { $0.formUnion($1.mentions) }
    let tables = try await tables(names, on: connection)
    guard !tables.isEmpty else { return }
    let retrying = Retrying(
      settings: settings, accepts: { $0.sqlState == .lockNotAvailable },
      blockers: { (try? await Blockers.of(Set(tables), on: connection)) ?? [] },
      spent: { EngineError.tablesLocked($0.error, blockers: $0.blockers) })
    try await retrying.run { _ in try await look(at: tables, settings, on: connection) }
  }

  /// The tables of these names, and those that foreign keys tie to them, as far as the role may read them.
  private static func tables(
    _ names: Set<QualifiedName>, on connection: PostgresConnection
  ) async throws -> [String] {
    let rows = try await connection.query(
      """
      WITH named AS (
        SELECT pg_catalog.to_regclass(name)::oid AS oid FROM pg_catalog.unnest(\(names.map(\.quoted).sorted())) AS name
      ), tied AS (
        SELECT oid FROM named
        UNION SELECT conrelid FROM pg_constraint
          WHERE contype = 'f' AND confrelid IN (SELECT oid FROM named)
        UNION SELECT confrelid FROM pg_constraint
          WHERE contype = 'f' AND conrelid IN (SELECT oid FROM named)
      )
      SELECT c.oid::regclass::text FROM tied JOIN pg_class AS c USING (oid)
      WHERE c.relkind IN ('r', 'p') AND pg_catalog.has_table_privilege(c.oid, 'SELECT') ORDER BY 1
      """)
    return try rows.map { try $0.decode(0, as: String.self) }
  }

  private static func look(
    at tables: [String], _ settings: LiveSettings, on connection: PostgresConnection
  ) async throws {
    let timeout = "\(settings.lockTimeout.milliseconds)ms"
    try await connection.transaction { connection in
      try await connection.execute("SELECT pg_catalog.set_config('lock_timeout', \(timeout), true)")
      let list = tables.joined(separator: ", ")
      try await connection.execute("LOCK TABLE \(raw: list) IN ACCESS SHARE MODE")
    }
  }
}
