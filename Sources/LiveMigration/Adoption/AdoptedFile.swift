internal import Foundation
internal import SchemaChange

/// A file with SQL that was named on the command line, as a migration of the workspace.
public struct AdoptedFile: Sendable, Hashable {
  /// The migration's version.
  public let version: String
  /// Its application, empty for `_global_`.
  public let appLabel: String
  /// The copy that was made in the workspace; `nil` when the file was a migration already.
  public let copy: String?
  /// The folders that were made for the copy, the outermost first.
  let folders: [String]

  /// A Boolean value telling whether a word names a file and not a version.
  public static func isNamed(by word: String) -> Bool {
    word.contains("/") || word.hasSuffix(".sql")
  }

  /// Takes the copy away again.
  public func remove() {
    guard let copy else { return }
    let files = FileManager.default
    try? files.removeItem(atPath: copy)
    for folder in folders.reversed()
    where (try? files.contentsOfDirectory(atPath: folder))?.isEmpty == true {
      try? files.removeItem(atPath: folder)
    }
  }
}

extension LiveEngine {
  /// Makes a file a migration: one of the layout is that migration, any other is copied beside them.
  ///
  /// - Parameters:
  ///   - path: The file, as it was typed: below the current folder, or else below the workspace's.
  ///   - app: The application that a copy belongs to.
  public func adopt(_ path: String, app: String?) throws -> AdoptedFile {
    let files = try workspace.migrations(database)
    let below = workspace.path(path)
    let typed = !Self.exists(path) && Self.exists(below) ? below : path
    let real = Self.realPath(typed)
    if let file = files.first(where: { Self.realPath($0.path) == real }) {
      return AdoptedFile(
        version: file.version.rawValue, appLabel: file.appLabel, copy: nil, folders: [])
    }
    if let file = files.first(where: { $0.downPath.map(Self.realPath) == real }) {
      throw AdoptionError.notMigration(
        path: path, reason: "it is the way down of \(file.version)")
    }
    let copy = MigrationCopy(
      text: try Self.text(of: typed, shown: path), path: typed, app: app ?? "", place: place,
      workspace: workspace, database: database, files: files)
    return try copy.make()
  }

  private nonisolated static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: path)
  }

  private nonisolated static func realPath(_ path: String) -> String {
    URL(fileURLWithPath: path).resolvingSymlinksInPath().path
  }

  private nonisolated static func text(of path: String, shown: String) throws -> String {
    func refusal(_ reason: String) -> AdoptionError { .notMigration(path: shown, reason: reason) }
    var isFolder: ObjCBool = false
    guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw refusal("it does not exist")
    }
    guard !isFolder.boolValue, path.hasSuffix(".sql") else {
      throw refusal("it is no file with the ending .sql")
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw refusal("it cannot be read")
    }
    guard data.count <= MigrationFile.maximumSize else {
      throw refusal("it is larger than \(MigrationFile.maximumSize >> 20) MiB")
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw refusal("it is not UTF-8 text")
    }
    return text
  }
}
