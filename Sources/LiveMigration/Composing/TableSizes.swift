internal import Postgres
internal import SchemaChange

/// How large the real tables are whose empty copies stand in a copy of the schema.
///
/// A copy keeps its identifier whatever a migration calls it, so that a table is known again after its renaming.
struct TableSizes: Sendable {
  /// The rows of a table, by the identifier of its copy.
  private var sizes: [UInt32: (rows: Int64?, hasRows: Bool)] = [:]
  /// The tables that a statement made and filled from another: nothing says how many rows they would have.
  private var filled: Set<UInt32> = []

  /// Pairs the tables of a database with their copies, by their names.
  static func read(
    of connection: PostgresConnection, copy: PostgresConnection
  ) async throws -> TableSizes {
    let copies = try await oids(on: copy)
    let names = Set(copies.keys)
    let facts = try await CatalogueReader.read(names, on: connection)
    var result = TableSizes()
    for (name, oid) in copies {
      guard let table = facts.table(name) else { continue }
      result.sizes[oid] = (table.estimatedRows, table.hasRows)
    }
    return result
  }

  /// The tables and materialized views of a copy.
  private static func oids(on copy: PostgresConnection) async throws -> [QualifiedName: UInt32] {
    let rows = try await copy.query(
      """
      SELECT n.nspname::text AS schema, c.relname::text AS name, c.oid
      FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'm', 'p') AND c.oid OPERATOR(pg_catalog.>=) 16384
      """)
    return try rows.reduce(into: [:]) { found, row in
      let name = QualifiedName(
        schema: try row.decode("schema", as: String.self), name: try row.decode("name"))
      found[name] = try row.decode("oid", as: UInt32.self)
    }
  }

  /// Remembers what a change that ran on the copy does to the sizes.
  mutating func note(_ change: Change, _ before: CatalogueFacts, _ after: CatalogueFacts) {
    switch change.operation {
    case .truncate(let tables, _):
      for table in tables.compactMap(before.table).flatMap(\.tree) {
        sizes[table.oid] = (0, false)
      }
    case .createTable(let create) where create.isFilled:
      if let table = after.table(create.table) { filled.insert(table.oid) }
    case .other(let other):
      guard let relation = other.relation else { return }
      switch other.kind {
      case .insertSelect, .copy, .merge, .refresh:
        if let table = after.table(relation) { filled.formUnion(table.tree.map(\.oid)) }
      case .createMaterializedView where other.detail == nil:
        if let view = after.table(relation) { filled.insert(view.oid) }
      default: break
      }
    default: break
    }
  }

  /// The facts with the rows of the real tables.
  func applied(to facts: CatalogueFacts) -> CatalogueFacts {
    var facts = facts
    facts.tables = facts.tables.mapValues(applied)
    return facts
  }

  private func applied(to table: TableFacts) -> TableFacts {
    var table = table
    table.partitions = table.partitions.map(applied)
    if let size = sizes[table.oid], !filled.contains(table.oid) {
      table.estimatedRows = size.rows
      table.hasRows = size.hasRows
    } else if filled.contains(table.oid) {
      table.estimatedRows = nil
      table.hasRows = true
    } else if table.estimatedRows == nil {
      // Made by the migration itself, with the few rows that its statements name.
      table.estimatedRows = 0
    }
    return table
  }
}
