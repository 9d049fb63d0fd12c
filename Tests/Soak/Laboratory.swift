internal import LiveMigration
internal import Postgres
internal import PrivateServer
internal import Rehearsals

/// The server that all rounds share, and what the migrations run directly end in.
actor Laboratory {
  /// What a migration's database looks like before it and after it.
  struct Expectation: Sendable {
    var before: String
    var after: String
  }

  let server: PrivateServer
  private var expectations: [String: Expectation] = [:]
  private var databases = 0

  /// A crash of the server loses nothing that it promised to keep; the machine itself does not crash.
  init() async throws {
    server = try await PrivateServer(settings: [
      "fsync": "off", "synchronous_commit": "on", "max_connections": "60",
      "shared_buffers": "'64MB'", "log_min_messages": "fatal",
    ])
  }

  nonisolated func connect(
    to database: String = "postgres", as name: String = "soak-admin"
  ) async throws -> PostgresConnection {
    try await .connect(
      ConnectionConfiguration(server.url(database: database), applicationName: name))
  }

  /// Makes a database and fills it.
  func makeDatabase(_ setup: String) async throws -> String {
    databases += 1
    let name = "soak_\(databases)"
    let admin = try await connect()
    try await admin.execute("CREATE DATABASE \(identifier: name) TEMPLATE template0")
    await admin.close()
    let connection = try await connect(to: name)
    try await connection.script(setup)
    await connection.close()
    return name
  }

  func drop(_ name: String) async throws {
    let admin = try await connect()
    try await admin.execute("DROP DATABASE IF EXISTS \(identifier: name) WITH (FORCE)")
    await admin.close()
  }

  /// What a scenario's database must look like; found out once.
  func expectation(of scenario: Scenario) async throws -> Expectation {
    if let known = expectations[scenario.name] { return known }
    let name = try await makeDatabase(scenario.setup)
    let before = try await server.comparableSchema(of: name)
    let connection = try await connect(to: name)
    try await connection.script(scenario.migration)
    await connection.close()
    let found = Expectation(before: before, after: try await server.comparableSchema(of: name))
    try await drop(name)
    expectations[scenario.name] = found
    return found
  }

  func close() async { await server.dispose() }
}
