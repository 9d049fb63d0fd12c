internal import Postgres
internal import SchemaChange

/// What the server must allow for a plan that shows its tables in their new shape.
enum ShapeRules {
  /// The longest name of a schema that the server keeps whole, in bytes (manual, section 4.1.1).
  private static let longestName = 63

  /// Refuses a plan whose views would take another's place, or let clients past row security.
  ///
  /// - Throws: `EngineError.newShapeRefused`.
  static func check(
    _ plan: LivePlan, _ facts: CatalogueFacts, on connection: PostgresConnection
  ) async throws {
    let schemas = Set(plan.newShape.compactMap(\.view.schema)).sorted()
    guard !schemas.isEmpty else { return }
    if let long = schemas.first(where: { $0.utf8.count > longestName }) {
      throw EngineError.newShapeRefused(
        "the name \(Quoting.identifier(long)) of its schema is longer than the server keeps")
    }
    let taken: [String] = try await connection.query(
      "SELECT nspname::text FROM pg_catalog.pg_namespace WHERE nspname = ANY (\(schemas)::name[]) ORDER BY 1"
    ).map { try $0.decode(0) }
    if let schema = taken.first {
      throw EngineError.newShapeRefused(
        "there is a schema \(Quoting.identifier(schema)) already, which is what the plan calls its own; "
          + "rename or drop it")
    }
    let mayMake: Bool = try await connection.query(
      "SELECT pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE')"
    ).only().decode(0)
    guard mayMake else {
      let (database, role) = (connection.info.database, connection.info.user)
      throw EngineError.newShapeRefused(
        "the role may not make the schema of its views; "
          + "GRANT CREATE ON DATABASE \(Quoting.identifier(database)) TO \(Quoting.identifier(role)), "
          + "or leave --new-shape out")
    }
    // Before version 15 a view works with its owner's rights, and row security with them (manual, CREATE VIEW).
    guard connection.info.serverVersion < 150_000 else { return }
    let tables = facts.tables.values.map { String($0.oid) }
    let secured: [String] = try await connection.query(
      """
      SELECT oid::pg_catalog.regclass::text FROM pg_catalog.pg_class
      WHERE oid = ANY (\(tables)::pg_catalog.oid[]) AND relrowsecurity ORDER BY 1
      """
    ).map { try $0.decode(0) }
    if let table = secured.first {
      throw EngineError.newShapeRefused(
        "\(table) has row security, which a view of this server's version would let clients past; "
          + "PostgreSQL 15 can do it, or leave --new-shape out")
    }
  }
}
