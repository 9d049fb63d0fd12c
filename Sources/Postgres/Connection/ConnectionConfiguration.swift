/// Where to connect to, and as whom.
///
/// What is left out is libpq's to find, in its own order: the connection string, the service file, the
/// `PG*` variables, the password file, its defaults; the manual's section 34.1.
public struct ConnectionConfiguration: Hashable, Sendable {
  /// A URI, a keyword/value string, or a plain database name; it may hold a password.
  public var connectionString: String?
  /// The database, in place of the connection string's.
  public var database: String?
  /// What `pg_stat_activity` calls the session, in place of the connection string's.
  public var applicationName: String?
  /// Command-line options for the backend, such as `-c lock_timeout=1s`, in place of the connection
  /// string's.
  public var options: String?
  /// How long to wait for each server address when neither the connection string, the service file
  /// nor `PGCONNECT_TIMEOUT` says so.
  public var defaultConnectTimeout: Duration

  /// Configures a connection; with no arguments, everything is libpq's to find.
  public init(
    _ connectionString: String? = nil, database: String? = nil, applicationName: String? = nil,
    options: String? = nil, defaultConnectTimeout: Duration = .seconds(10)
  ) {
    self.connectionString = connectionString
    self.database = database
    self.applicationName = applicationName
    self.options = options
    self.defaultConnectTimeout = defaultConnectTimeout
  }

  /// The name a session has unless another is configured anywhere.
  static let fallbackApplicationName = "djogi-shell"

  /// Notices within half a minute that the server's machine or the network is gone, where the kernel would take hours;
  /// what the connection string says wins.
  private static let liveness = [
    ("keepalives_idle", "10"), ("keepalives_interval", "5"), ("keepalives_count", "3"),
    ("tcp_user_timeout", "30000"),
  ]

  /// The keywords and values for libpq, the later winning over the earlier.
  var parameters: [(keyword: String, value: String)] {
    // Only the first dbname may be a connection string. An empty one keeps its place, so that a
    // database whose name looks like a connection string is not taken for one.
    var parameters = Self.liveness + [("dbname", connectionString ?? "")]
    if let database { parameters.append(("dbname", database)) }
    if let applicationName { parameters.append(("application_name", applicationName)) }
    if let options { parameters.append(("options", options)) }
    parameters.append(("fallback_application_name", Self.fallbackApplicationName))
    parameters.append(("client_encoding", "UTF8"))
    return parameters
  }
}
