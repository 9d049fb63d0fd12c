internal import Postgres

/// What changes in a plan's row while it is driven.
///
/// Every change names the position that it starts from: two runners can never both believe that they moved the plan on.
extension PlanLedger {
  /// Moves a plan to its next position, with everything that belongs to the move in the same transaction.
  func advance(
    _ id: PlanID, from old: PlanRow.Position, to new: PlanRow.Position, step: StepKind?,
    status: PlanStatus, on connection: PostgresConnection
  ) async throws {
    try await change(
      id, at: old,
      """
      current_step_index = \(new.step), segment_index = \(new.segment),
      current_step = coalesce(\(step?.rawValue), current_step), status = \(status),
      backfill_cursor = NULL, last_error = NULL, last_progress_at = now(),
      completed_at = CASE WHEN \(status) = 'complete' THEN now() END
      """, on: connection)
  }

  /// Sets the status of a plan that stays where it is.
  func setStatus(
    _ id: PlanID, at position: PlanRow.Position, to status: PlanStatus, error: String? = nil,
    on connection: PostgresConnection
  ) async throws {
    try await change(
      id, at: position,
      """
      status = \(status), last_error = \(error.map { Masking.shown($0) }),
      pause_requested = CASE WHEN \(status) = 'paused' THEN false ELSE pause_requested END,
      started_at = coalesce(started_at, CASE WHEN \(status) = 'running' THEN now() END),
      completed_at = CASE WHEN \(status.isTerminal) THEN now() END
      """, on: connection)
  }

  /// Writes who drives the plan.
  ///
  /// - Parameter forgetsPause: Whether a pause that is asked for was asked of somebody else, before the driver had
  ///   the plan's lock. One that was accepted since is the driver's own to hear.
  func claim(
    _ id: PlanID, at position: PlanRow.Position, forgetsPause: Bool,
    on connection: PostgresConnection
  ) async throws {
    try await change(
      id, at: position,
      """
      claimed_by_pid = \(identity.pid), claimed_by_host = \(identity.host), claimed_at = now(),
      pause_requested = pause_requested AND NOT \(forgetsPause)
      """, on: connection)
  }

  /// Writes that no session drives the plan.
  func release(_ id: PlanID, on connection: PostgresConnection) async throws {
    try await connection.execute(
      """
      UPDATE \(identifier: tables.plans)
      SET claimed_by_pid = NULL, claimed_by_host = NULL, claimed_at = NULL
      WHERE plan_id = \(id.rawValue) AND claimed_by_pid = \(identity.pid)
        AND claimed_by_host = \(identity.host)
      """)
  }

  /// Locks the plan's row as a foreign key would, and commits: as little as a transaction can be that writes.
  func touch(_ id: PlanID, on connection: PostgresConnection) async throws {
    _ = try await connection.query(
      "SELECT FROM \(identifier: tables.plans) WHERE plan_id = \(id.rawValue) FOR KEY SHARE",
      prepare: true)
  }

  /// Asks the session that drives the plan to stop.
  func requestPause(_ id: PlanID, on connection: PostgresConnection) async throws {
    try await connection.execute(
      """
      UPDATE \(identifier: tables.plans) SET pause_requested = true WHERE plan_id = \(id.rawValue)
      """)
  }

  /// A Boolean value telling whether somebody asked for a pause.
  func isPauseRequested(_ id: PlanID, on connection: PostgresConnection) async throws -> Bool {
    try await connection.query(
      "SELECT pause_requested FROM \(identifier: tables.plans) WHERE plan_id = \(id.rawValue)"
    ).only().decode(0)
  }

  /// Notes an error without moving the plan.
  func note(error: String, of id: PlanID, on connection: PostgresConnection) async throws {
    try await connection.execute(
      "UPDATE \(identifier: tables.plans) SET last_error = \(Masking.shown(error)) WHERE plan_id = \(id.rawValue)"
    )
  }

  /// Writes what the backfill expects to do.
  func setTotal(
    _ id: PlanID, at position: PlanRow.Position, rows: Int64?, on connection: PostgresConnection
  ) async throws {
    try await change(id, at: position, "backfill_rows_total = \(rows)", on: connection)
  }

  /// Writes the backfill's place and how many rows this chunk changed.
  ///
  /// - Returns: Whether somebody asked for a pause.
  func recordChunk(
    _ id: PlanID, at position: PlanRow.Position, cursor: String, rows: Int, state: String,
    on connection: PostgresConnection
  ) async throws -> Bool {
    let result = try await connection.query(
      """
      UPDATE \(identifier: tables.plans) SET backfill_cursor = \(cursor),
        backfill_rows_done = backfill_rows_done + \(rows), backfill_state = \(state),
        last_progress_at = now(), last_error = NULL
      WHERE plan_id = \(id.rawValue) AND current_step_index = \(position.step)
        AND segment_index = \(position.segment) RETURNING pause_requested
      """, prepare: true)
    guard let row = result.first else { throw EngineError.movedElsewhere(id) }
    return try row.decode(0)
  }

  private func change(
    _ id: PlanID, at position: PlanRow.Position, _ assignments: SQL,
    on connection: PostgresConnection
  ) async throws {
    let result = try await connection.execute(
      """
      UPDATE \(identifier: tables.plans) SET \(sql: assignments)
      WHERE plan_id = \(id.rawValue) AND current_step_index = \(position.step)
        AND segment_index = \(position.segment)
      """)
    guard result.affectedRows == 1 else { throw EngineError.movedElsewhere(id) }
  }

  /// Whether a plan has written down that it builds an index.
  func hasBegun(
    _ index: QualifiedName, of id: PlanID, on connection: PostgresConnection
  ) async throws -> Bool {
    try await connection.query(
      """
      SELECT EXISTS (SELECT FROM \(identifier: tables.events) WHERE plan_id = \(id.rawValue)
        AND action = \(PlanEvent.Action.indexBegun) AND detail = \(Masking.shown(index.quoted)))
      """
    ).only().decode(0)
  }
}
