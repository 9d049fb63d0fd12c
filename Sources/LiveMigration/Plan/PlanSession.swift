internal import Postgres
public import SchemaChange

/// The settings under which a plan's expressions mean what they meant when it was made.
///
/// A direct run of the migration would have converted every row in one session. A plan is driven by many, of other
/// roles and programs, with search paths and time zones of their own.
public struct PlanSession: Sendable, Hashable {
  /// The settings, each at most once; none in a plan that an older version made.
  public var settings: [ConversionFacts.Setting]

  /// Every setting that a plan may keep.
  static let names = ConversionFacts.settingNames + [searchPath]
  private static let searchPath = "search_path"

  /// Keeps settings.
  public init(_ settings: [ConversionFacts.Setting] = []) {
    self.settings = settings
  }

  /// Reads the settings of the session that a plan is made in.
  ///
  /// - Parameter own: The search path that the migration sets for itself.
  static func read(
    on connection: PostgresConnection, searchPath own: String? = nil
  ) async throws -> PlanSession {
    // As the hooks pin it: the schemas that there are, whichever role looks.
    let schemas = try await CatalogueReader.searchPath(on: connection)
    var path = (schemas + ["pg_temp"]).map(Quoting.identifier).joined(separator: ", ")
    // The migration may make a schema that it names.
    if let own, !own.isEmpty, !own.contains("$user") { path = own + ", pg_temp" }
    let rows = try await connection.query(
      """
      SELECT name, setting FROM pg_settings WHERE name = ANY (\(ConversionFacts.settingNames))
      ORDER BY name
      """)
    let others = try rows.map { row in
      ConversionFacts.Setting(name: try row.decode(0), value: try row.decode(1))
    }
    return PlanSession([ConversionFacts.Setting(name: searchPath, value: path)] + others)
  }

  /// What sets them until the transaction ends, for a list of a `SELECT`.
  var local: [SQL] { settings.map { "pg_catalog.set_config(\($0.name), \($0.value), true)" } }

  /// Sets them until the transaction ends.
  func set(on connection: isolated PostgresConnection) async throws {
    guard !settings.isEmpty else { return }
    try await connection.execute("SELECT \(sql: local.joined())")
  }

  /// Runs something in a transaction under these settings.
  func run<Result: Sendable>(
    on connection: PostgresConnection,
    _ body: @Sendable (isolated PostgresConnection) async throws -> Result
  ) async throws -> Result {
    try await connection.transaction { connection in
      try await set(on: connection)
      return try await body(connection)
    }
  }
}
