internal import SchemaChange

/// Finding the migrations of other tools' layouts.
extension Workspace {
  /// Where a database's migrations are: other tools have one database.
  public func place(for database: TargetDatabase) -> MigrationPlace {
    migrationPlace.layout.isOwn || database == .main ? migrationPlace : MigrationPlace()
  }

  /// The migrations of a place in another tool's layout, by version.
  func migrations(
    of place: MigrationPlace, _ database: TargetDatabase
  ) throws(WorkspaceError) -> [MigrationFile] {
    let folder = path(place.path)
    let names: [String]
    do throws(WorkspaceError) {
      names = try self.names(in: folder)
    } catch .missing {
      return []
    }
    var files: [MigrationFile] = []
    for name in names {
      guard let version = version(name, in: place, folder) else { continue }
      files.append(file(version, in: place, database, names: Set(names)))
    }
    files.sort { $0.version < $1.version }
    // A tool that goes by whole names may have two of the same time.
    if place.layout.table?.namesWholeVersion != true {
      for (first, second) in zip(files, files.dropFirst())
      where first.version.parts == second.version.parts {
        throw .duplicateVersion(first.path, second.path)
      }
    }
    return files
  }

  /// The version that an entry of the folder is the way up of.
  private func version(
    _ name: String, in place: MigrationPlace, _ folder: String
  ) -> MigrationVersion? {
    let layout = place.layout
    var stem: String?
    switch layout.form {
    case .buckets: return nil
    case .files(let up, let down):
      if !down.contains(where: name.hasSuffix) {
        stem = up.first(where: name.hasSuffix).map { String(name.dropLast($0.count)) }
      }
    case .lettered(let up, _):
      if name.hasPrefix(up), name.hasSuffix(".sql") { stem = String(name.dropLast(4)) }
    case .folders(let up, _):
      if hasFile(at: "\(folder)/\(name)/\(up)") { stem = name }
    }
    guard let stem, let version = MigrationVersion(rawValue: stem), layout.takes(version) else {
      return nil
    }
    return version
  }

  /// A migration of another tool's layout, whose file may be missing until it is loaded.
  func file(
    _ version: MigrationVersion, in place: MigrationPlace, _ database: TargetDatabase,
    names: Set<String>? = nil
  ) -> MigrationFile {
    let folder = path(place.path)
    func has(_ name: String) -> Bool {
      names.map { $0.contains(name) } ?? hasFile(at: "\(folder)/\(name)")
    }
    var up: String
    var down: String?
    switch place.layout.form {
    case .buckets: up = "\(version).sql"
    case .files(let ups, let downs):
      up = "\(version)\(ups.first { has("\(version)\($0)") } ?? ups[0])"
      down = downs.map { "\(version)\($0)" }.first(where: has)
    case .lettered(let upLetter, let downLetter):
      up = "\(version).sql"
      let undo = downLetter + version.rawValue.dropFirst(upLetter.count) + ".sql"
      down = has(undo) ? undo : nil
    case .folders(let upName, let downName):
      up = "\(version)/\(upName)"
      down = downName.map { "\(version)/\($0)" }
      if let name = down, !hasFile(at: "\(folder)/\(name)") { down = nil }
    }
    up = "\(folder)/\(up)"
    return MigrationFile(
      version: version, appLabel: "", database: database, path: up,
      downPath: down.map { "\(folder)/\($0)" }, workspace: self, layout: place.layout)
  }
}
