internal import Postgres

/// How far plans are reverted.
extension PlanLedger {
  /// Gives a plan up, and writes that its way back has begun.
  func markReverting(
    _ row: PlanRow, justification: String?, on connection: PostgresConnection
  ) async throws {
    try await setStatus(row.planID, at: row.position, to: .abandoned, on: connection)
    try await setRevertState(row.planID, .begun, on: connection)
    try await record(
      .reverting, of: row.planID, step: row.currentStep, justification: justification,
      on: connection)
  }

  /// Writes that nothing of a plan is left to undo.
  func markReverted(
    _ id: PlanID, justification: String?, on connection: PostgresConnection
  ) async throws {
    try await connection.transaction { connection in
      try await setRevertState(id, .done, on: connection)
      try await record(.reverted, of: id, justification: justification, on: connection)
    }
  }

  /// Writes that a plan is given up as it is; of one that is half reverted too.
  func markAbandoned(
    _ row: PlanRow, justification: String?, on connection: PostgresConnection
  ) async throws {
    try await setStatus(row.planID, at: row.position, to: .abandoned, on: connection)
    try await setRevertState(row.planID, nil, on: connection)
    try await record(
      .abandoned, of: row.planID, step: row.currentStep, justification: justification,
      on: connection)
  }

  private func setRevertState(
    _ id: PlanID, _ state: PlanRow.RevertState?, on connection: PostgresConnection
  ) async throws {
    try await connection.execute(
      """
      UPDATE \(identifier: tables.plans) SET revert_state = \(state?.rawValue)
      WHERE plan_id = \(id.rawValue)
      """)
  }

  /// The plan of a bucket of which some is undone and some is not; `nil` when there is none but for a given one.
  func halfReverted(
    database: String, app: String, besides id: PlanID? = nil, on connection: PostgresConnection
  ) async throws -> PlanID? {
    try await rows(statuses: [.abandoned], database: database, on: connection).last {
      $0.appLabel == app && $0.revertState == .begun && $0.planID != id
    }?.planID
  }

  /// A Boolean value telling whether a migration is applied, or begun.
  func knows(
    _ version: String, app: String, on connection: PostgresConnection
  ) async throws -> Bool {
    try await connection.query(
      """
      SELECT EXISTS (SELECT FROM \(identifier: tables.migrations)
        WHERE version = \(version) AND app_label = \(app))
      """
    ).only().decode(0)
  }
}
