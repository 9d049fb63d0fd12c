internal import Postgres
internal import SchemaChange

/// What the session's role lacks to carry a migration through; it need not be a superuser.
enum Privileges {
  /// Refuses a migration on which a later step would fail.
  ///
  /// `ALTER TABLE` and `CREATE INDEX` need the table's owner; the hook's function needs `CREATE` on its schema (manual,
  /// section 5.7). Rows that row security hides from the role could not be filled (section 5.8).
  ///
  /// - Throws: `EngineError.missingPrivilege` with the statements that give what is missing.
  static func check(_ study: StudiedMigration, on connection: PostgresConnection) async throws {
    let tables = Set(study.changes.compactMap(\.alteredTable)).compactMap { study.facts.table($0) }
    let serial = study.changes.compactMap(\.tableOfNewSerial).compactMap {
      study.facts.table($0).map { String($0.oid) }
    }
    let rows = try await connection.query(
      """
      SELECT current_user::text AS role, c.oid::regclass::text AS name,
        pg_catalog.pg_get_userbyid(c.relowner)::text AS owner, n.nspname::text AS schema,
        pg_catalog.pg_has_role(c.relowner, 'USAGE') AS owns,
        pg_catalog.has_schema_privilege(n.oid, 'CREATE') AS creates,
        c.oid = ANY (\(serial)::oid[]) AND NOT pg_catalog.has_schema_privilege(c.relowner, n.oid, 'CREATE')
          AS owner_lacks,
        c.relrowsecurity AND c.relforcerowsecurity
          AND NOT (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user) AS hides
      FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
      WHERE c.oid = ANY (\(tables.map { String($0.oid) })::oid[]) ORDER BY 2
      """)
    var missing: [String] = []
    for row in rows {
      let role: String = try row.decode("role")
      if try !row.decode("owns", as: Bool.self) {
        let owner: String = try row.decode("owner")
        missing.append(
          "GRANT \(Quoting.identifier(owner)) TO \(Quoting.identifier(role)), "
            + "who must own \(try row.decode("name", as: String.self))")
      }
      if try !row.decode("creates", as: Bool.self) {
        let schema: String = try row.decode("schema")
        missing.append(
          "GRANT CREATE ON SCHEMA \(Quoting.identifier(schema)) TO \(Quoting.identifier(role))")
      }
      if try row.decode("owner_lacks", as: Bool.self) {
        let (owner, schema): (String, String) = (try row.decode("owner"), try row.decode("schema"))
        missing.append(
          "GRANT CREATE ON SCHEMA \(Quoting.identifier(schema)) TO \(Quoting.identifier(owner)), "
            + "who will own the sequence of the new column")
      }
      if try row.decode("hides", as: Bool.self) {
        missing.append(
          "ALTER ROLE \(Quoting.identifier(role)) BYPASSRLS, for "
            + "\(try row.decode("name", as: String.self)) forces its row security on its owner")
      }
    }
    missing += try await foreignKeys(study, on: connection)
    missing += try await lists(study, on: connection)
    guard missing.isEmpty else {
      let unique = missing.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
      throw EngineError.missingPrivilege(
        "the role lacks what the plan needs:\n" + unique.map { "  " + $0 }.joined(separator: "\n"))
    }
  }

  /// A list of rows is a table of the role's own, beside the table whose rows it names.
  private static func lists(
    _ study: StudiedMigration, on connection: PostgresConnection
  ) async throws -> [String] {
    let tables = study.study.conversions.compactMap { index, conversion -> String? in
      guard conversion.batches != nil, study.verdicts[index].isStaged,
        case .other(let other) = study.verdicts[index].change.operation
      else { return nil }
      return other.relation.flatMap(study.facts.table).map { String($0.oid) }
    }
    return try await connection.query(
      """
      SELECT DISTINCT n.nspname::text, current_user::text
      FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
      WHERE c.oid = ANY (\(tables)::oid[]) AND NOT pg_catalog.has_schema_privilege(n.oid, 'CREATE') ORDER BY 1
      """
    ).map { row in
      let (schema, role): (String, String) = (try row.decode(0), try row.decode(1))
      return
        "GRANT CREATE ON SCHEMA \(Quoting.identifier(schema)) TO \(Quoting.identifier(role)), for a list of rows"
    }
  }

  /// A foreign key needs `REFERENCES` on what it references (manual, section 5.7).
  private static func foreignKeys(
    _ study: StudiedMigration, on connection: PostgresConnection
  ) async throws -> [String] {
    var missing: [String] = []
    for (target, columns) in study.changes.flatMap(\.referenced) {
      guard let table = study.facts.table(target) else { continue }
      let known = columns.filter { table.column($0) != nil }
      let row = try await connection.query(
        """
        SELECT current_user::text, CASE WHEN pg_catalog.has_table_privilege(t, 'REFERENCES') THEN true
          WHEN \(known.isEmpty) THEN pg_catalog.has_any_column_privilege(t, 'REFERENCES')
          ELSE (SELECT pg_catalog.bool_and(pg_catalog.has_column_privilege(t, c, 'REFERENCES')) FROM pg_catalog.unnest(\(known)) AS c)
          END FROM (VALUES (\(String(table.oid))::oid)) AS target (t)
        """
      ).only()
      if try row.decode(1) { continue }
      let role = Quoting.identifier(try row.decode(0))
      missing.append("GRANT REFERENCES ON \(table.name) TO \(role)")
    }
    return missing
  }
}

extension Change {
  /// The tables that its foreign keys reference, each with the columns as far as they are named.
  fileprivate var referenced: [(QualifiedName, [String])] {
    func targets(_ constraints: [AddConstraint]) -> [(QualifiedName, [String])] {
      constraints.compactMap { constraint in
        guard case .foreignKey(_, let table, let columns) = constraint.kind else { return nil }
        return (table, columns)
      }
    }
    return switch operation {
    case .addConstraint(let add): targets([add])
    case .addColumn(let add): targets(add.constraints)
    case .createTable(let create): create.references.map { ($0, []) }
    default: []
    }
  }

  /// The table that gets a serial column: the column's sequence goes to the table's owner, who may be another role than
  /// the one that makes it (manual, ALTER SEQUENCE, OWNER TO).
  fileprivate var tableOfNewSerial: QualifiedName? {
    guard case .addColumn(let add) = operation, add.isSerial else { return nil }
    return add.target.table
  }

  /// The table whose definition it changes.
  fileprivate var alteredTable: QualifiedName? {
    switch operation {
    case .alterColumnType(let change): change.target.table
    case .setNotNull(let target), .dropNotNull(let target), .columnDefault(let target, _),
      .dropColumn(let target, _), .renameColumn(let target, _):
      target.table
    case .addColumn(let add): add.target.table
    case .addConstraint(let add): add.table
    case .createIndex(let index): index.table
    default: nil
    }
  }
}
