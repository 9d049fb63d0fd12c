internal import Postgres

/// Why a database with a past cannot be taken over, or not in this way.
public enum AdoptionError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Another tool's table says that a migration got stuck half-way.
  case dirty(table: String, versions: [String])
  /// Another tool has applied migrations that are not recorded here.
  case notBaselined(table: String, count: Int)
  /// The database lacks what the migrations that are to be marked have made.
  case contradicted([Missing])
  /// Nothing tells which migrations are applied.
  case nothingKnown(table: String?, last: String?)
  /// No migration has that version.
  case noSuchVersion(String)
  /// There is nothing that could be marked.
  case noMigrations(folder: String)
  /// There is a configuration already.
  case configured(path: String)
  /// Several places hold migrations.
  case severalPlaces([MigrationPlace])
  /// A file with SQL cannot become a migration.
  case notMigration(path: String, reason: String)
  /// Two options exclude each other.
  case exclusive(String, String)

  /// What the database lacks.
  public struct Missing: Sendable, Hashable {
    /// The table.
    public var table: String
    /// The migration that makes it.
    public var version: String
  }

  /// What happened, to what.
  public var description: String {
    switch self {
    case .dirty(let table, let versions):
      "\(table) says that \(versions.joined(separator: ", ")) got stuck half-way; nothing was recorded"
    case .notBaselined(let table, let count):
      "\(table) says that \(count) of these migrations \(count == 1 ? "is" : "are") applied, "
        + "and not recorded here; nothing was done"
    case .contradicted(let missing):
      "the database lacks what these migrations make; nothing was recorded:\n"
        + missing.map { "  \($0.version) makes the table \($0.table)" }.joined(separator: "\n")
    case .nothingKnown(let table, _):
      (table.map { "there is no table \($0) to tell which migrations are applied" }
        ?? "nothing tells which migrations are applied")
        + ": say it with --through VERSION"
    case .noSuchVersion(let version): "there is no migration \(version) in the workspace"
    case .noMigrations(let folder): "there is no migration in \(folder); nothing was recorded"
    case .configured(let path): "\(path) exists already; nothing was written"
    case .severalPlaces(let places):
      "migrations are in several places: "
        + places.map { "\($0.path) (\($0.layout))" }.joined(separator: ", ")
        + "; say which with layout and path under [migrations] in Djogi.toml"
    case .notMigration(let path, let reason): "\(path) cannot become a migration: \(reason)"
    case .exclusive(let first, let second): "\(first) and \(second) exclude each other"
    }
  }

  /// What to do next; `nil` when no command helps.
  public var next: NextStep? {
    switch self {
    case .dirty: NextStep(.baseline(.recorded), after: .otherTool)
    case .notBaselined: NextStep(.baseline(.recorded))
    case .contradicted: NextStep(.baseline(.visible))
    case .nothingKnown(_, let last): last.map { NextStep(.baseline(.through($0))) }
    case .noSuchVersion, .noMigrations, .configured: NextStep(.showMigrations)
    default: nil
    }
  }
}
