internal import Postgres

/// What metrics tell of the ledger as a whole.
extension PlanLedger {
  /// How many plans of a database have each status.
  func counts(
    database: String, on connection: PostgresConnection
  ) async throws -> [PlanStatus: Int64] {
    guard try await exists(on: connection) else { return [:] }
    let rows = try await connection.query(
      """
      SELECT status, count(*) FROM \(identifier: tables.plans)
      WHERE target_database = \(database) GROUP BY status
      """)
    var counts: [PlanStatus: Int64] = [:]
    for row in rows { counts[try row.decode(0)] = try row.decode(1) }
    return counts
  }

  /// How long plans have stood at the gate that they reached last, in seconds, by the server's clock.
  func gateAges(
    of ids: [PlanID], on connection: PostgresConnection
  ) async throws -> [PlanID: Double] {
    guard !ids.isEmpty else { return [:] }
    let rows = try await connection.query(
      """
      SELECT plan_id, extract(epoch FROM now() - max(at))::float8
      FROM \(identifier: tables.events)
      WHERE plan_id = ANY (\(ids.map(\.rawValue))) AND action IN ('gate_reached', 'gate_refused')
      GROUP BY plan_id
      """)
    var ages: [PlanID: Double] = [:]
    for row in rows {
      if let id = PlanID(rawValue: try row.decode(0)) { ages[id] = try row.decode(1) }
    }
    return ages
  }
}
