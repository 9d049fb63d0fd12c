internal import Foundation
internal import Postgres
internal import SchemaChange

/// What `diff` is told.
public struct DiffOptions: Sendable {
  /// Where the schema to begin with is.
  public enum Source: String, Sendable, CaseIterable {
    /// What the last migration leads to.
    case snapshot
    /// What the database has.
    case database
  }

  /// Only this application.
  public var app: String?
  /// The schema to begin with.
  public var source = Source.snapshot
  /// The words of the migration's name.
  public var slug: String?
  /// Whether nothing is written.
  public var dryRun = false
  /// Whether data may be lost.
  public var allowDestructive = false
  /// Whether owners are compared.
  public var owners = false

  /// Asks whether something is renamed; without it, nothing is that no mark tells of.
  public var ask: Asking?

  /// Asks a person; `true` is yes.
  public typealias Asking = @Sendable (PossibleRename) async -> Bool

  /// Tells nothing special.
  public init() {}
}

/// What `diff` found for one application.
public struct DiffResult: Sendable {
  /// The application.
  public var app: String
  /// The migration.
  public var migration: SchemaMigration
  /// Where it was written; `nil` where nothing is to do, or nothing was to be written.
  public var path: String?
  /// Where the scratch databases were, in words.
  public var place: String
}

/// What files, snapshot and database have in common.
public struct SchemaComparison: Sendable {
  /// In what they disagree; nothing where they agree.
  public var disagreements: [SchemaDisagreement]
  /// Where the scratch databases were, in words.
  public var place: String
}

/// In what files, snapshot and database disagree.
public struct SchemaDisagreement: Sendable, Hashable {
  /// What disagrees with what, in words.
  public var sides: String
  /// The differences, one a line.
  public var lines: [String]
}

extension LiveEngine {
  /// Writes the migrations that lead from what there is to what the files say.
  ///
  /// Every one is proved on scratch databases, there and back, before it is written.
  ///
  /// - Throws: `DesiredError`, `WorkspaceError`, `PostgresError`.
  public func diff(_ options: DiffOptions) async throws -> [DiffResult] {
    let live = try await session.connection()
    let all = try schemaApps(options.app)
    let wanted = options.app.map { [$0] } ?? all
    if options.source == .database, all.count > 1, options.app == nil {
      throw DesiredError.needsApp(all.map { $0.isEmpty ? "_global_" : $0 })
    }
    let (workspace, database) = (workspace, database)
    var results: [DiffResult] = []
    for app in wanted {
      let result = try await withScratch(live) { scratch in
        try await Self.diff(app, of: all, options, workspace, database, live, scratch)
      }
      results.append(result)
    }
    return results
  }

  private func withScratch<Result: Sendable>(
    _ live: PostgresConnection, _ body: @Sendable (SchemaScratch) async throws -> Result
  ) async throws -> Result {
    guard let proofMeans else { throw DesiredError.noScratch("none is configured") }
    return try await SchemaScratch.lend(by: proofMeans, for: live, body)
  }

  private func schemaApps(_ app: String?) throws -> [String] {
    guard workspace.place(for: database).layout.isOwn else {
      throw DesiredError.otherLayout("\(workspace.place(for: database).layout)")
    }
    let apps = try workspace.schemaApps(database)
    if let app, !apps.contains(app) {
      throw DesiredError.noFiles(path: try workspace.schemaPath(database, app: app))
    }
    guard !apps.isEmpty else {
      throw DesiredError.noFiles(path: try workspace.schemaPath(database, app: ""))
    }
    return apps
  }

  private static func diff(
    _ app: String, of all: [String], _ options: DiffOptions, _ workspace: Workspace,
    _ database: TargetDatabase, _ live: PostgresConnection, _ scratch: SchemaScratch
  ) async throws -> DiffResult {
    let bucket = try workspace.schemaBucket(database, app: app)
    guard !bucket.files.isEmpty else {
      throw DesiredError.noFiles(path: try workspace.schemaPath(database, app: app))
    }
    let others = try all.filter { $0 != app }.map { try workspace.schemaBucket(database, app: $0) }
    let surroundings = try others.compactMap { try intactSnapshot($0) }
    let own = try options.source == .snapshot ? beginning(bucket, database) : []
    // Either side in a session of its own, so that the server works at both at once.
    async let wanted = Self.load(bucket.files + surroundings, in: scratch)
    async let recorded =
      options.source == .database
      ? Self.copy(live, to: scratch, owners: options.owners)
      : Self.load(own + surroundings, in: scratch).connection
    let (end, loaded) = try await wanted
    let start = try await recorded
    let migration = try await SchemaMigration.prove(
      from: start, to: end, files: bucket.files, owners: options.owners, ask: options.ask)
    await start.close()
    await end.close()
    var result = DiffResult(app: app, migration: migration, place: scratch.words)
    guard !options.dryRun else { return result }
    let paths = Set(bucket.files.map(\.path))
    let mine = loaded.filter { paths.contains($0.statement.location.file ?? "") }
    guard try workspace.schemaBucket(database, app: app).isSame(as: bucket) else {
      throw DesiredError.changedMeanwhile(path: bucket.folder)
    }
    if migration.isEmpty {
      let snapshot = SchemaSnapshotFile.text(mine, newest: bucket.newest)
      // Another way to write the same schema needs no migration; but what the database got behind the snapshot is in it
      // from now on.
      if bucket.snapshot == nil || options.source == .database, bucket.snapshot?.text != snapshot {
        try workspace.replaceDurably(bucket.snapshotPath, snapshot)
      }
      return result
    }
    if !migration.destroyed.isEmpty, !options.allowDestructive {
      throw DesiredError.destroys(migration.destroyed)
    }
    result.path = try write(migration, mine, bucket, options, workspace)
    return result
  }

  /// What the last migration of an application leads to.
  private static func beginning(
    _ bucket: SchemaBucket, _ database: TargetDatabase
  ) throws(DesiredError) -> [SchemaFile] {
    if bucket.snapshot == nil, bucket.newest != nil {
      throw DesiredError.noSnapshot(path: bucket.snapshotPath, database: database.rawValue)
    }
    try bucket.refuseOldSnapshot()
    return [try intactSnapshot(bucket)].compactMap(\.self)
  }

  private static func load(
    _ files: [SchemaFile], in scratch: SchemaScratch
  ) async throws -> (connection: PostgresConnection, statements: [LoadedStatement]) {
    // The files are read while the server makes the database.
    async let statements = LoadedStatement.all(of: files)
    let connection = try await scratch.make()
    return (connection, try await SchemaLoader(connection: connection).load(try await statements))
  }

  private static func copy(
    _ live: PostgresConnection, to scratch: SchemaScratch, owners: Bool
  ) async throws -> PostgresConnection {
    let unreadable = try await SchemaDump.unreadableTables(of: live)
    guard unreadable.isEmpty else { throw DesiredError.unreadableTables(unreadable) }
    let connection = try await scratch.make()
    try await SchemaDump.make(of: live, owners: owners).restore(on: connection)
    return connection
  }

  private static func write(
    _ migration: SchemaMigration, _ loaded: [LoadedStatement], _ bucket: SchemaBucket,
    _ options: DiffOptions, _ workspace: Workspace
  ) throws -> String {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(secondsFromGMT: 0)
    formatter.dateFormat = "yyyyMMddHHmmss"
    let slug = options.slug ?? "schema_change"
    let name = "V\(formatter.string(from: Date()))__\(slug)"
    guard MigrationVersion(rawValue: name) != nil else { throw WorkspaceError.invalidSlug(slug) }
    let path = "\(bucket.folder)/\(name).sql"
    guard !workspace.hasFile(at: path) else { throw DesiredError.versionTaken(path) }
    try workspace.createDurably(path, Array(migration.upText.utf8))
    try workspace.createDurably("\(bucket.folder)/\(name).down.sql", Array(migration.downText.utf8))
    try workspace.replaceDurably(
      bucket.snapshotPath, SchemaSnapshotFile.text(loaded, newest: name))
    return path
  }

  private static func intactSnapshot(_ bucket: SchemaBucket) throws(DesiredError) -> SchemaFile? {
    guard let snapshot = bucket.snapshot else { return nil }
    guard SchemaSnapshotFile.isIntact(snapshot.text) else {
      throw .snapshotEdited(path: snapshot.path)
    }
    return snapshot
  }

  // MARK: - Guarding

  /// In what files and snapshot, and snapshot and database, disagree.
  ///
  /// - Parameters:
  ///   - app: Only this application's; `nil` for all.
  ///   - onlyDrift: Whether the files are left out.
  ///   - owners: Whether owners are compared.
  public func schemaDisagreements(
    app: String?, onlyDrift: Bool, owners: Bool
  ) async throws -> SchemaComparison {
    let live = try await session.connection()
    let all = try schemaApps(app)
    let (workspace, database) = (workspace, database)
    let now = try await SchemaPicture.ofLive(live, owners: owners)
    try now.catalogue.refuseUncovered("the database")
    return try await withScratch(live) { scratch in
      let buckets = try all.map { try workspace.schemaBucket(database, app: $0) }
      let snapshots = try buckets.compactMap { try Self.intactSnapshot($0) }
      let start = try await scratch.make()
      try await SchemaLoader(connection: start).load(snapshots)
      let recorded = try await SchemaPicture.take(of: start, owners: owners)
      await start.close()
      var found: [SchemaDisagreement] = []
      for bucket in buckets where app == nil || bucket.app == app {
        do throws(DesiredError) {
          try bucket.refuseOldSnapshot()
        } catch {
          found.append(
            SchemaDisagreement(sides: "the migrations and the snapshot", lines: ["\(error)"]))
        }
      }
      for bucket in buckets where !onlyDrift && (app == nil || bucket.app == app) {
        let others = try buckets.filter { $0.app != bucket.app }.compactMap {
          try Self.intactSnapshot($0)
        }
        let end = try await scratch.make()
        try await SchemaLoader(connection: end).load(bucket.files + others)
        let goal = try await SchemaPicture.take(of: end, owners: owners)
        await end.close()
        try goal.catalogue.refuseUncovered("the schema that is wanted")
        let lines = goal.differences(
          from: recorded, words: ("the files", "the snapshot"), owners: owners)
        if !lines.isEmpty {
          let name = bucket.app.isEmpty ? "" : " of \(bucket.app)"
          found.append(SchemaDisagreement(sides: "the files\(name) and the snapshot", lines: lines))
        }
      }
      let lines = now.differences(
        from: recorded, words: ("the database", "the snapshot"), owners: owners)
      if !lines.isEmpty {
        found.append(SchemaDisagreement(sides: "the database and the snapshot", lines: lines))
      }
      return SchemaComparison(disagreements: found, place: scratch.words)
    }
  }

  /// The applications whose files want something else than their snapshots: what `plan` names `diff` for.
  ///
  /// Files that cannot be compared now are told of with the reason. Nothing is proved, and nothing written.
  public func pendingSchemas(app: String?) async throws -> [PendingSchema] {
    let apps = try workspace.schemaApps(database)
    let live = try await session.connection()
    var pending: [PendingSchema] = []
    for name in apps where app == nil || name == app {
      do {
        let bucket = try workspace.schemaBucket(database, app: name)
        guard !bucket.files.isEmpty, bucket.snapshot != nil || bucket.newest == nil else {
          continue
        }
        try bucket.refuseOldSnapshot()
        if try await isPending(bucket, of: apps, live) { pending.append(PendingSchema(app: name)) }
      } catch let error as DesiredError {
        pending.append(PendingSchema(app: name, reason: "\(error)"))
      } catch let error as WorkspaceError {
        pending.append(PendingSchema(app: name, reason: "\(error)"))
      }
    }
    return pending
  }

  private func isPending(
    _ bucket: SchemaBucket, of apps: [String], _ live: PostgresConnection
  ) async throws -> Bool {
    let (workspace, database) = (workspace, database)
    return try await withScratch(live) { scratch in
      let others = try apps.filter { $0 != bucket.app }.compactMap {
        try Self.intactSnapshot(try workspace.schemaBucket(database, app: $0))
      }
      let recorded = try await scratch.catalogue(
        of: [try Self.intactSnapshot(bucket)].compactMap(\.self) + others)
      let wanted = try await scratch.catalogue(of: bucket.files + others)
      return !wanted.differences(from: recorded, words: ("", ""), owners: false).isEmpty
    }
  }
}

/// An application whose files want what no migration brings.
public struct PendingSchema: Sendable, Hashable {
  /// The application.
  public var app: String
  /// Why its files cannot be compared; `nil` where they were.
  public var reason: String?
}
