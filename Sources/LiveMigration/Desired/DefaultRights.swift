/// What default privileges give with every new object while a migration runs: those that are there before and after it.
struct DefaultRights: Sendable {
  private struct Entry: Sendable {
    var schema: String?
    var word: String
    var rights: Set<String>
  }

  private var entries: [Entry] = []

  init(from: SchemaCatalogue, to: SchemaCatalogue) {
    for object in from.objects.values where object.id.kind == .defaultPrivileges {
      guard to.objects[object.id] != nil else { continue }
      let parts = object.id.name.components(by: "|")
      guard let whose = parts.first, let word = parts.last else { continue }
      let ends = String(whose.dropFirst("FOR ROLE ".count)).components(by: " IN SCHEMA ")
      // The owner's own rights are no part of what is compared.
      let own = "\(ends.first ?? "") | "
      entries.append(
        Entry(
          schema: ends.count > 1 ? ends[1] : nil, word: word,
          rights: Set(SchemaWriter.lines(object["grants"]).filter { !$0.hasPrefix(own) })))
    }
  }

  /// What a new object of a kind gets in a schema.
  func rights(_ kind: SchemaKind, in schema: String) -> Set<String> {
    entries.filter { $0.word == Self.words[kind] && ($0.schema ?? schema) == schema }
      .reduce(into: []) { $0.formUnion($1.rights) }
  }

  /// Whether they stand in the place of what the server gives by itself.
  func isInsteadOfBuiltIn(_ kind: SchemaKind) -> Bool {
    entries.contains { $0.word == Self.words[kind] && $0.schema == nil }
  }

  /// Whether there are any for a kind.
  static func has(_ kind: SchemaKind) -> Bool { words[kind] != nil }

  private static let words: [SchemaKind: String] = [
    .schema: "SCHEMAS", .table: "TABLES", .view: "TABLES", .materializedView: "TABLES",
    .sequence: "SEQUENCES", .identitySequence: "SEQUENCES", .column: "SEQUENCES",
    .function: "FUNCTIONS", .procedure: "FUNCTIONS", .aggregate: "FUNCTIONS",
    .enumeration: "TYPES", .composite: "TYPES", .range: "TYPES", .domain: "TYPES",
  ]
}
