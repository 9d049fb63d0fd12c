internal import Postgres

/// Finds out which tables hold a row, whatever the statistics say.
enum RowProbe {
  /// The relations in which a row was found, or where none could be looked for in time.
  ///
  /// The locks of a look are given back at once, by rolling back to the savepoint before it.
  static func filled(
    _ relations: [RelationRow], on connection: isolated PostgresConnection
  ) async throws -> Set<UInt32> {
    let tables = relations.filter { [.table, .materializedView].contains($0.kind) }
    // One look at many partitions saves round trips; one that cannot be had must not hide the others.
    if let found = try await look(at: tables, on: connection) { return found }
    var filled: Set<UInt32> = []
    for table in tables {
      filled.formUnion(try await look(at: [table], on: connection) ?? [table.oid])
    }
    return filled
  }

  /// Looks into tables; `nil` when the server would not let it: a lock, a privilege, a row filter, dead rows
  /// without end.
  private static func look(
    at tables: [RelationRow], on connection: isolated PostgresConnection
  ) async throws -> Set<UInt32>? {
    guard !tables.isEmpty else { return [] }
    let looks = tables.map { table -> SQL in
      "SELECT \(table.oid) AS oid, EXISTS (SELECT 1 FROM ONLY \(identifier: table.name)) AS filled"
    }
    try await connection.script(
      "SAVEPOINT row_probe; SET LOCAL lock_timeout TO '300ms'; SET LOCAL statement_timeout TO '2s'")
    let found: Set<UInt32>?
    do {
      let rows = try await connection.query(looks.joined(separator: " UNION ALL "))
      found = Set(
        try rows.filter { try $0.decode("filled") }.map { try $0.decode("oid", as: UInt32.self) })
    } catch PostgresError.server {
      found = nil
    }
    try await connection.script("ROLLBACK TO SAVEPOINT row_probe; RELEASE SAVEPOINT row_probe")
    return found
  }
}
