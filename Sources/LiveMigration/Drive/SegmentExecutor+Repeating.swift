internal import Postgres
internal import SchemaChange

/// Statements that no transaction takes and that leave something behind when they are cut off.
extension SegmentExecutor {
  /// Runs a statement after a look at what an earlier attempt at it may have done.
  func lookFirst(_ planned: PlannedStatement) async throws {
    let statement = planned.sql
    let changes = (try? MigrationParser.parse(statement)) ?? []
    switch changes.first?.operation {
    case .createIndex(let create) where create.concurrently:
      guard let name = create.name, let table = try await resolve(create.table) else { break }
      return try await build(
        QualifiedName(schema: table.schema, name: name), on: table, by: statement)
    case .detachPartition(let parent, let partition, concurrently: true):
      return try await detach(partition, from: parent, by: statement)
    case .other(let other) where other.kind == .reindexConcurrently:
      try await dropLeftOvers(of: other.relation)
    default: break
    }
    try await outsideTransaction(statement)
  }

  /// Takes up a change that was begun and not written down: whether it is done.
  ///
  /// What a build that was cut off left behind goes, because the server would refuse the statement for it.
  func takeUp(_ change: Change) async throws -> Bool {
    switch change.operation {
    case .createIndex(let create) where create.concurrently:
      guard let name = create.name, let table = try await resolve(create.table) else {
        return false
      }
      let index = QualifiedName(schema: table.schema, name: name)
      guard let state = try await indexState(index), state.table == table else { return false }
      if state.isValid {
        return try await IndexLikeness(index: index, table: table, statement: change.sql)
          .holds(on: connection)
      }
      try await outsideTransaction("DROP INDEX CONCURRENTLY IF EXISTS \(index)")
      return false
    case .dropIndex(let names, _) where names.count == 1:
      return try await connection.query(
        "SELECT pg_catalog.to_regclass(\(names.first?.quoted)) IS NULL"
      ).only().decode(0)
    case .detachPartition(let parent, let partition, concurrently: true):
      return try await connection.query(
        """
        SELECT pg_catalog.to_regclass(\(partition.quoted)) IS NOT NULL AND NOT EXISTS (
          SELECT FROM pg_inherits WHERE inhrelid = pg_catalog.to_regclass(\(partition.quoted))::oid
            AND inhparent = pg_catalog.to_regclass(\(parent.quoted))::oid)
        """
      ).only().decode(0)
    default: return false
    }
  }

  private func resolve(_ table: QualifiedName) async throws -> QualifiedName? {
    let rows = try await connection.query(
      """
      SELECT n.nspname::text AS schema, c.relname::text AS name
      FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
      WHERE c.oid = pg_catalog.to_regclass(\(table.quoted))::oid
      """)
    return try rows.first.map {
      QualifiedName(schema: try $0.decode("schema"), name: try $0.decode("name"))
    }
  }

  // MARK: - Partitions

  /// Detaches a partition, or ends what a detachment that was cut off has begun (manual, ALTER TABLE, "FINALIZE").
  ///
  /// At its end clients of the partition queue behind it, so it waits no longer than a transaction of ours.
  private func detach(
    _ partition: QualifiedName, from parent: QualifiedName, by statement: String
  ) async throws {
    let row = try await connection.query(
      """
      SELECT pg_catalog.to_regclass(\(partition.quoted)) IS NOT NULL AS is_there,
        EXISTS (SELECT FROM pg_inherits WHERE inhrelid = pg_catalog.to_regclass(\(partition.quoted))::oid
          AND inhparent = pg_catalog.to_regclass(\(parent.quoted))::oid) AS is_attached,
        EXISTS (SELECT FROM pg_inherits WHERE inhrelid = pg_catalog.to_regclass(\(partition.quoted))::oid
          AND inhparent = pg_catalog.to_regclass(\(parent.quoted))::oid AND inhdetachpending) AS is_pending
      """
    ).only()
    let (isThere, isAttached): (Bool, Bool) = (
      try row.decode("is_there"), try row.decode("is_attached")
    )
    if isThere, !isAttached { return }
    if try row.decode("is_pending") {
      try await transaction([
        PlannedStatement("ALTER TABLE \(parent) DETACH PARTITION \(partition) FINALIZE")
      ])
    } else {
      try await outsideTransaction(statement, patience: settings.lockTimeout)
    }
  }

  // MARK: - Indexes

  /// Drops the invalid copies that a `REINDEX CONCURRENTLY` leaves when it is cut off (manual, REINDEX, "Rebuilding
  /// Indexes Concurrently"): those of a table, of its partitions or of an index, without a name all of the role's.
  private func dropLeftOvers(of relation: QualifiedName?) async throws {
    let indexes = try await connection.query(
      """
      WITH RECURSIVE tree AS (
        SELECT coalesce((SELECT indrelid FROM pg_index WHERE indexrelid = named::oid), named)::oid AS oid
        FROM pg_catalog.to_regclass(\(relation?.quoted)) AS named
        UNION SELECT inhrelid FROM pg_inherits JOIN tree ON inhparent = tree.oid
      ), tables AS (
        SELECT oid FROM tree
        UNION SELECT reltoastrelid FROM pg_class JOIN tree USING (oid)
      )
      SELECT n.nspname::text AS schema, c.relname::text AS name
      FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
        JOIN pg_namespace AS n ON n.oid = c.relnamespace
      WHERE NOT i.indisvalid AND c.relname::text ~ '_cc(new|old)[0-9]*$'::text
        AND CASE WHEN \(relation?.quoted)::text IS NULL THEN pg_catalog.pg_has_role(c.relowner, 'USAGE')
          ELSE i.indrelid IN (SELECT oid FROM tables) END
      ORDER BY 1, 2
      """
    ).map { QualifiedName(schema: try $0.decode("schema"), name: try $0.decode("name")) }
    for index in indexes {
      try await outsideTransaction("DROP INDEX CONCURRENTLY IF EXISTS \(index)")
    }
  }
}
