internal import Postgres

/// The empty temporary copies of the application's tables.
///
/// A clone has its table's own name in `pg_temp`, so that names which the server chooses, and its error messages, come
/// out as they would for the table.
struct CloneSet {
  /// The clone of each cloned table, by the table's identifier.
  var names: [UInt32: QualifiedName] = [:]
  /// Tables whose foreign keys are not all there.
  var incomplete: Set<UInt32> = []
  /// The clones of views: those of which only the name and the columns that they read are right are placeholders.
  var views: [QualifiedName: QualifiedName] = [:]
  var placeholders: Set<QualifiedName> = []
  /// Whether everything that could make the server refuse a change is there too.
  var isDressed = true
  /// The real name of each clone, for the reports.
  var realNames: [String: QualifiedName] = [:]
  let sources: CloneSources
  let tables: [UInt32: TableFacts]
  let isPartition: Set<UInt32>

  /// The schemas of the cloned tables.
  var schemas: Set<String?> { Set(realNames.values.map(\.schema)) }

  static func temporary(_ name: String) -> QualifiedName {
    QualifiedName(schema: "pg_temp", name: name)
  }

  /// Makes the clones; a table that cannot be cloned is left out.
  static func make(
    _ sources: CloneSources, _ facts: CatalogueFacts, on connection: isolated PostgresConnection
  ) async throws -> CloneSet {
    var set = CloneSet(sources)
    for table in sources.tables {
      let cloned = try await connection.attempt { connection in
        try await set.cloneTree(table, on: connection)
      }
      if cloned {
        for part in table.tree { set.remember(part, as: part.name.name) }
      }
    }
    for table in sources.neighbours {
      let name = set.freeName(for: table, facts)
      let cloned = try await connection.attempt { connection in
        try await set.cloneNeighbour(table, as: name, on: connection)
      }
      if cloned { set.remember(table, as: name) }
    }
    try await set.addForeignKeys(on: connection)
    try await set.dress(on: connection)
    return set
  }

  private init(_ sources: CloneSources) {
    self.sources = sources
    let all = sources.tables.flatMap(\.tree) + sources.neighbours
    tables = Dictionary(all.map { ($0.oid, $0) }) { first, _ in first }
    isPartition = Set(sources.partitions.filter { $0.value.bound != nil }.keys)
  }

  private mutating func remember(_ table: TableFacts, as name: String) {
    names[table.oid] = Self.temporary(name)
    realNames[name] = table.name
  }

  /// A neighbour's own name unless the migration may want it for something else.
  private func freeName(for table: TableFacts, _ facts: CatalogueFacts) -> String {
    let name = table.name.name
    let wanted = facts.tables.keys.contains { $0.name == name }
    return wanted || realNames[name] != nil ? "djogi_\(table.oid)" : name
  }
}
