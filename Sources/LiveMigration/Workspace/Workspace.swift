/// The folder that holds a project's configuration, migrations and live plans.
///
/// Whatever becomes part of a path is checked first, and no symbolic link leads out of the folder.
public struct Workspace: Hashable, Sendable {
  /// The folder, as the user named it.
  public let folder: String

  /// Where its migrations are.
  public let migrationPlace: MigrationPlace

  /// Takes a folder; nothing is read yet.
  public init(folder: String, migrations: MigrationPlace = MigrationPlace()) {
    self.folder = folder.isEmpty ? "." : folder
    migrationPlace = migrations
  }

  /// Where the configuration is.
  public var configurationPath: String { path("Djogi.toml") }

  /// Where a database's migrations are.
  public func migrationsPath(database: TargetDatabase) -> String {
    let place = migrationPlace.layout.isOwn ? migrationPlace : MigrationPlace()
    return path(place.path, database.rawValue)
  }

  /// Where a database's live plans are.
  ///
  /// They are kept out of another tool's folder, which may take a folder among its migrations for one of them.
  public func livePlansPath(database: TargetDatabase) -> String {
    let place = place(for: database)
    return path(
      place.layout.isOwn ? place.path : "djogi", database.rawValue, Self.livePlansName)
  }

  /// Where a live plan's file is.
  public func livePlanPath(
    planID: PlanID, slug: String, database: TargetDatabase
  ) throws(WorkspaceError) -> String {
    guard Words.isWord(slug) else { throw .invalidSlug(slug) }
    return livePlansPath(database: database) + "/\(planID)_\(slug).json"
  }

  /// The name of an application's folder: its label, or `_global_` for the empty one.
  public static func bucketName(_ appLabel: String) throws(WorkspaceError) -> String {
    guard isAppLabel(appLabel) else { throw .invalidAppLabel(appLabel) }
    return appLabel.isEmpty ? globalName : appLabel
  }

  /// Whether a text is an application's label: empty, or `A-Za-z0-9_` and not reserved.
  public static func isAppLabel(_ text: String) -> Bool {
    text.isEmpty || (Words.isWord(text) && text != globalName && text != livePlansName)
  }

  /// The folder of the migrations that belong to no application.
  static let globalName = "_global_"
  /// The folder of the live plans, beside those of the applications.
  static let livePlansName = "live"

  /// A path below the folder.
  public func path(_ parts: String...) -> String {
    let below = parts.joined(separator: "/")
    if folder == "." { return below }
    return folder.hasSuffix("/") ? folder + below : folder + "/" + below
  }
}
