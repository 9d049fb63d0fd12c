internal import Postgres

extension ConversionProbe {
  /// What the server says of a statement that writes many rows, and how it can be made in parts.
  static func batches(
    _ change: Change, _ update: RowUpdate?, _ table: TableFacts, _ connection: PostgresConnection
  ) async throws -> ConversionFacts? {
    // By the condition alone a row is told that needs work, and no list of rows is needed.
    func byCondition() async throws -> ConversionFacts? {
      guard let update else { return nil }
      do {
        var facts = try await self.update(update, table, connection)
        facts?.written = Set(update.columns)
        return facts?.obstacles.isEmpty == true && facts?.condition != nil ? facts : nil
      } catch let error as PostgresError where error.isRefusal {
        return nil
      }
    }
    // The rows of the start are a list's, where the table's rows can be told apart.
    guard change.isOnce else {
      if let facts = try await byCondition() { return facts }
      return try await byList(change, table, connection)
    }
    let listed = try await byList(change, table, connection)
    if listed?.batches != nil { return listed }
    return try await byCondition() ?? listed
  }

  private static let unreadable =
    "it returns rows, says ONLY or DEFAULT, sets several columns by one query, or writes in WITH as well"

  /// How a statement is made in parts by a list of its rows.
  private static func byList(
    _ change: Change, _ table: TableFacts, _ connection: PostgresConnection
  ) async throws -> ConversionFacts? {
    guard let kind = try? RowStatement.read(change.sql).kind else {
      return ConversionFacts(obstacles: [unreadable])
    }
    do {
      try await connection.transaction { connection in
        try await connection.limitWaiting()
        var probe = BatchProbe(change, table, kind)
        try await probe.ask(connection)
        throw Enough(facts: probe.facts)
      }
    } catch let enough as Enough {
      return enough.facts
    }
    return nil
  }
}

extension TableFacts {
  /// Whether a foreign key of the table, or of a partition, leads to the table or a partition.
  func referencesItself(_ connection: isolated PostgresConnection) async throws -> Bool {
    let own = tree.map { String($0.oid) }
    return try await connection.query(
      """
      SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
        WHERE contype = 'f' AND conrelid = ANY (\(own)::oid[]) AND confrelid = ANY (\(own)::oid[]))
      """
    ).only().decode(0)
  }

  /// Columns that tell its rows apart and are never NULL.
  var rowKey: [String]? {
    let keys = constraints.filter {
      ($0.kind == .primaryKey || $0.kind == .unique) && !$0.deferrable && $0.validated
    }
    return keys.map(\.columns).first { key in
      !key.isEmpty && key.allSatisfy { column($0)?.holdsNoNull == true }
    }
  }
}
