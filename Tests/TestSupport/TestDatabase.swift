public import Postgres
import PrivateServer

/// A database of one test's own.
public struct TestDatabase: Sendable {
  @TaskLocal private static var inScope: TestDatabase?

  /// The database of the running test, which the trait `.database` made.
  public static var current: TestDatabase {
    get throws {
      guard let inScope else { throw TestSupportError("the test lacks the trait .database") }
      return inScope
    }
  }

  /// The database's name.
  public let name: String
  /// The cluster it is in.
  public let cluster: TestCluster

  /// A URI that leads to it, as the superuser.
  public var url: String { cluster.url(database: name) }

  /// The variables that lead libpq, in a program that a test starts, to it as the superuser.
  public var environment: [String: String] { cluster.environment(database: name) }

  /// The same for another role.
  public func environment(user: String) -> [String: String] {
    cluster.environment(database: name, user: user)
  }

  /// A URI that leads to it as another role.
  public func url(user: String) -> String {
    cluster.url(database: name, user: user)
  }

  /// Opens a session with it.
  public func connect(
    user: String = TestCluster.superuser, applicationName: String? = nil,
    onNotice: (@Sendable (ServerNotice) -> Void)? = nil
  ) async throws -> PostgresConnection {
    try await cluster.connect(
      database: name, user: user, applicationName: applicationName, onNotice: onNotice)
  }

  /// The server's major version.
  public func majorVersion() async throws -> Int {
    let connection = try await connect()
    let version = connection.info.serverVersion / 10_000
    await connection.close()
    return version
  }

  /// Makes a role that may log in and is no superuser; returns its name, which no other test uses.
  ///
  /// - Parameter attributes: What `CREATE ROLE` is to say beside `LOGIN`, such as `CREATEDB`.
  public func makeRole(attributes: String = "") async throws -> String {
    let role = TestNames.next("role")
    let admin = try await cluster.connect()
    try await admin.execute("CREATE ROLE \(identifier: role) LOGIN \(raw: attributes)")
    return role
  }

  /// The database's definitions, as `pg_dump --schema-only` writes them.
  public func dumpSchema(options: [String] = []) async throws -> String {
    try await ServerPrograms.run(
      [cluster.programs + "/pg_dump", "--schema-only", "--no-owner"] + options + [name],
      environment: environment)
  }

  /// Runs `body` with a new database in `current`, and drops it afterwards.
  ///
  /// - Parameter original: A database of the cluster, that is not in use, to copy; without it the new one is empty.
  public static func scope(
    on cluster: TestCluster, copying original: TestDatabase? = nil,
    _ body: @Sendable @concurrent () async throws -> Void
  ) async throws {
    let database = TestDatabase(name: TestNames.next("test"), cluster: cluster)
    try await Administration.shared.create(database, copying: original?.name ?? "template0")
    do {
      try await $inScope.withValue(database) { try await body() }
    } catch {
      try? await Administration.shared.drop(database)
      throw error
    }
    try await Administration.shared.drop(database)
  }
}

/// Creates and drops databases, over one session with each cluster.
private actor Administration {
  static let shared = Administration()

  private var sessions: [ObjectIdentifier: Task<PostgresConnection, any Error>] = [:]

  private func session(with cluster: TestCluster) async throws -> PostgresConnection {
    let key = ObjectIdentifier(cluster)
    // A test that stops its server has ended the session too.
    if let session = try? await sessions[key]?.value, await session.checkIdle() == .quiet {
      return session
    }
    let session = Task { try await cluster.connect() }
    sessions[key] = session
    return try await session.value
  }

  func create(_ database: TestDatabase, copying original: String) async throws {
    let session = try await session(with: database.cluster)
    // Copying files is the quickest where the server, since version 15, leaves the choice.
    let strategy: SQL = session.info.serverVersion >= 150_000 ? " STRATEGY file_copy" : ""
    let create: SQL =
      "CREATE DATABASE \(identifier: database.name) TEMPLATE \(identifier: original)\(sql: strategy)"
    // The server may need a moment to see that a session with the original has gone; it waits for that itself, but
    // not for long.
    for attempt in 1... {
      do {
        try await session.execute(create)
        return
      } catch let error as PostgresError where error.sqlState == .objectInUse && attempt < 5 {
        continue
      }
    }
  }

  func drop(_ database: TestDatabase) async throws {
    try await session(with: database.cluster).execute(
      "DROP DATABASE IF EXISTS \(identifier: database.name) WITH (FORCE)")
  }
}
