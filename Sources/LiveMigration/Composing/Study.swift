internal import Postgres
internal import SchemaChange

/// What the server says of a migration's changes, each at its own place of the file.
struct Study: Sendable {
  /// What the catalogue says before the first change.
  var facts: CatalogueFacts
  /// Each table's columns after the last change, by the name that the migration uses.
  var columnsAfter: [QualifiedName: [ColumnFacts]]
  /// The conversions of type changes, by the position of the change.
  var conversions: [Int: ConversionFacts]
  /// What the server would do for each `ATTACH PARTITION`, by the position of the change.
  var attachments: [Int: AttachmentFacts] = [:]
  /// The names that the server chooses for unnamed indexes, by the position of the change and the table.
  var indexNames: [Int: [QualifiedName: String]]
  var verdicts: [Verdict]
  /// What each change reads and writes.
  var effects: [ChangeEffects]
  /// Names that something bears already, of those that the migration gives to types, functions and the like.
  var existingNames: Set<String>
  /// The changes that were judged again on a copy of the schema.
  var replayed: Set<Int> = []

  /// Asks the server.
  ///
  /// - Parameters:
  ///   - done: The changes before them that were made already.
  ///   - replay: Where changes are judged again that depend on earlier ones of the file.
  /// - Throws: `EngineError.tablesLocked` when another session takes a table while it is looked at; `.missingPrivilege`
  ///   where code of other roles would run.
  static func of(
    _ changes: [Change], after done: [Change] = [], settings: LiveSettings,
    on connection: PostgresConnection, replay: SchemaReplay? = nil
  ) async throws -> Study {
    let names = changes.reduce(into: Set<QualifiedName>()) { $0.formUnion($1.mentions) }
    try await ForeignCode.refuse(.tables(names), on: connection)
    do {
      var study = try await ask(
        changes, after: done, settings: settings, on: connection)
      try await PlaceJudging(settings: settings, replay: replay).judge(&study, on: connection)
      return study
    } catch let error as PostgresError where error.sqlState == .lockNotAvailable {
      let blockers = try? await Blockers.of(Set(names.map(\.quoted)), on: connection)
      throw EngineError.tablesLocked(error, blockers: blockers ?? [])
    }
  }

  /// Asks the server about changes as if they were the next to be made.
  static func ask(
    _ changes: [Change], after done: [Change], settings: LiveSettings,
    on connection: PostgresConnection, sizes: TableSizes? = nil
  ) async throws -> Study {
    var facts = try await CatalogueReader.read(changes, on: connection)
    if let sizes { facts = sizes.applied(to: facts) }
    let probe = try await ForecastProbe.run(changes, facts: facts, on: connection)
    let conversions = try await ConversionProbe.run(changes, facts: facts, on: connection)
    let attachments = try await AttachmentProbe.run(changes, facts: facts, on: connection)
    let verdicts = Classifier(
      facts: facts, probe: probe, conversions: conversions, attachments: attachments,
      settings: settings.classifier
    ).classify(changes, after: done)
    let indexNames = try await IndexNameProbe.run(changes, facts: facts, on: connection)
    let effects = changes.map { ChangeEffects($0, facts) }
    let brought = effects.reduce(into: Set<String>()) { $0.formUnion($1.brings.union($1.rebinds)) }
    return Study(
      facts: facts, columnsAfter: probe.columnsAfter, conversions: conversions,
      attachments: attachments, indexNames: indexNames, verdicts: verdicts, effects: effects,
      existingNames: try await ExistingNames.among(brought, on: connection))
  }
}
