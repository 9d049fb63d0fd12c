import Postgres
import SchemaChange

/// Judges a migration as `lint` does: with a server, or without one.
func judge(
  _ sql: String, on connection: PostgresConnection?,
  settings: ClassifierSettings = ClassifierSettings(validationThresholdRows: 1)
) async throws -> [Verdict] {
  let changes = try MigrationParser.parse(sql)
  guard let connection else {
    return Classifier(facts: nil, probe: nil, settings: settings).classify(changes)
  }
  let facts = try await CatalogueReader.read(changes, on: connection)
  let probe = try await ForecastProbe.run(changes, facts: facts, on: connection)
  let conversions = try await ConversionProbe.run(changes, facts: facts, on: connection)
  let attachments = try await AttachmentProbe.run(changes, facts: facts, on: connection)
  return Classifier(
    facts: facts, probe: probe, conversions: conversions, attachments: attachments,
    settings: settings
  ).classify(changes)
}

extension Verdict {
  /// The verdict in a few words: `safe add-column`.
  var short: String { "\(classification.short) \(rule)" }
}

extension Classification {
  /// The classification in one word.
  var short: String {
    switch self {
    case .onlineSafe: "safe"
    case .fastLockDestructiveGuarded: "destructive"
    case .expandContract(let pattern): pattern.rawValue
    case .offlineOnly: "refused"
    }
  }
}
