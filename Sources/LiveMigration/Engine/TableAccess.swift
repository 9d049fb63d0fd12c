internal import Postgres
internal import SchemaChange

/// Makes sure that the tables of a migration can be looked at.
///
/// A table that somebody has locked hides what a change would do to it; a verdict without that is a guess.
enum TableAccess {
  /// Waits until nobody keeps a reader from the tables, as long and as often as `settings` say.
  ///
  /// - Throws: `EngineError.tablesLocked`.
  static func wait(
    for changes: [Change], settings: LiveSettings, on connection: PostgresConnection
  ) async throws {
    let names = changes.reduce(into: Set<QualifiedName>()) { $0.formUnion($1.mentions) }
    var budget = RetryBudget(settings)
    while true {
      do {
        return try await look(at: names, settings, on: connection)
      } catch let error as PostgresError where error.sqlState == .lockNotAvailable {
        guard let delay = budget.next() else {
          let blockers = try? await Blockers.of(changes.map(\.sql), on: connection)
          throw EngineError.tablesLocked(error, blockers: blockers ?? [])
        }
        try await Task.sleep(for: delay)
      }
    }
  }

  private static func look(
    at names: Set<QualifiedName>, _ settings: LiveSettings, on connection: PostgresConnection
  ) async throws {
    let rows = try await connection.query(
      """
      SELECT c.oid::regclass::text FROM unnest(\(names.map(\.quoted).sorted())) AS asked (name)
        JOIN pg_class AS c ON c.oid = to_regclass(asked.name)
      WHERE c.relkind IN ('r', 'p') AND has_table_privilege(c.oid, 'SELECT')
      """)
    let tables = try rows.map { try $0.decode(0, as: String.self) }
    guard !tables.isEmpty else { return }
    let timeout = "\(settings.lockTimeout.milliseconds)ms"
    try await connection.transaction { connection in
      try await connection.execute("SELECT set_config('lock_timeout', \(timeout), true)")
      let list = tables.joined(separator: ", ")
      try await connection.execute("LOCK TABLE \(raw: list) IN ACCESS SHARE MODE")
    }
  }
}
