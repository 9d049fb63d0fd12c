internal import Postgres
internal import SchemaChange

/// The columns of a copy's tables, by the numbers that both keep whatever they are called.
struct CopiedColumns: Sendable {
  struct Column: Sendable {
    var name: String
    /// The type and what is written in its brackets.
    var type: [Int]
  }

  var tables: [UInt32: QualifiedName] = [:]
  var columns: [UInt32: [Int: Column]] = [:]

  static func read(on copy: PostgresConnection) async throws -> CopiedColumns {
    let rows = try await copy.query(
      """
      SELECT c.oid, n.nspname::text AS schema, c.relname::text AS name, a.attnum::int AS number,
        a.attname::text AS "column", a.atttypid::bigint AS type, a.atttypmod AS modifier,
        a.attcollation::bigint AS collation
      FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid
      WHERE c.relkind IN ('r', 'p') AND c.oid OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid
        AND a.attnum OPERATOR(pg_catalog.>) 0 AND NOT a.attisdropped
      """)
    var result = CopiedColumns()
    for row in rows {
      let oid = try row.decode("oid", as: UInt32.self)
      result.tables[oid] = QualifiedName(
        schema: try row.decode("schema", as: String.self), name: try row.decode("name"))
      let type = [
        try row.decode("type", as: Int.self), try row.decode("modifier", as: Int.self),
        try row.decode("collation", as: Int.self),
      ]
      result.columns[oid, default: [:]][try row.decode("number", as: Int.self)] = Column(
        name: try row.decode("column"), type: type)
    }
    return result
  }
}

/// Which tables and columns those are that a change finds behind earlier ones of its file.
struct TableOrigins: Sendable {
  let then: CopiedColumns
  let now: CopiedColumns
  /// What the catalogue says of the tables that the change names.
  let facts: CatalogueFacts

  /// A table that a change names.
  struct Table: Sendable {
    /// As it is called there.
    let facts: TableFacts
    /// As it is called in the database; `nil` for one that the file makes.
    let original: QualifiedName?
    /// What each column is called in the database; one that the file adds, or whose type it changes, is left out.
    let columns: [String: String]
    /// The columns that the file adds.
    let added: Set<String>
  }

  func table(_ name: QualifiedName) -> Table? {
    guard let facts = facts.table(name) else { return nil }
    let before = then.columns[facts.oid, default: [:]]
    var (columns, added): ([String: String], Set<String>) = ([:], [])
    for (number, column) in now.columns[facts.oid, default: [:]] {
      guard let old = before[number] else {
        added.insert(column.name)
        continue
      }
      if old.type == column.type { columns[column.name] = old.name }
    }
    return Table(
      facts: facts, original: then.tables[facts.oid], columns: columns, added: added)
  }
}
