public import Postgres
public import PrivateServer

/// A PostgreSQL server of the tests' own, quick instead of durable, gone when they are.
public final class TestCluster: Sendable {
  /// The superuser that the cluster was made with.
  public static let superuser = PrivateServer.superuser

  /// The cluster that tests share, started when the first one asks.
  public static var shared: TestCluster {
    get async throws { try await sharedTask.value }
  }

  private static let sharedTask = Task { try await TestCluster() }

  /// The server, for tests that stop it.
  public let server: PrivateServer

  /// Makes and starts a cluster of the caller's own, for tests that stop the server.
  ///
  /// - Parameter settings: Lines for `postgresql.conf`, on top of those that make tests quick.
  public init(settings: [String: String] = [:]) async throws {
    let quick = [
      "max_connections": "300", "shared_buffers": "'64MB'", "fsync": "off",
      "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off",
      "max_prepared_transactions": "10", "log_line_prefix": "'%a %d '",
    ]
    server = try await PrivateServer(settings: quick.merging(settings) { $1 })
  }

  /// The folder with the server's programs.
  public var programs: String { server.programs }

  /// The variables that lead libpq to a database of this cluster.
  public func environment(
    database: String = "postgres", user: String = TestCluster.superuser
  ) -> [String: String] {
    server.environment(database: database, user: user)
  }

  /// A URI that leads to a database of this cluster.
  public func url(
    database: String = "postgres", user: String = TestCluster.superuser
  ) -> String {
    server.url(database: database, user: user)
  }

  /// Opens a session with a database of this cluster.
  public func connect(
    database: String = "postgres", user: String = TestCluster.superuser,
    applicationName: String? = nil, onNotice: (@Sendable (ServerNotice) -> Void)? = nil
  ) async throws -> PostgresConnection {
    try await .connect(
      ConnectionConfiguration(
        url(database: database, user: user), applicationName: applicationName), onNotice: onNotice)
  }
}
