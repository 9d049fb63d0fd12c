public import Postgres

extension CatalogueSnapshot {
  /// Reads the definitions of the database of a session, in whatever transaction it is in.
  ///
  /// Objects of extensions and of the system are left out, and so are some schemas and djogi-shell's own tables.
  ///
  /// - Parameters:
  ///   - schemas: Schemas that are left out, with all that is in them.
  ///   - connection: The session with the database.
  public static func read(
    without schemas: [String] = [], on connection: isolated PostgresConnection
  ) async throws -> CatalogueSnapshot {
    // With no schema in the path, the server writes every name with its schema.
    let path: String = try await connection.query("SELECT current_setting('search_path')").only()
      .decode(0)
    try await connection.execute("SELECT set_config('search_path', '', false)")
    var snapshot = CatalogueSnapshot()
    for query in CatalogueQueries(ignored: schemas, version: connection.info.serverVersion).all {
      for row in try await connection.query(query) {
        let kind: String = try row.decode(0)
        guard let kind = Kind(rawValue: kind) else { continue }
        let id = ObjectID(kind, try row.decode(1))
        let fact: String = try row.decode(2)
        if let value = try row.decode(3, as: String?.self) {
          snapshot.objects[id, default: [:]][fact] = value
        } else {
          snapshot.objects[id] = snapshot.objects[id] ?? [:]
        }
      }
    }
    try await connection.execute("SELECT set_config('search_path', \(path), false)")
    return snapshot
  }
}
