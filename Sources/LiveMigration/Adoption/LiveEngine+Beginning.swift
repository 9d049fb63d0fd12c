internal import Postgres
internal import SchemaChange

/// What was found of a project and its database before there is a configuration.
public struct ProjectFindings: Sendable {
  /// The database's name.
  public var database: String
  /// The server's version.
  public var server: String
  /// How many tables the application has.
  public var tables: Int
  /// Where the migrations are.
  public var place: MigrationPlace
  /// How many there are.
  public var migrations: Int
  /// The tool's table, and how many of its versions are applied.
  public var foreign: (table: String, applied: Int)?
  /// How many migrations are recorded as applied here.
  public var recorded: Int
  /// What lies beside the migrations.
  public var leftAlone: [MigrationSearch.LeftAlone]
  /// The configuration.
  public var configuration: String
  /// The configuration's path.
  public var path: String

  /// What to do next, one after the other.
  public var next: [NextStep] {
    let actions: [NextStep.Action] =
      if let foreign, foreign.applied > 0, recorded == 0 {
        [.baseline(.recorded), .plan()]
      } else if migrations > 0, recorded == 0, tables > 0 {
        [.baseline(.chosen), .plan()]
      } else {
        migrations > 0 ? [.showMigrations, .plan()] : [.planFile]
      }
    return actions.map { NextStep($0) }
  }
}

extension LiveEngine {
  /// Asks the server, recognises the project's migrations, and writes the configuration, never over an existing one.
  ///
  /// - Parameters:
  ///   - layout: The layout, where the folders alone do not tell.
  ///   - path: The folder of the migrations, where it is not one that the layout usually has.
  public func begin(layout: MigrationLayout?, path: String?) async throws -> ProjectFindings {
    let configuration = workspace.configurationPath
    guard !workspace.hasFile(at: configuration) else {
      throw AdoptionError.configured(path: configuration)
    }
    let connection = try await connection()
    let place = try await recognisePlace(layout, path, on: connection)
    let there = Workspace(folder: workspace.folder, migrations: place)
    let search = try there.search(.main)
    var foreign: (table: String, applied: Int)?
    if let kind = place.layout.table, let found = try await ForeignLedger.find(kind, on: connection)
    {
      let contents = try await found.contents(on: connection)
      foreign = (found.table.quoted, search.files.count { contents.isApplied($0.version) })
    }
    let row = try await connection.query(
      """
      SELECT pg_catalog.current_database()::text AS name, (
        SELECT pg_catalog.count(*) FROM pg_catalog.pg_class AS c
        JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
          AND c.relname !~ '^djogi_') AS tables
      """
    ).only()
    let text = Self.configuration(place, hasForeign: foreign != nil)
    let findings = ProjectFindings(
      database: try row.decode("name"), server: connection.info.versionText,
      tables: try row.decode("tables"), place: place, migrations: search.files.count,
      foreign: foreign, recorded: try await ledger.recorded(on: connection).count,
      leftAlone: search.leftAlone, configuration: text, path: configuration)
    try workspace.createDurably(configuration, Array(text.utf8))
    return findings
  }

  private func recognisePlace(
    _ layout: MigrationLayout?, _ path: String?, on connection: PostgresConnection
  ) async throws -> MigrationPlace {
    let recognition = LayoutRecognition(workspace)
    if let layout {
      let usual = layout.usualPaths.first { workspace.hasFolder(at: workspace.path($0)) }
      return MigrationPlace(layout, path: path ?? usual)
    }
    if recognition.hasOwn(below: path ?? "migrations") { return MigrationPlace(path: path) }
    let found =
      try path.map { try recognition.recognise($0).map { [$0] } ?? [] }
      ?? recognition.everywhere()
    guard found.count <= 1 else { throw AdoptionError.severalPlaces(found.map(\.place)) }
    guard var place = found.first?.place else { return MigrationPlace(path: path) }
    // Files with a way up and a way down are of either tool: its table tells.
    let twins = MigrationLayout.all.filter { $0.name == "sqlx" || $0.name == "golang-migrate" }
    if let other = twins.first(where: { $0 != place.layout }), twins.contains(place.layout),
      let mine = place.layout.table, let others = other.table,
      try await ForeignLedger.find(mine, on: connection) == nil,
      try await ForeignLedger.find(others, on: connection) != nil,
      try !Workspace(folder: workspace.folder, migrations: MigrationPlace(other, path: place.path))
        .search(.main).files.isEmpty
    {
      place.layout = other
    }
    return place
  }

  private static func configuration(_ place: MigrationPlace, hasForeign: Bool) -> String {
    var lines = [
      "# The configuration of djogi-shell: man Djogi.toml",
      "# The database: the variable DATABASE_URL, libpq's PG* variables, or",
      "# [database]",
      "# url = \"postgres://USER@HOST/DATABASE\"",
      "",
      "[migrations]",
      "layout = \"\(place.layout)\"",
      "path = \"\(place.path)\"",
    ]
    if let table = place.layout.table {
      lines.append(
        "# with \"both\", \(table.name) gets a row of each migration that is applied here")
      lines.append("record = \"own\"")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
