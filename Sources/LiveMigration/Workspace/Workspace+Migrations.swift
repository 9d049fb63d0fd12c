public import SchemaChange

extension Workspace {
  /// A database's migrations, by version, those of one version by application.
  ///
  /// None when the database has no folder. A file that looks like a migration and is not named like
  /// one is an error: left out in silence, it would be missed only in production.
  public func migrations(_ database: TargetDatabase) throws(WorkspaceError) -> [MigrationFile] {
    _ = try resolve(folder)
    let place = place(for: database)
    guard place.layout.isOwn else { return try migrations(of: place, database) }
    let root = migrationsPath(database: database)
    do {
      _ = try resolve(root)
    } catch .missing {
      return []
    }
    var files: [MigrationFile] = []
    for name in try names(in: root) where name != Self.livePlansName {
      let path = root + "/" + name
      guard hasFolder(at: path) else { continue }
      guard Words.isWord(name) else { throw .malformedAppFolder(path: path) }
      files += try migrations(in: path, appLabel: name == Self.globalName ? "" : name, database)
    }
    return files.sorted { ($0.version, $0.appLabel) < ($1.version, $1.appLabel) }
  }

  /// Whether a database has a folder for an application's migrations.
  func hasApplication(_ label: String, of database: TargetDatabase) -> Bool {
    guard let name = try? Self.bucketName(label) else { return false }
    return hasFolder(at: migrationsPath(database: database) + "/" + name)
  }

  /// One migration, whatever else its folder holds; its file may be missing until it is loaded.
  public func migration(
    _ version: MigrationVersion, appLabel: String, database: TargetDatabase
  ) throws(WorkspaceError) -> MigrationFile {
    let place = place(for: database)
    guard place.layout.isOwn else { return file(version, in: place, database) }
    let folder = migrationsPath(database: database) + "/" + (try Self.bucketName(appLabel))
    let down = "\(folder)/\(version).down.sql"
    return MigrationFile(
      version: version, appLabel: appLabel, database: database, path: "\(folder)/\(version).sql",
      downPath: hasFile(at: down) ? down : nil, workspace: self)
  }

  private func migrations(
    in folder: String, appLabel: String, _ database: TargetDatabase
  ) throws(WorkspaceError) -> [MigrationFile] {
    let names = try names(in: folder).filter { $0.hasPrefix("V") && $0.hasSuffix(".sql") }
    var files: [MigrationFile] = []
    for name in names {
      let path = folder + "/" + name
      let isDown = name.hasSuffix(Self.downEnding)
      let ending = isDown ? Self.downEnding : Self.upEnding
      guard let version = MigrationVersion(rawValue: String(name.dropLast(ending.count))),
        version.isStamped
      else {
        throw .malformedMigrationName(path: path)
      }
      let downPath = "\(folder)/\(version)\(Self.downEnding)"
      if isDown {
        guard names.contains("\(version)\(Self.upEnding)") else { throw .downFileAlone(path: path) }
      } else {
        files.append(
          MigrationFile(
            version: version, appLabel: appLabel, database: database, path: path,
            downPath: names.contains("\(version)\(Self.downEnding)") ? downPath : nil,
            workspace: self))
      }
    }
    return files
  }

  private static let upEnding = ".sql"
  private static let downEnding = ".down.sql"
}
