internal import Postgres
internal import SchemaChange

/// What the table of applied migrations says of each.
struct RecordedMigration: Sendable, Hashable {
  var version: String
  var appLabel: String
  var checksum: String
  var isComplete: Bool
  var statements: Int
  var appliedAt: String
  var justification: String?
}

extension PlanLedger {
  /// Every migration that was applied or begun.
  func recorded(on connection: PostgresConnection) async throws -> [RecordedMigration] {
    guard try await exists(on: connection) else { return [] }
    return try await connection.query(
      """
      SELECT version, app_label, checksum_up, success, statements_done, justification,
        pg_catalog.to_char(applied_at, 'YYYY-MM-DD HH24:MI:SS') AS at
      FROM \(identifier: tables.migrations) ORDER BY version, app_label
      """
    ).map { row in
      RecordedMigration(
        version: try row.decode("version"), appLabel: try row.decode("app_label"),
        checksum: try row.decode("checksum_up"), isComplete: try row.decode("success"),
        statements: try row.decode("statements_done"), appliedAt: try row.decode("at"),
        justification: try row.decode("justification"))
    }
  }

  /// Records migrations as applied that were not run here, all of them or none.
  ///
  /// The trail is each row's justification: who, from where, on what ground.
  func mark(
    _ migrations: [(file: MigrationFile, loaded: LoadedMigration)], ground: String,
    alsoForeign: Bool, on connection: PostgresConnection
  ) async throws {
    let role: String = try await connection.query("SELECT session_user::text").only().decode(0)
    let trail = "baseline by \(role) from \(identity.place), process \(identity.pid): \(ground)"
    try await connection.transaction { connection in
      for (file, loaded) in migrations {
        try await record(
          file, loaded, statements: 0, isComplete: true, justification: trail,
          foreign: alsoForeign ? ForeignRow(file, loaded) : nil, on: connection)
      }
    }
  }
}
