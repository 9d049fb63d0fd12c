import Postgres
import TestSupport

extension TestDatabase {
  /// Whether the server's version has what a setup uses.
  func reads(_ setup: String) async throws -> Bool {
    guard setup.contains("NULLS NOT DISTINCT") else { return true }
    let connection = try await connect()
    let version = connection.info.serverVersion
    await connection.close()
    return version >= 150_000
  }
}
