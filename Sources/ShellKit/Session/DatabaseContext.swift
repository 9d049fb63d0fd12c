internal import LiveMigration
internal import Postgres
internal import Synchronization

/// One database of one workspace, and the one session with it.
struct DatabaseContext: Sendable {
  let workspace: Workspace
  let configuration: Configuration
  let engine: LiveEngine
}

extension DatabaseContext {
  /// Reads the configuration; nothing is connected to yet.
  ///
  /// - Parameter isOptional: Goes on without a file, as `lint` can.
  static func open(
    folder: String, database: TargetDatabase, environment: [String: String],
    isOptional: Bool = false, output: ConsoleOutput
  ) throws -> DatabaseContext {
    let workspace = Workspace(folder: folder)
    let configuration: Configuration
    do throws(ConfigurationError) {
      configuration = try Configuration.load(workspace: workspace)
    } catch .missing where isOptional {
      configuration = Configuration()
    }
    let node = try PlanIDGenerator.node(fromEnvironment: environment)
    let connection = ConnectionConfiguration(
      configuration.connectionString(for: database, environment: environment),
      applicationName: "djogi-shell")
    let engine = LiveEngine(
      workspace: workspace, database: database, settings: configuration.live, node: node,
      connect: Self.connector(connection, output: output))
    return DatabaseContext(workspace: workspace, configuration: configuration, engine: engine)
  }

  /// Opens sessions; of each one after the first it says that it is not the one before.
  private static func connector(
    _ configuration: ConnectionConfiguration, output: ConsoleOutput
  ) -> @Sendable () async throws -> PostgresConnection {
    let former = FormerSession()
    return {
      let connection = try await PostgresConnection.connect(
        configuration, onNotice: { output.serverNotice($0) })
      let process = connection.info.backendPID
      if let before = former.replace(with: process) {
        output.notice(
          "connected again: server process \(process) in place of \(before), "
            + "whose locks and settings are gone",
          event: "connected_again")
      }
      return connection
    }
  }
}

/// The server process of the session before.
private final class FormerSession: Sendable {
  private let process = Mutex<Int32?>(nil)

  func replace(with new: Int32) -> Int32? {
    process.withLock { process in
      defer { process = new }
      return process
    }
  }
}
