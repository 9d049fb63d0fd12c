internal import Postgres
internal import SchemaChange

/// Whether rows of published tables can be updated at all.
enum ReplicaIdentity {
  /// Refuses to fill rows of a table whose updates are published and that has no replica identity: the server refuses
  /// every `UPDATE` of it (manual, section 31.1), which a direct run has no need of.
  static func check(_ study: StudiedMigration, on connection: PostgresConnection) async throws {
    for verdict in study.verdicts {
      guard case .expandContract(let pattern) = verdict.classification,
        pattern.replacesColumn || pattern == .volatileDefault,
        let name = verdict.change.operation.filledTable, let table = study.facts.table(name)
      else { continue }
      let rows = try await connection.query(
        """
        SELECT DISTINCT c.oid::regclass::text, published.pubname::text
        FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
          JOIN pg_catalog.pg_publication_tables AS published
            ON published.schemaname = n.nspname AND published.tablename = c.relname
          JOIN pg_catalog.pg_publication AS p ON p.pubname = published.pubname AND p.pubupdate
        WHERE c.oid = ANY (\(table.tree.map { String($0.oid) })::oid[]) AND c.relkind = 'r'
          AND (c.relreplident = 'n'
            OR c.relreplident = 'd' AND NOT EXISTS (SELECT FROM pg_catalog.pg_index
              WHERE indrelid = c.oid AND indisprimary))
        ORDER BY 1 LIMIT 1
        """)
      guard let row = rows.first else { continue }
      let (part, publication): (String, String) = (try row.decode(0), try row.decode(1))
      throw EngineError.cannotStage(
        file: study.file.path, verdict.change.location,
        reason:
          "the plan fills rows by UPDATE, and \(part) is published by \(publication) without a replica identity, "
          + "so that the server refuses every UPDATE; give it a primary key, or ALTER TABLE \(part) REPLICA "
          + "IDENTITY FULL, in a migration before")
    }
  }
}

extension SchemaOperation {
  fileprivate var filledTable: QualifiedName? {
    switch self {
    case .alterColumnType(let change): change.target.table
    case .addColumn(let add): add.target.table
    default: nil
    }
  }
}
