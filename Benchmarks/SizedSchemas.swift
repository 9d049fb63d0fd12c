internal import Postgres
internal import PrivateServer

/// Databases of one server, with the same schema in several sizes.
enum SizedSchemas {
  /// Makes one database after the other, and measures something in each.
  ///
  /// - Parameters:
  ///   - sizes: The sizes, in tables.
  ///   - schema: The statements that make a schema of a size.
  ///   - measure: Takes the size, the server and the database's name.
  static func forEach(
    _ sizes: [Int], _ schema: (Int) -> String,
    measure: (Int, PrivateServer, String) async throws -> Void
  ) async throws {
    let server = try await PrivateServer()
    do {
      for size in sizes {
        let name = "sized_\(size)"
        let admin = try await PostgresConnection.connect(ConnectionConfiguration(server.url()))
        try await admin.execute("CREATE DATABASE \(identifier: name)")
        await admin.close()
        let connection = try await PostgresConnection.connect(
          ConnectionConfiguration(server.url(database: name)))
        try await connection.script(schema(size))
        await connection.close()
        try await measure(size, server, name)
      }
    } catch {
      await server.dispose()
      throw error
    }
    await server.dispose()
  }
}
