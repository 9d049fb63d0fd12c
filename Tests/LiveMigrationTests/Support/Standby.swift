import Foundation
import Postgres
import PrivateServer
import TestSupport

/// A streaming replica of a test's own server.
struct Standby: Sendable {
  private static let port = "5433"
  private let primary: TestCluster
  private let data: String

  /// Copies the server and starts the copy, which follows it from then on.
  init(of primary: TestCluster) async throws {
    self.primary = primary
    // In the server's own folder, which goes when the server does.
    data = primary.server.socketFolder + "/standby"
    try await ServerPrograms.run(
      [
        primary.programs + "/pg_basebackup", "--pgdata", data, "--write-recovery-conf",
        "--checkpoint", "fast", "--no-sync",
      ], environment: primary.environment())
    try await control("start", "--log", data + ".log", "--options", "-p \(Self.port)")
  }

  /// Opens a session with the replica.
  func connect(database: String, applicationName: String? = nil) async throws -> PostgresConnection
  {
    var configuration = ConnectionConfiguration(
      primary.url(database: database).replacing("port=5432", with: "port=\(Self.port)"))
    configuration.applicationName = applicationName
    return try await .connect(configuration)
  }

  /// Lets the replica fall behind, or catch up.
  func setPaused(_ isPaused: Bool) async throws {
    let connection = try await connect(database: "postgres")
    try await connection.execute(
      isPaused ? "SELECT pg_wal_replay_pause()" : "SELECT pg_wal_replay_resume()")
    await connection.close()
  }

  func stop() async throws { try await control("stop", "--mode", "immediate") }

  private func control(_ command: String, _ options: String...) async throws {
    try await ServerPrograms.run(
      [primary.programs + "/pg_ctl", command, "--wait", "--silent", "--pgdata", data] + options)
  }
}
