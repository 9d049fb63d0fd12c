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
      // The owner's own rights are no part of what is compared.
      let own = "\(object["-role"] ?? "") | "
      entries.append(
        Entry(
          schema: object["-schema"], word: object["-word"] ?? "",
          rights: Set(SchemaWriter.lines(object["grants"]).filter { !$0.hasPrefix(own) })))
    }
  }

  /// Whose they are, as `ALTER DEFAULT PRIVILEGES` has it.
  static func target(of object: SchemaObject) -> String {
    "FOR ROLE \(object["-role"] ?? "")" + (object["-schema"].map { " IN SCHEMA " + $0 } ?? "")
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
