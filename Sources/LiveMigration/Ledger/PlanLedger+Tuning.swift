internal import Postgres

/// What can be changed of a plan while somebody drives it.
extension PlanLedger {
  /// What was tuned of a plan.
  func tuning(of id: PlanID, on connection: PostgresConnection) async throws -> Tuning {
    let rows = try await connection.query(
      "SELECT tuning FROM \(identifier: tables.plans) WHERE plan_id = \(id.rawValue)",
      prepare: true)
    guard let row = rows.first else { throw EngineError.noSuchPlan(id) }
    return try await trusted(Tuning(json: try row.decode(0)), on: connection)
  }

  /// What was tuned, without a query that a role other than the driver's may have written.
  func trusted(_ tuning: Tuning, on connection: PostgresConnection) async throws -> Tuning {
    guard tuning.runsQuery else { return tuning }
    let writers = try await untrustedWriters(on: connection)
    guard !writers.isEmpty else { return tuning }
    return tuning.refusingQuery(
      LedgerError.untrustedQuery(table: tables.plans, writers: writers).description)
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

  /// Writes how far the questions of a gate are, beside what the backfill last reported.
  ///
  /// - Returns: Whether somebody asked for a pause.
  func recordGate(
    _ id: PlanID, at position: PlanRow.Position, state: String, on connection: PostgresConnection
  ) async throws -> Bool {
    let result = try await connection.query(
      """
      UPDATE \(identifier: tables.plans) SET last_progress_at = now(),
        backfill_state = coalesce(backfill_state, '{}') || pg_catalog.jsonb_build_object('gate', \(state)::jsonb)
      WHERE plan_id = \(id.rawValue) AND current_step_index = \(position.step)
        AND segment_index = \(position.segment) RETURNING pause_requested
      """)
    guard let row = result.first else { throw EngineError.movedElsewhere(id) }
    return try row.decode(0)
  }

  /// Forgets how far the questions of a gate were when they were asked before.
  func forgetGate(_ id: PlanID, on connection: PostgresConnection) async throws {
    try await connection.execute(
      """
      UPDATE \(identifier: tables.plans) SET backfill_state = backfill_state - 'gate'::text
      WHERE plan_id = \(id.rawValue) AND backfill_state ? 'gate'::text
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
