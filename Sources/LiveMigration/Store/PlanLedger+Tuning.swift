internal import Postgres

/// What can be changed of a plan while somebody drives it.
extension PlanLedger {
  /// What was tuned of a plan.
  func tuning(of id: PlanID, on connection: PostgresConnection) async throws -> Tuning {
    let rows = try await connection.query(
      "SELECT tuning FROM \(identifier: tables.plans) WHERE plan_id = \(id.rawValue)",
      prepare: true)
    guard let row = rows.first else { throw EngineError.noSuchPlan(id) }
    return Tuning(json: try row.decode(0))
  }

  /// The same, with the plan's row locked until the transaction ends.
  func lockedTuning(of id: PlanID, on connection: PostgresConnection) async throws -> Tuning {
    let rows = try await connection.query(
      "SELECT tuning FROM \(identifier: tables.plans) WHERE plan_id = \(id.rawValue) FOR UPDATE")
    guard let row = rows.first else { throw EngineError.noSuchPlan(id) }
    return Tuning(json: try row.decode(0))
  }

  /// Keeps what was tuned with the plan.
  func setTuning(
    _ id: PlanID, to tuning: Tuning, on connection: PostgresConnection
  ) async throws {
    try await connection.execute(
      """
      UPDATE \(identifier: tables.plans) SET tuning = \(try tuning.json())
      WHERE plan_id = \(id.rawValue)
      """)
  }

  /// Writes what a backfill that waits reports of itself.
  func recordState(
    _ id: PlanID, at position: PlanRow.Position, state: String, on connection: PostgresConnection
  ) async throws {
    try await connection.execute(
      """
      UPDATE \(identifier: tables.plans) SET backfill_state = \(state)
      WHERE plan_id = \(id.rawValue) AND current_step_index = \(position.step)
        AND segment_index = \(position.segment)
      """)
  }
}
