internal import Postgres
internal import SchemaChange

/// A migration with everything that the server says about it.
struct StudiedMigration: Sendable {
  let file: MigrationFile
  let loaded: LoadedMigration
  let changes: [Change]
  let facts: CatalogueFacts
  let probe: ProbeOutcome
  let conversions: [Int: ConversionFacts]
  let indexNames: [Int: [QualifiedName: String]]
  let verdicts: [Verdict]

  var refused: [Verdict] { verdicts.filter { $0.classification == .offlineOnly } }
  var destructive: [Verdict] {
    verdicts.filter { $0.classification == .fastLockDestructiveGuarded }
  }
  var needsPlan: Bool {
    verdicts.contains { if case .expandContract = $0.classification { true } else { false } }
  }
}

/// Finds pending migrations and asks the server about them.
struct MigrationReading: Sendable {
  let workspace: Workspace
  let database: TargetDatabase
  let settings: LiveSettings
  let ledger: PlanLedger

  /// The next pending migration of each application, or the one that is asked for.
  ///
  /// - Parameters:
  ///   - version: A whole version, or its `V` and 14 digits.
  ///   - app: Only this application's.
  func pending(
    version: String?, app: String?, on connection: PostgresConnection
  ) async throws -> [MigrationFile] {
    let applied = try await ledger.applied(on: connection)
    let files = try workspace.migrations(database).filter { app == nil || $0.appLabel == app }
    func isApplied(_ file: MigrationFile) -> Bool {
      applied.contains(
        AppliedMigration(version: file.version.rawValue, appLabel: file.appLabel))
    }
    guard let version else {
      var seen: Set<String> = []
      return files.filter { !isApplied($0) && seen.insert($0.appLabel).inserted }
    }
    let named = files.filter {
      $0.version.rawValue == version || "V" + $0.version.timestamp == version
        || $0.version.timestamp == version
    }
    guard let first = named.first else { throw EngineError.noSuchMigration(version) }
    guard named.count == 1 else {
      throw EngineError.ambiguousMigration(version, apps: named.map(\.appLabel))
    }
    if isApplied(first) { throw EngineError.alreadyApplied(first.version.rawValue) }
    return [first]
  }

  /// Reads a migration, asks the server, and judges each change.
  func study(
    _ file: MigrationFile, on connection: PostgresConnection
  ) async throws -> StudiedMigration {
    let loaded = try file.load()
    let parsed = MigrationParser.read(
      loaded.text, file: file.path, serverVersion: connection.info.serverVersion)
    guard parsed.errors.isEmpty else { throw EngineError.unreadable(parsed.errors) }
    guard !loaded.isBlank else { throw EngineError.emptyMigration(file.path) }
    try await TableAccess.wait(for: parsed.changes, settings: settings, on: connection)
    let study = try await Study.of(parsed.changes, settings: settings, on: connection)
    return StudiedMigration(
      file: file, loaded: loaded, changes: parsed.changes, facts: study.facts, probe: study.probe,
      conversions: study.conversions, indexNames: study.indexNames, verdicts: study.verdicts)
  }
}

/// What the server says of changes, wherever they came from.
struct Study: Sendable {
  var facts: CatalogueFacts
  var probe: ProbeOutcome
  var conversions: [Int: ConversionFacts]
  var indexNames: [Int: [QualifiedName: String]]
  var verdicts: [Verdict]

  /// - Parameter done: The changes before them that were made already.
  /// - Throws: `EngineError.tablesLocked` when somebody takes a table while it is looked at.
  static func of(
    _ changes: [Change], after done: [Change] = [], settings: LiveSettings,
    on connection: PostgresConnection
  ) async throws -> Study {
    let names = changes.reduce(into: Set<QualifiedName>()) { $0.formUnion($1.mentions) }
    do {
      return try await ask(changes, after: done, settings: settings, on: connection)
    } catch let error as PostgresError where error.sqlState == .lockNotAvailable {
      let blockers = try? await Blockers.of(Set(names.map(\.quoted)), on: connection)
      throw EngineError.tablesLocked(error, blockers: blockers ?? [])
    }
  }

  private static func ask(
    _ changes: [Change], after done: [Change], settings: LiveSettings,
    on connection: PostgresConnection
  ) async throws -> Study {
    let facts = try await CatalogueReader.read(changes, on: connection)
    let probe = try await ForecastProbe.run(changes, facts: facts, on: connection)
    let conversions = try await ConversionProbe.run(changes, facts: facts, on: connection)
    let verdicts = Classifier(
      facts: facts, probe: probe, conversions: conversions, settings: settings.classifier
    ).classify(changes, after: done)
    let indexNames = try await IndexNameProbe.run(changes, facts: facts, on: connection)
    return Study(
      facts: facts, probe: probe, conversions: conversions, indexNames: indexNames,
      verdicts: verdicts)
  }
}

extension LiveSettings {
  /// The bounds that the classifier needs.
  var classifier: ClassifierSettings {
    ClassifierSettings(
      validationThresholdRows: Int64(validationThresholdRows),
      multiForeignKeyThreshold: multiFKThreshold)
  }
}
