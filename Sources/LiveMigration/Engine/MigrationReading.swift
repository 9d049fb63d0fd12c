internal import Postgres
internal import SchemaChange

/// A migration with everything that the server says about it.
struct StudiedMigration: Sendable {
  let file: MigrationFile
  let loaded: LoadedMigration
  let changes: [Change]
  let study: Study
  /// The search path that the file sets for itself.
  let searchPath: OwnSearchPath?

  var facts: CatalogueFacts { study.facts }
  var verdicts: [Verdict] { study.verdicts }
  var refused: [Verdict] { verdicts.filter { $0.classification == .offlineOnly } }
  var destructive: [Verdict] {
    verdicts.filter { $0.classification == .fastLockDestructiveGuarded }
  }
  /// Whether a view can show a change before it is made.
  var isShown: Bool { changes.contains(where: \.isShownByView) }
  /// Whether a column gets another type without being staged.
  var changesTypesAtOnce: Bool {
    verdicts.contains { [.typeOfEmptyTable, .typeCatalogueOnly].contains($0.rule) }
  }
  var needsPlan: Bool {
    verdicts.contains { if case .expandContract = $0.classification { true } else { false } }
  }
}

extension StudiedMigration {
  /// The changes of the file that takes it back.
  ///
  /// - Throws: `EngineError.unreadable` where such a file cannot be read.
  func wayDown() throws -> WayDown {
    guard let down = loaded.down else { return WayDown() }
    let parsed = MigrationParser.read(down, file: file.downPath ?? file.path)
    guard parsed.errors.isEmpty else { throw EngineError.unreadable(parsed.errors) }
    return WayDown(changes: parsed.changes)
  }

  /// Why the file that takes it back cannot be read; `nil` where it can, or there is none.
  var wayDownError: EngineError? {
    do {
      _ = try wayDown()
      return nil
    } catch {
      return error as? EngineError
    }
  }
}

/// Finds pending migrations and asks the server about them.
struct MigrationReading: Sendable {
  let workspace: Workspace
  let database: TargetDatabase
  var settings: LiveSettings
  let ledger: PlanLedger
  /// The copy of the schema on which changes are judged that depend on others of their file.
  var replay: SchemaReplay?

  /// The next pending migration of each application, or the one that is asked for.
  ///
  /// - Parameters:
  ///   - version: A whole version, or its number, with `V` or without.
  ///   - app: Only this application's.
  func pending(
    version: String?, app: String?, on connection: PostgresConnection
  ) async throws -> [MigrationFile] {
    let applied = try await ledger.applied(on: connection)
    let all = try workspace.migrations(database)
    let isWanted = try belongs(to: app, among: all)
    let files = all.filter(isWanted)
    func isApplied(_ file: MigrationFile) -> Bool {
      applied.contains(
        AppliedMigration(version: file.version.rawValue, appLabel: file.appLabel))
    }
    guard let version else {
      var seen: Set<String> = []
      return files.filter { !isApplied($0) && seen.insert($0.appLabel).inserted }
    }
    let whole = files.filter { $0.version.rawValue == version }
    let named = whole.isEmpty ? files.filter { $0.version.isNamed(by: version) } : whole
    guard let first = named.first else { throw EngineError.noSuchMigration(version) }
    guard named.count == 1 else {
      let versions = Set(named.map(\.version.rawValue)).sorted()
      guard versions.count == 1 else {
        throw EngineError.ambiguousNumber(version, versions: versions)
      }
      throw EngineError.ambiguousMigration(version, apps: named.map(\.appLabel))
    }
    if isApplied(first) { throw EngineError.alreadyApplied(first.version.rawValue) }
    return [first]
  }

  /// Tells the migrations of an application, by its label or its folder's name; all where none is named.
  ///
  /// - Throws: `EngineError.noSuchApplication`; a misspelt name must not look like one whose work is done.
  private func belongs(
    to app: String?, among files: [MigrationFile]
  ) throws -> (MigrationFile) -> Bool {
    guard let app else { return { _ in true } }
    let label = app == Workspace.globalName ? "" : app
    let known = Set(files.map(\.appLabel))
    guard known.contains(label) || workspace.hasApplication(label, of: database) else {
      let names = known.map { $0.isEmpty ? Workspace.globalName : $0 }
      throw EngineError.noSuchApplication(app, known: names.sorted())
    }
    return { $0.appLabel == label }
  }

  /// Reads a migration, asks the server, and judges each change.
  ///
  /// The session looks names up as the migration does from then on.
  func study(
    _ file: MigrationFile, on connection: PostgresConnection
  ) async throws -> StudiedMigration {
    let loaded = try file.load()
    let parsed = MigrationParser.read(
      loaded.text, file: file.path, serverVersion: connection.info.serverVersion)
    guard parsed.errors.isEmpty else { throw EngineError.unreadable(parsed.errors) }
    // Another tool has applied an empty file as such.
    guard !loaded.isBlank || file.layout.table != nil else {
      throw EngineError.emptyMigration(file.path)
    }
    let path = try await OwnSearchPath.enter(parsed.changes, on: connection)
    await replay?.look(along: path?.value)
    let changes = try await GuardAnswers.resolve(parsed.changes, on: connection)
    try await TableAccess.wait(for: changes, settings: settings, on: connection)
    let study = try await Study.of(
      changes, settings: settings, on: connection, replay: replay)
    return StudiedMigration(
      file: file, loaded: loaded, changes: changes, study: study,
      searchPath: path)
  }
}

extension LiveSettings {
  /// The bounds that the classifier needs.
  var classifier: ClassifierSettings {
    var settings = ClassifierSettings(
      validationThresholdRows: Int64(validationThresholdRows),
      multiForeignKeyThreshold: multiFKThreshold)
    settings.stagesEveryType = stagesEveryType
    return settings
  }
}
