internal import Postgres
internal import SchemaChange

/// Compares what a statement did with what was said of it, before it is committed.
///
/// A forecast is made from the names that a migration writes, as the catalogue had them before it began; a statement
/// before may have given such a name to another table. Every rewrite, validation and index build reads its table from
/// end to end, which the server counts for the transaction (manual, section 28.2.23).
struct ForecastCheck: Sendable {
  /// The judged changes that run in the transaction.
  let verdicts: [Verdict]
  let facts: CatalogueFacts
  /// The relations that were there when the migration began.
  let existing: Set<UInt32>
  /// What was counted for the session before the transaction began.
  var before: [UInt32: Int64] = [:]

  /// Rows that are read in no time.
  private static let few: Int64 = 1000

  /// Asks for the tables that the transaction locks against writers, with the rows that were read of each.
  static let question = """
    SELECT l.relation, l.relation::regclass::text AS name, pg_stat_get_xact_tuples_returned(l.relation) AS rows
    FROM pg_locks AS l JOIN pg_class AS c ON c.oid = l.relation
    WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND c.relkind IN ('r', 'm') AND l.mode IN
      ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
      AND pg_stat_get_xact_tuples_returned(l.relation) > 0
    GROUP BY l.relation ORDER BY 3 DESC
    """

  /// The relations that there are.
  static func existing(on connection: PostgresConnection) async throws -> Set<UInt32> {
    let rows = try await connection.query(
      "SELECT pg_catalog.array_agg(oid) FROM pg_class WHERE relkind IN ('r', 'm')")
    return Set(try rows.only().decode(0, as: [UInt32].self))
  }

  /// The rows that the session has read of each table and not yet reported.
  static func counted(on connection: isolated PostgresConnection) async throws -> [UInt32: Int64] {
    let rows = try await connection.query(
      """
      SELECT oid, pg_stat_get_xact_tuples_returned(oid) AS rows FROM pg_class
      WHERE relkind IN ('r', 'm') AND pg_stat_get_xact_tuples_returned(oid) > 0
      """)
    return try rows.reduce(into: [:]) { $0[try $1.decode("oid")] = try $1.decode("rows") }
  }

  /// Compares.
  ///
  /// - Throws: `Difference` where a table was read that the forecast leaves out.
  func judge(_ answer: Rows) throws {
    for row in answer {
      let oid: UInt32 = try row.decode("relation")
      let rows = try row.decode("rows", as: Int64.self) - (before[oid] ?? 0)
      guard rows > Self.few, existing.contains(oid), !mayRead(oid) else { continue }
      throw Difference(relation: try row.decode("name"), rows: rows)
    }
  }

  /// Whether one of the changes was expected to read a table.
  private func mayRead(_ oid: UInt32) -> Bool {
    verdicts.contains { verdict in
      guard let forecast = verdict.forecast, !forecast.catalogueOnly else { return false }
      // A foreign key is checked by a query over both tables, in whatever way the server finds best.
      if case .addConstraint(let add) = verdict.change.operation, add.references != nil {
        return true
      }
      return verdict.change.mentions.contains { name in
        guard let table = facts.table(name) else { return false }
        return table.tree.contains { $0.oid == oid && $0.hasRows }
      }
    }
  }

  /// What was not forecast.
  struct Difference: Error {
    var relation: String
    var rows: Int64

    /// The verdict that the change should have got.
    func verdict(on change: Change, forecast: Forecast?) -> Verdict {
      Verdict(
        change: change, classification: .offlineOnly, rule: .differsFromForecast,
        reason:
          "it read \(rows) rows of \(relation) under its lock, which the forecast left out; it is rolled back",
        remedy:
          "put the statement into a migration of its own, after the one that changes what it names",
        forecast: forecast)
    }
  }
}
