internal import Postgres
internal import SchemaChange

/// The table of applied migrations.
extension PlanLedger {
  /// How far a migration got that was begun and not finished; `nil` when it was not begun.
  func begun(
    _ migration: MigrationFile, on connection: PostgresConnection
  ) async throws -> (statements: Int, checksum: String)? {
    let rows = try await connection.query(
      """
      SELECT statements_done, checksum_up FROM \(identifier: tables.migrations)
      WHERE version = \(migration.version.rawValue) AND app_label = \(migration.appLabel)
      """)
    return try rows.first.map { (try $0.decode(0), try $0.decode(1)) }
  }

  /// Records that so many statements of a migration are done, all of them when `isComplete`.
  ///
  /// - Parameter foreign: What another tool's table is to say of it once it is complete.
  func record(
    _ migration: MigrationFile, _ loaded: LoadedMigration, statements: Int, isComplete: Bool,
    justification: String?, foreign: ForeignRow? = nil, on connection: PostgresConnection
  ) async throws {
    if isComplete { try await foreign?.write(on: connection) }
    try await record(
      migration.version.rawValue, app: migration.appLabel,
      description: migration.version.slug, up: loaded.checksum, down: loaded.downChecksum,
      statements: statements, isComplete: isComplete, justification: justification, on: connection)
  }

  /// Records the migration of a plan that completes.
  func record(
    _ header: PlanHeader, down: Checksum?, justification: String?, foreign: ForeignRow? = nil,
    on connection: PostgresConnection
  ) async throws {
    try await foreign?.write(on: connection)
    try await record(
      header.originatingMigration, app: header.appLabel, description: header.slug,
      up: header.sourceChecksum, down: down, statements: 0, isComplete: true,
      justification: justification, on: connection)
  }

  private func record(
    _ version: String, app: String, description: String, up: Checksum, down: Checksum?,
    statements: Int, isComplete: Bool, justification: String?, on connection: PostgresConnection
  ) async throws {
    try await connection.execute(
      """
      INSERT INTO \(identifier: tables.migrations) AS known (version, app_label, checksum_up,
        checksum_down, description, success, statements_done, justification)
      VALUES (\(version), \(app), \(up.rawValue), \(down?.rawValue),
        \(description.replacing("_", with: " ")), \(isComplete), \(statements), \(justification))
      ON CONFLICT (version, app_label) DO UPDATE SET success = excluded.success,
        statements_done = excluded.statements_done, applied_at = now(),
        checksum_up = excluded.checksum_up, checksum_down = excluded.checksum_down,
        justification = coalesce(excluded.justification, known.justification)
      """)
  }
}
