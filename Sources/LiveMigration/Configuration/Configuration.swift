/// What `Djogi.toml` says: `Djogi.toml(5)`.
///
/// A description never shows a connection string, because that may hold a password.
public struct Configuration: Hashable, Sendable {
  /// The name of the surroundings, such as `production`.
  public var profile: String?
  /// How live plans are made and run.
  public var live: LiveSettings
  /// How the prompt behaves.
  public var shell: ShellSettings
  /// Where the migrations are.
  public var migrations = MigrationSettings()
  /// Who is told of plans, and when.
  public var notify = NotifySettings()

  private var connectionStrings: [TargetDatabase: String]

  /// Makes a configuration; with no arguments, the one of an empty file.
  public init(
    profile: String? = nil, connectionStrings: [TargetDatabase: String] = [:],
    live: LiveSettings = LiveSettings(), shell: ShellSettings = ShellSettings()
  ) {
    self.profile = profile
    self.connectionStrings = connectionStrings
    self.live = live
    self.shell = shell
  }

  /// Where to connect to for a database; `nil` leaves it to libpq and its `PG*` variables.
  ///
  /// The environment wins over the file, and an empty text counts as none in both.
  public func connectionString(
    for database: TargetDatabase, environment: [String: String]
  ) -> String? {
    let candidates = [environment[database.environmentVariable], connectionStrings[database]]
    return candidates.compactMap(\.self).first { !$0.isEmpty }
  }

  /// Whether the profile or `DJOGI_ENV` says `production`, in any case.
  public func isProduction(environment: [String: String]) -> Bool {
    [profile, environment["DJOGI_ENV"]].contains { $0?.lowercased() == "production" }
  }
}

extension TargetDatabase {
  /// The variable that overrides the file's connection string.
  public var environmentVariable: String {
    switch self {
    case .main: "DATABASE_URL"
    case .crudLog: "CRUD_LOG_URL"
    case .eventLog: "EVENT_LOG_URL"
    }
  }

  /// The key of the connection string in `[database]`.
  var configurationKey: String {
    switch self {
    case .main: "url"
    case .crudLog: "crud_log_url"
    case .eventLog: "event_log_url"
    }
  }
}

extension Configuration: CustomStringConvertible, CustomReflectable {
  /// The settings, with the names only of the databases that have a connection string.
  public var description: String {
    let databases = TargetDatabase.allCases.filter { connectionStrings[$0] != nil }
    return "profile: \(profile ?? "none"), configured databases: \(databases), "
      + "live: \(live), shell: \(shell), migrations: \(migrations)"
  }

  /// The settings without the connection strings, so that a dump shows none either.
  public var customMirror: Mirror {
    Mirror(self, children: ["profile": profile as Any, "live": live, "shell": shell])
  }
}
