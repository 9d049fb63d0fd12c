public import Postgres

/// The tables that have a column of a domain, or of a domain over it.
public struct DomainFacts: Sendable, Hashable {
  /// The tables and materialized views, partitions each by itself.
  public var users: [User]

  /// A table with such a column.
  public struct User: Sendable, Hashable {
    /// The table's name.
    public var table: QualifiedName
    /// About how many rows it holds; at most so many as fit into its pages where the server does not know.
    public var rows: Int64

    /// Describes a table.
    public init(table: QualifiedName, rows: Int64) {
      self.table = table
      self.rows = rows
    }
  }

  /// Gathers a domain's tables.
  public init(users: [User]) { self.users = users }
}

extension CatalogueReader {
  /// The facts that a migration's changes need: of the relations that they name, of domains, and of the session.
  public static func read(
    _ changes: [Change], on connection: PostgresConnection
  ) async throws -> CatalogueFacts {
    let names = changes.reduce(into: Set<QualifiedName>()) {
      $0.formUnion($1.mentions)
      $0.formUnion($1.operation.givenRelations)
    }
    var facts = try await read(names, on: connection)
    for case .alterDomain(let alter) in changes.map(\.operation)
    where alter.scans && facts.domains[alter.domain] == nil {
      facts.domains[alter.domain] = try await domain(alter.domain, on: connection)
    }
    let settings = changes.compactMap { change -> String? in
      guard case .other(let other) = change.operation, case .set(let name, _) = other.session
      else { return nil }
      return name
    }
    guard !settings.isEmpty else { return facts }
    let rows = try await connection.query(
      """
      SELECT asked.name, current_setting(asked.name, true) AS value
      FROM unnest(\(settings)) AS asked (name)
      """)
    for row in rows {
      let name = try row.decode("name", as: String.self)
      facts.settings[name] = try row.decode("value", as: String?.self)
    }
    return facts
  }

  /// The tables that `ALTER DOMAIN` would read; `nil` when there is no such domain.
  private static func domain(
    _ name: QualifiedName, on connection: PostgresConnection
  ) async throws -> DomainFacts? {
    try await connection.transaction(.snapshot) { @Sendable connection in
      // The size of a table is had under a lock, which may have to be waited for.
      try await connection.script("SET LOCAL lock_timeout TO '1s'")
      let known = try await connection.query("SELECT to_regtype(\(name.quoted))::oid AS oid").only()
      guard let oid = try known.decode("oid", as: UInt32?.self) else { return nil }
      return DomainFacts(users: try await users(ofDomain: oid, on: connection))
    }
  }

  private static func users(
    ofDomain oid: UInt32, on connection: isolated PostgresConnection
  ) async throws -> [DomainFacts.User] {
    let rows = try await connection.query(
      """
      WITH RECURSIVE domains (oid) AS (
        SELECT \(Int(oid))::oid
        UNION SELECT t.oid FROM pg_type AS t JOIN domains AS d ON t.typbasetype = d.oid)
      SELECT n.nspname::text AS schema, c.relname::text AS name,
        CASE WHEN c.reltuples >= 0 AND c.relpages > 0
          THEN ceil(c.reltuples::float8 / c.relpages * size.pages)
          -- No row is shorter than its header and its line pointer.
          ELSE size.pages * (current_setting('block_size')::float8 / 28) END::bigint AS rows
      FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
      CROSS JOIN LATERAL (
        SELECT pg_relation_size(c.oid)::float8 / current_setting('block_size')::float8 AS pages
      ) AS size
      WHERE c.relkind IN ('r', 'm') AND EXISTS (
        SELECT FROM pg_attribute AS a JOIN domains AS d ON d.oid = a.atttypid
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
      ORDER BY schema, name
      """)
    return try rows.map { row in
      let table = QualifiedName(
        schema: try row.decode("schema", as: String.self), name: try row.decode("name"))
      return DomainFacts.User(table: table, rows: try row.decode("rows"))
    }
  }
}

extension SchemaOperation {
  /// The names that it gives to indexes, which something else may bear already.
  fileprivate var givenRelations: [QualifiedName] {
    func named(_ constraint: AddConstraint) -> QualifiedName? {
      constraint.name.map { QualifiedName(schema: constraint.table.schema, name: $0) }
    }
    return switch self {
    case .createIndex(let create):
      [create.name.map { QualifiedName(schema: create.table.schema, name: $0) }].compactMap(\.self)
    case .addConstraint(let constraint): [named(constraint)].compactMap(\.self)
    case .addColumn(let column): column.constraints.compactMap(named)
    default: []
    }
  }
}
