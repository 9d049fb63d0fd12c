internal import Postgres

extension PlanLedger {
  /// The longest that the server may search while somebody waits at the keyboard.
  private static let patience = "500ms"

  /// Plans whose identifiers start with digits, newest first.
  ///
  /// Each status is looked up by itself, named as a value: the planner knows then which index finds it soonest, and the
  /// few unfinished plans are found at once among any number of others.
  func rows(
    startingWith prefix: String, statuses: Set<PlanStatus>, database: String, limit: Int,
    on connection: PostgresConnection
  ) async throws -> [PlanRow] {
    let ranges = PlanIDRange.all(startingWith: prefix)
    let wanted = statuses.sorted { $0.rawValue < $1.rawValue }
    guard !ranges.isEmpty, let first = wanted.first else { return [] }
    func found(_ status: PlanStatus) -> SQL {
      """
      SELECT found.plan_id
      FROM unnest(\(ranges.map(\.lowerBound)), \(ranges.map(\.upperBound))) AS range (low, high),
        LATERAL (
          SELECT plan_id FROM \(identifier: tables.plans)
          WHERE target_database = \(database) AND status = \(status.rawValue)
            AND plan_id BETWEEN range.low AND range.high
          ORDER BY plan_id DESC LIMIT \(limit)
        ) AS found
      """
    }
    let all = wanted.dropFirst().reduce(found(first)) { all, status in
      "\(sql: all) UNION ALL \(sql: found(status))"
    }
    guard let version = try await version(on: connection) else { return [] }
    return try await search(
      """
      SELECT \(sql: PlanRow.columns(version)) FROM \(identifier: tables.plans) WHERE plan_id IN (
        \(sql: all) ORDER BY plan_id DESC LIMIT \(limit))
      ORDER BY plan_id DESC
      """, on: connection)
  }

  /// Plans of a slug, newest first.
  func rows(
    slug: String, database: String, limit: Int, on connection: PostgresConnection
  ) async throws -> [PlanRow] {
    guard let version = try await version(on: connection) else { return [] }
    return try await search(
      """
      SELECT \(sql: PlanRow.columns(version)) FROM \(identifier: tables.plans)
      WHERE slug = \(slug) AND target_database = \(database)
      ORDER BY plan_id DESC LIMIT \(limit)
      """, on: connection)
  }

  /// Plans whose id ends with some digits, those that have not ended first, then the newest first.
  func rows(
    endingWith digits: String, database: String, limit: Int, on connection: PostgresConnection
  ) async throws -> [PlanRow] {
    guard let version = try await version(on: connection) else { return [] }
    let ended = PlanStatus.allCases.filter(\.isTerminal).map(\.rawValue)
    return try await search(
      """
      SELECT \(sql: PlanRow.columns(version)) FROM \(identifier: tables.plans)
      WHERE target_database = \(database)
        AND pg_catalog.right(plan_id::text, \(Int32(digits.count))) = \(digits)
      ORDER BY status = ANY (\(ended)), plan_id DESC LIMIT \(limit)
      """, on: connection)
  }

  private func search(_ query: SQL, on connection: PostgresConnection) async throws -> [PlanRow] {
    do {
      return try await connection.transaction(TransactionOptions(isReadOnly: true)) { connection in
        try await connection.execute("SET LOCAL statement_timeout = \(literal: Self.patience)")
        return try await connection.query(query).map(PlanRow.init)
      }
    } catch let error as PostgresError where error.sqlState == .undefinedTable {
      return []
    }
  }
}

/// Identifiers that begin with the same digits: a range for each number of digits that can follow.
enum PlanIDRange {
  static func all(startingWith prefix: String) -> [ClosedRange<Int64>] {
    guard !prefix.isEmpty else { return [0...Int64.max] }
    guard let number = PlanID(prefix)?.rawValue else { return [] }
    var ranges = [number...number]
    // No identifier but 0 begins with 0.
    guard number > 0 else { return ranges }
    var factor: Int64 = 1
    while true {
      let (next, isTooLarge) = factor.multipliedReportingOverflow(by: 10)
      let (low, isBeyond) = number.multipliedReportingOverflow(by: next)
      guard !isTooLarge, !isBeyond else { return ranges }
      let (high, isCut) = low.addingReportingOverflow(next - 1)
      ranges.append(low...(isCut ? Int64.max : high))
      factor = next
    }
  }
}
