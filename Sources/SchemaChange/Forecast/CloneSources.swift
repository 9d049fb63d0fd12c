internal import Postgres

/// The application's tables that are to be cloned, and what only the cloning needs to know of them.
struct CloneSources {
  /// The tables that the migration is about, each with its partitions; a partition comes with its whole tree.
  var tables: [TableFacts] = []
  /// The tables on the other end of a foreign key; none when there are too many of them.
  var neighbours: [TableFacts] = []
  var partitions: [UInt32: PartitionRow] = [:]
  var foreignKeys: [ForeignKeyRow] = []
  var views: [ViewRow] = []
  var policies: [PolicyRow] = []
  /// Whether a table has rules of its own.
  var hasRules = false

  /// More tables than this would cost the server too many locks.
  private static let neighbourLimit = 64

  /// How a table is divided, and where it belongs when it is a part.
  struct PartitionRow {
    var key: String?
    var bound: String?
  }

  /// A foreign key with either end among the tables.
  struct ForeignKeyRow {
    var name: String
    var table: UInt32
    var referenced: UInt32
    var definition: String
    /// Whether a parent table brings it.
    var inherited: Bool
  }

  /// A view over columns of the tables.
  struct ViewRow {
    var name: QualifiedName
    var definition: String
    var tables: [UInt32]
    var columns: [String]
  }

  /// A policy of a table, with the columns that it reads.
  struct PolicyRow {
    var name: String
    var table: UInt32
    var columns: [String]
  }

  /// Reads them anew under the probe's own eyes; of `relations` only the identifiers are used.
  static func read(
    _ relations: some Collection<TableFacts>, on connection: isolated PostgresConnection
  ) async throws -> CloneSources {
    try await connection.script("SAVEPOINT djogi_read; SET LOCAL search_path TO pg_catalog")
    var sources = CloneSources()
    let kinds: Set<TableFacts.Kind> = [.table, .partitioned, .index, .partitionedIndex]
    let named = Set(relations.filter { kinds.contains($0.kind) }.map(\.oid))
    let tops = try await tops(named, on: connection)
    let tables = try await CatalogueSnapshot.tables(tops, lookingForRows: false, on: connection)
    sources.partitions = try await partitions(tables, on: connection)
    sources.tables = tables.values.filter { [.table, .partitioned].contains($0.kind) }
      .sorted { $0.oid < $1.oid }
      .map { sources.withoutLikes($0, keeping: named) }
    let oids = sources.tables.flatMap(\.tree).map { Int($0.oid) }
    sources.foreignKeys = try await foreignKeys(oids, on: connection)
    sources.views = try await views(oids, on: connection)
    sources.policies = try await policies(oids, on: connection)
    sources.hasRules = try await hasRules(oids, on: connection)
    let ends = Set(sources.foreignKeys.flatMap { [$0.table, $0.referenced] })
    let others = ends.subtracting(oids.map(UInt32.init))
    if others.count <= neighbourLimit {
      let found = try await CatalogueSnapshot.tables(
        others, lookingForRows: false, on: connection)
      sources.neighbours = found.values.sorted { $0.oid < $1.oid }
    }
    // The names in the migration are looked up by the session's own path again.
    try await connection.script("ROLLBACK TO SAVEPOINT djogi_read; RELEASE SAVEPOINT djogi_read")
    return sources
  }

  /// Of partitions that are alike, one stands for all: hundreds of them would be cloned for nothing.
  private func withoutLikes(_ table: TableFacts, keeping named: Set<UInt32>) -> TableFacts {
    var shapes: Set<PartitionShape> = []
    var result = table
    result.partitions = table.partitions.map { withoutLikes($0, keeping: named) }.filter { part in
      let isNamed = part.tree.contains { named.contains($0.oid) }
      let isDefault = partitions[part.oid]?.bound == "DEFAULT"
      return shapes.insert(PartitionShape(part)).inserted || isNamed || isDefault
    }
    return result
  }
}

/// What a statement can tell a partition apart by, names left out.
private struct PartitionShape: Hashable {
  let kind: TableFacts.Kind
  let columns: [ColumnFacts]
  let constraints: Set<String>
  let indexes: Set<String>
  let partitions: [PartitionShape]

  init(_ table: TableFacts) {
    kind = table.kind
    columns = table.columns
    constraints = Set(table.constraints.map { "\($0.kind.rawValue) \($0.definition)" })
    indexes = Set(
      table.indexes.map { "\($0.unique) \($0.valid) \($0.definition(after: table.name) ?? "")" })
    partitions = table.partitions.map(PartitionShape.init)
  }
}

extension IndexFacts {
  /// What follows the table's name in the definition, from the access method on.
  func definition(after table: QualifiedName) -> String? {
    definition.firstRange(of: " \(table.quoted) USING ").map {
      "USING " + definition[$0.upperBound...]
    }
  }
}
