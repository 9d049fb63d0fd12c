internal import SchemaChange

/// What was found where a workspace's migrations must be.
public struct MigrationSearch: Sendable {
  /// Where it was looked, and in which layout.
  public var place: MigrationPlace
  /// The folder that was looked in.
  public var folder: String
  /// The migrations, by version.
  public var files: [MigrationFile]
  /// Files with SQL that are no migrations of the layout.
  public var leftAlone: [LeftAlone]

  /// A file that is no migration of the layout.
  public struct LeftAlone: Sendable, Hashable {
    /// The file.
    public var path: String
    /// Why it was left alone.
    public var reason: String
  }
}

extension Workspace {
  /// A database's migrations, and the files that look like some and are none.
  public func search(_ database: TargetDatabase) throws(WorkspaceError) -> MigrationSearch {
    let place = place(for: database)
    let files = try migrations(database)
    let folder = path(place.path)
    var search = MigrationSearch(place: place, folder: folder, files: files, leftAlone: [])
    let known = Set(files.map(\.path) + files.compactMap(\.downPath))
    for path in sqlFiles(below: folder, depth: 4) where !known.contains(path) {
      if path.hasSuffix("/" + SchemaSnapshotFile.name) { continue }
      // Another database's are its own concern.
      if place.layout.isOwn, Self.isOther(path, than: database, in: folder) { continue }
      search.leftAlone.append(.init(path: path, reason: reason(path, place, folder)))
    }
    return search
  }

  private static func isOther(
    _ path: String, than database: TargetDatabase, in folder: String
  ) -> Bool {
    TargetDatabase.allCases.contains {
      $0 != database && path.hasPrefix("\(folder)/\($0.rawValue)/")
    }
  }

  /// Why a file is no migration of a layout.
  private func reason(_ path: String, _ place: MigrationPlace, _ folder: String) -> String {
    let layout = place.layout
    let name = String(path.split(separator: "/").last ?? "")
    if layout.isOwn {
      let below = path.dropFirst(folder.count + 1).split(separator: "/")
      let isInBucket =
        below.count == 3 && TargetDatabase(rawValue: String(below[0])) != nil
      return isInBucket
        ? "a name of another kind than V<14 digits>__<slug>.sql"
        : "not in a folder <database>/<application>, such as main/_global_"
    }
    if name.hasSuffix(".go") { return "a program, which \(layout) runs itself" }
    if case .lettered(_, let down) = layout.form {
      if name.hasPrefix("R__") { return "a script that \(layout) runs whenever it changes" }
      if name.hasPrefix(down) { return "a way down whose way up is missing" }
    }
    return "a name of another kind than \(layout.example)"
  }

  /// The files with SQL below a folder, sorted; what cannot be read is passed over, as is what is hidden.
  private func sqlFiles(below folder: String, depth: Int) -> [String] {
    guard depth > 0, let names = try? names(in: folder) else { return [] }
    return names.flatMap { name -> [String] in
      let path = folder + "/" + name
      if hasFolder(at: path) {
        return name == Self.livePlansName ? [] : sqlFiles(below: path, depth: depth - 1)
      }
      return name.hasSuffix(".sql") || isProgram(name) ? [path] : []
    }
  }

  /// Whether a file is a migration that is written as a program.
  private func isProgram(_ name: String) -> Bool {
    migrationPlace.layout.table == .goose && name.hasSuffix(".go") && !name.hasSuffix("_test.go")
      && MigrationVersion(rawValue: String(name.dropLast(3))) != nil
  }
}
