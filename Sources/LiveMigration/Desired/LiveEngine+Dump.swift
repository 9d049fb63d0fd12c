internal import Foundation
internal import Postgres
internal import SchemaChange

/// What `dump` wrote.
public struct DumpResult: Sendable {
  /// The files that were written or changed, by path.
  public var written: [String]
  /// The files that went with the last object in them.
  public var removed: [String] = []
  /// How many objects stand in sections of their own.
  public var sections: Int
  /// Whether `pg_dump` was asked too; it is not where none suits the server, or the role may not read a table.
  public internal(set) var isProvedByDump = false
  /// Where the scratch databases were, in words.
  public internal(set) var place: String
}

extension LiveEngine {
  /// Writes the database's schema as files that load again to an equal schema.
  ///
  /// Of files that are there, only the statements about objects that differ are changed.
  public func dumpSchema(app: String?, owners: Bool = false) async throws -> DumpResult {
    let live = try await session.connection()
    guard let proofMeans else { throw DesiredError.noScratch("none is configured") }
    let (workspace, database) = (workspace, database)
    let name = app ?? ""
    guard workspace.place(for: database).layout.isOwn else {
      throw DesiredError.otherLayout("\(workspace.place(for: database).layout)")
    }
    let others = try workspace.schemaApps(database).filter { $0 != name }
    if app == nil, !others.isEmpty {
      throw DesiredError.needsApp(others.map { $0.isEmpty ? "_global_" : $0 })
    }
    try await ForeignCode.refuse(.database, on: live)
    let now = try await SchemaPicture.ofLive(live, owners: owners)
    try now.catalogue.refuseUncovered("the database")
    return try await SchemaScratch.lend(by: proofMeans, for: live) { scratch in
      let bucket = try workspace.schemaBucket(database, app: name)
      let surroundings = try others.compactMap {
        try workspace.schemaBucket(database, app: $0).snapshot
      }
      async let bare = scratch.catalogue(of: surroundings)
      let before: SchemaCatalogue? =
        if bucket.files.isEmpty { nil } else {
          try await scratch.catalogue(of: bucket.files + surroundings)
        }
      let base = try await bare
      let path = try workspace.schemaPath(database, app: name)
      let edit = try SchemaFileEdit(
        files: bucket.files, before: before ?? base, now: now.catalogue, base: base,
        owners: owners, folder: path)
      let end = try await scratch.make()
      let loaded = try await SchemaLoader(connection: end).load(edit.files + surroundings)
      // An equal reader alone does not show what it does not read.
      let result = try await SchemaPicture.take(of: end, owners: owners)
      await end.close()
      let differences = result.differences(
        from: now, words: ("the files", "the database"), owners: owners)
      guard differences.isEmpty else {
        throw DesiredError.notProved(way: "dump", differences: differences)
      }
      guard try workspace.schemaBucket(database, app: name).files == bucket.files else {
        throw DesiredError.changedMeanwhile(path: path)
      }
      for file in edit.changed {
        if file.text.isEmpty {
          try workspace.removeFile(file.path)
        } else {
          try workspace.replaceDurably(file.path, file.text)
        }
      }
      let own = Set(edit.files.map(\.path))
      let snapshot = SchemaSnapshotFile.text(
        loaded.filter { own.contains($0.statement.location.file ?? "") }, newest: bucket.newest)
      if bucket.snapshot == nil { try workspace.replaceDurably(bucket.snapshotPath, snapshot) }
      return DumpResult(
        written: edit.changed.filter { !$0.text.isEmpty }.map(\.path),
        removed: edit.changed.filter(\.text.isEmpty).map(\.path), sections: edit.sections,
        isProvedByDump: now.dump != nil && result.dump != nil, place: scratch.words)
    }
  }
}
