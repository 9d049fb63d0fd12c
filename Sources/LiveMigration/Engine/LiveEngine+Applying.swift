internal import Postgres
public import SchemaChange

/// A migration that was applied without a plan.
public struct ApplyResult: Sendable {
  /// Its version.
  public var version: String
  /// Its application, empty for `_global_`.
  public var appLabel: String
  /// How many statements ran.
  public var statements: Int
  /// The verdicts on them.
  public var verdicts: [Verdict]
}

extension LiveEngine {
  /// Applies the next pending migration of each application, or the one that is asked for.
  ///
  /// Each statement is a transaction of its own, under `lock_timeout`, committed together with how far the migration
  /// got: cut off anywhere, the same command goes on from there. Statements in a row that only write a few rows of the
  /// catalogue share a transaction where the locks of all of them can be had at once. What the file has between `BEGIN` and
  /// `COMMIT` is one transaction.
  ///
  /// - Returns: What was applied; nothing when nothing is pending.
  public func apply(
    version: String?, app: String?, allowDestructive: Bool, allowRawDangerous: Bool = false,
    justification: String?
  ) async throws -> [ApplyResult] {
    let connection = try await session.primary()
    let reading = MigrationReading(
      workspace: workspace, database: database, settings: settings, ledger: ledger)
    try await checkBaseline(try workspace.migrations(database), on: connection)
    var results: [ApplyResult] = []
    for file in try await reading.pending(version: version, app: app, on: connection) {
      try await ledger.create(on: connection)
      try await ledger.lockBucket(database, file.appLabel, on: connection)
      do {
        let result = try await keepingSearchPath(on: connection) {
          try await apply(
            file, reading, allowDestructive: allowDestructive,
            allowRawDangerous: allowRawDangerous, justification: justification, on: connection)
        }
        results.append(result)
        try await ledger.unlockBucket(database, file.appLabel, on: connection)
      } catch {
        try? await ledger.unlockBucket(database, file.appLabel, on: connection)
        throw error
      }
    }
    return results
  }

  private func apply(
    _ file: MigrationFile, _ reading: MigrationReading, allowDestructive: Bool,
    allowRawDangerous: Bool, justification: String?, on connection: PostgresConnection
  ) async throws -> ApplyResult {
    try await checkBucket(file.appLabel, on: connection)
    let loaded = try file.load()
    let begun = try await ledger.begun(file, on: connection)
    if let begun, begun.checksum != loaded.checksum.rawValue, begun.statements > 0 {
      throw EngineError.changedHalfway(version: file.version.rawValue, statements: begun.statements)
    }
    let rest = try await rest(of: file, loaded, after: begun?.statements, on: connection)
    try await checkTables(
      of: rest.verdicts.map(\.change), rest.facts, app: file.appLabel, on: connection)
    let refused = rest.verdicts.filter { $0.classification == .offlineOnly }
    guard refused.isEmpty else { throw EngineError.offlineOnly(file: file.path, refused) }
    let staged = rest.verdicts.contains {
      if case .expandContract = $0.classification { true } else { false }
    }
    guard !staged else {
      throw EngineError.needsLivePlan(file: file.path, version: file.version.rawValue)
    }
    let opaque = rest.verdicts.filter { $0.rule == .opaqueStatement }
    guard opaque.isEmpty || allowRawDangerous else {
      throw EngineError.opaqueMigration(version: file.version.rawValue, opaque)
    }
    let destructive = rest.verdicts.filter { $0.classification == .fastLockDestructiveGuarded }
    guard destructive.isEmpty || allowDestructive else {
      throw EngineError.destructiveMigration(version: file.version.rawValue, destructive)
    }
    try await run(rest, file, loaded, justification, on: connection)
    return ApplyResult(
      version: file.version.rawValue, appLabel: file.appLabel, statements: rest.verdicts.count,
      verdicts: rest.verdicts)
  }

  /// What is left to do of a migration.
  private struct Rest {
    var done: Int
    var verdicts: [Verdict]
    var facts: CatalogueFacts
  }

  private func rest(
    of file: MigrationFile, _ loaded: LoadedMigration, after begun: Int?,
    on connection: PostgresConnection
  ) async throws -> Rest {
    let parsed = MigrationParser.read(
      loaded.text, file: file.path, serverVersion: connection.info.serverVersion)
    guard parsed.errors.isEmpty else { throw EngineError.unreadable(parsed.errors) }
    // Another tool has applied an empty file as such.
    guard !loaded.isBlank || file.layout.table != nil else {
      throw EngineError.emptyMigration(file.path)
    }
    let path = try await OwnSearchPath.enter(parsed.changes, on: connection)
    var done = begun ?? 0
    if begun != nil, let next = parsed.changes.dropFirst(done).first,
      try await SegmentExecutor(settings: settings, connection: connection).takeUp(next)
    {
      done += 1
    }
    let changes = try await GuardAnswers.resolve(
      Array(parsed.changes.dropFirst(done)), on: connection)
    try await TableAccess.wait(for: changes, settings: settings, on: connection)
    let before = Array(parsed.changes.prefix(done))
    let study = try await withReplay { replay in
      await replay.look(along: path?.value)
      let study = try await Study.of(
        changes, after: before, settings: settings, on: connection, replay: replay)
      let session = try await PlanSession.read(on: connection, searchPath: path?.value)
      let broken = await LaterConstraints(study: study, session: session)
        .refused(replay, on: connection)
      guard broken.isEmpty else { throw EngineError.offlineOnly(file: file.path, broken) }
      return study
    }
    return Rest(
      done: done, verdicts: study.verdicts, facts: study.facts)
  }

  private func run(
    _ rest: Rest, _ file: MigrationFile, _ loaded: LoadedMigration, _ justification: String?,
    on connection: PostgresConnection
  ) async throws {
    let total = rest.done + rest.verdicts.count
    let ledger = ledger
    let foreign = recordsForeign ? ForeignRow(file, loaded) : nil
    let application = Application(
      version: file.version.rawValue, path: file.path, facts: rest.facts, settings: settings,
      connection: connection, existing: try await ForecastCheck.existing(on: connection)
    ) { done, connection in
      try await ledger.record(
        file, loaded, statements: done, isComplete: done == total, justification: justification,
        foreign: foreign, on: connection)
    }
    try await application.run(rest.verdicts, after: rest.done)
  }
}
