internal import Foundation
internal import Postgres
internal import PrivateServer

/// A private server with a table under write traffic, and a workspace with a migration that changes it.
struct SandboxServer: Sendable {
  let server: PrivateServer
  /// The workspace's folder.
  let workspace: String
  let rows: Int

  static let database = "shop"
  /// A copy of the database on which the migration is run directly, to compare with.
  static let directDatabase = "shop_direct"

  /// Makes the server and the workspace, and fills the table.
  init(rows: Int) async throws {
    self.rows = rows
    // As a small production server has it: durable, and with room for the WAL of the whole change.
    server = try await PrivateServer(settings: [
      "shared_buffers": "'256MB'", "max_wal_size": "'4GB'", "track_io_timing": "on",
    ])
    workspace = try Self.makeWorkspace()
    do {
      try await fill()
    } catch {
      await dispose()
      throw error
    }
  }

  private func fill() async throws {
    let admin = try await connect(to: "postgres")
    try await admin.execute("CREATE DATABASE \(identifier: Self.database)")
    await admin.close()
    let connection = try await connect()
    try await connection.script(LedgerFixture.schema)
    try await connection.script(LedgerFixture.mirror)
    try await connection.script(LedgerFixture.fill(rows: rows))
    await connection.close()
  }

  private static func makeWorkspace() throws -> String {
    let folder = URL(fileURLWithPath: try TemporaryFolder.make("djogi-workspace"))
    let bucket = folder.appendingPathComponent("migrations/main/_global_")
    try FileManager.default.createDirectory(at: bucket, withIntermediateDirectories: true)
    try Data("profile = \"sandbox\"\n".utf8).write(
      to: folder.appendingPathComponent("Djogi.toml"))
    try Data(LedgerFixture.migration.utf8).write(
      to: bucket.appendingPathComponent(LedgerFixture.version + ".sql"))
    return folder.path
  }

  /// The URL of the sandbox's database.
  var url: String { server.url(database: Self.database) }

  func configuration(_ database: String = Self.database) -> ConnectionConfiguration {
    ConnectionConfiguration(server.url(database: database), applicationName: "sandbox")
  }

  func connect(to database: String = Self.database) async throws -> PostgresConnection {
    try await PostgresConnection.connect(configuration(database))
  }

  /// Stops the server and removes everything.
  func dispose() async {
    try? FileManager.default.removeItem(atPath: workspace)
    await server.dispose()
  }
}
