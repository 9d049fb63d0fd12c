internal import LiveMigration
internal import Postgres
internal import PrivateServer

/// One database of one workspace, and the one session with it.
struct DatabaseContext: Sendable {
  let workspace: Workspace
  let configuration: Configuration
  let engine: LiveEngine
  /// Tells people of plans; `nil` where the configuration names no command.
  let notify: NotifyCommand?

  /// Ends the session, once everything was told.
  func close() async {
    await notify?.end()
    await engine.disconnect()
  }
}

extension DatabaseContext {
  /// Reads the configuration; nothing is connected to yet.
  ///
  /// - Parameter isOptional: Goes on without a file, as `lint` can.
  static func open(
    folder: String, database: TargetDatabase, environment: [String: String],
    isOptional: Bool = false, output: ConsoleOutput
  ) throws -> DatabaseContext {
    let named = Workspace(folder: folder)
    let configuration = try configuration(
      of: named,
      needsFile: !isOptional && !(named.exists && isNamed(database, in: environment)))
    let workspace = try isOptional ? named : configuration.placing(named)
    let node = try PlanIDGenerator.node(fromEnvironment: environment)
    let connection = ConnectionConfiguration(
      configuration.connectionString(for: database, environment: environment),
      applicationName: "djogi-shell")
    let notify = notifyCommand(configuration.notify, in: workspace, output)
    let engine = LiveEngine(
      workspace: workspace, database: database, settings: configuration.live, node: node,
      proofMeans: proofMeans(connection, configuration.live),
      record: configuration.migrations.record,
      notifier: notify.map { notify in
        PlanNotifier(waitLimit: configuration.notify.waitLimit) { notify.post($0) }
      },
      onReconnected: { former, new in
        output.notice(
          "connected again: server process \(new) in place of \(former), "
            + "whose locks and settings are gone",
          event: "connected_again")
      },
      connect: {
        try await PostgresConnection.connect(connection, onNotice: { output.serverNotice($0) })
      })
    return DatabaseContext(
      workspace: workspace, configuration: configuration, engine: engine, notify: notify)
  }

  /// A path in `[notify]` begins at the workspace, as the file that says it does.
  private static func notifyCommand(
    _ settings: NotifySettings, in workspace: Workspace, _ output: ConsoleOutput
  ) -> NotifyCommand? {
    guard let program = settings.command.first else { return nil }
    let isRelative = program.contains("/") && !program.hasPrefix("/")
    let path = isRelative ? workspace.path(program) : program
    return NotifyCommand([path] + settings.command.dropFirst(), output: output)
  }

  private static func configuration(
    of workspace: Workspace, needsFile: Bool
  ) throws -> Configuration {
    do {
      return try Configuration.load(workspace: workspace)
    } catch ConfigurationError.missing where !needsFile {
      return Configuration()
    }
  }

  /// Whether the variables of the environment name a database, so that none has to be configured.
  static func isNamed(_ database: TargetDatabase, in environment: [String: String]) -> Bool {
    let names = [database.environmentVariable, "PGHOST", "PGHOSTADDR", "PGDATABASE", "PGSERVICE"]
    return names.contains { environment[$0]?.isEmpty == false }
  }

  /// Sessions with copies keep their notices to themselves: they are of no concern to the real database.
  private static func proofMeans(
    _ connection: ConnectionConfiguration, _ settings: LiveSettings
  ) -> ProofMeans {
    func opening(_ configuration: ConnectionConfiguration) -> ScratchDatabases.Connect {
      { database in
        var configuration = configuration
        if let database { configuration.database = database }
        return try await PostgresConnection.connect(configuration, onNotice: { _ in })
      }
    }
    let scratch = settings.scratchURL.map {
      ConnectionConfiguration($0.value, applicationName: "djogi-shell")
    }
    return ProofMeans(sameServer: opening(connection), scratchServer: scratch.map(opening))
  }
}
