/// Why a file of the workspace cannot be used.
public enum WorkspaceError: Error, Hashable, Sendable, CustomStringConvertible {
  /// There is nothing at the path.
  case missing(path: String)
  /// The path leads to something else than a folder.
  case notAFolder(path: String)
  /// The path leads to a folder, a pipe or another thing that is no file.
  case notARegularFile(path: String)
  /// A symbolic link leads out of the workspace.
  case outsideWorkspace(path: String)
  /// The file is larger than its kind may be.
  case tooLarge(path: String, limit: Int)
  /// The system refuses to read.
  case unreadable(path: String, reason: String)
  /// The system refuses to write.
  case unwritable(path: String, reason: String)
  /// There is something at the path already.
  case alreadyExists(path: String)
  /// The file is not UTF-8 text.
  case notUTF8(path: String)
  /// The file looks like a migration and is not named like one.
  case malformedMigrationName(path: String)
  /// The folder among the applications' has a name that no application has.
  case malformedAppFolder(path: String)
  /// The folder lies among schema files and holds some itself.
  case nestedSchemaFiles(path: String)
  /// The down file belongs to no migration.
  case downFileAlone(path: String)
  /// The label is not one that an application can have.
  case invalidAppLabel(String)
  /// The slug is not safe as a part of a path.
  case invalidSlug(String)
  /// Two migrations have one version.
  case duplicateVersion(String, String)
  /// The file's ways up and down cannot be told apart.
  case undivided(path: String, reason: String)
  /// Migrations of several layouts are in one folder.
  case severalLayouts(path: String, [String])

  /// The reason in one sentence.
  public var description: String {
    switch self {
    case .missing(let path): "\(path) does not exist."
    case .notAFolder(let path): "\(path) is not a folder."
    case .notARegularFile(let path): "\(path) is not a regular file."
    case .outsideWorkspace(let path): "\(path) is a link that leads out of the workspace."
    case .tooLarge(let path, let limit): "\(path) is larger than \(limit >> 10) KiB."
    case .unreadable(let path, let reason): "\(path) cannot be read: \(reason)."
    case .unwritable(let path, let reason): "\(path) cannot be written: \(reason)."
    case .alreadyExists(let path): "\(path) exists already."
    case .notUTF8(let path): "\(path) is not UTF-8 text."
    case .malformedMigrationName(let path):
      "\(path) is not named like a migration: V, 14 digits, two underscores, a slug of letters, "
        + "digits and underscores, then .sql or .down.sql."
    case .malformedAppFolder(let path):
      "\(path) is not named like an application: letters, digits and underscores."
    case .nestedSchemaFiles(let path):
      "\(path) holds .sql files, and only those that lie directly in the application's folder are read: "
        + "move them there."
    case .downFileAlone(let path):
      "\(path) belongs to no migration: the file that it undoes is missing."
    case .invalidAppLabel(let label):
      "\"\(label)\" is not an application's label: letters, digits and underscores, "
        + "and neither _global_ nor live."
    case .invalidSlug(let slug):
      "\"\(slug)\" is not a slug: letters, digits and underscores, and not empty."
    case .duplicateVersion(let first, let second):
      "\(first) and \(second) have the same version: give one of them another."
    case .undivided(let path, let reason): "\(path) cannot be used: \(reason)."
    case .severalLayouts(let path, let names):
      "\(path) holds migrations of several layouts, \(names.joined(separator: " and ")): "
        + "say which with layout = \"…\" under [migrations] in Djogi.toml."
    }
  }
}
