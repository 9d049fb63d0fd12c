internal import Postgres

/// How far the way back of a plan is, which its audit trail tells.
enum Reversal: Sendable, Hashable {
  /// Not under way.
  case none
  /// Some may be undone, and some not.
  case begun
  /// There is nothing left to undo.
  case done

  init(_ action: PlanEvent.Action?) {
    self =
      switch action {
      case .reverting: .begun
      case .reverted: .done
      default: .none
      }
  }

  /// The actions that decide it, by the latest of them; `abandon` leaves a half reverted plan as it is.
  static let actions: [PlanEvent.Action] = [.reverting, .reverted, .abandoned]
}

extension PlanLedger {
  /// How far a plan is reverted.
  func reversal(of id: PlanID, on connection: PostgresConnection) async throws -> Reversal {
    let rows = try await connection.query(
      """
      SELECT action FROM \(identifier: tables.events)
      WHERE plan_id = \(id.rawValue) AND action = ANY (\(Reversal.actions.map(\.rawValue)))
      ORDER BY id DESC LIMIT 1
      """)
    return Reversal(try rows.first?.decode(0))
  }

  /// The plan of a bucket of which some is undone and some is not; `nil` when there is none but for a given one.
  func halfReverted(
    database: String, app: String, besides id: PlanID? = nil, on connection: PostgresConnection
  ) async throws -> PlanID? {
    guard try await exists(on: connection) else { return nil }
    let rows = try await connection.query(
      """
      SELECT p.plan_id FROM \(identifier: tables.plans) AS p, LATERAL (
        SELECT action FROM \(identifier: tables.events) AS e
        WHERE e.plan_id = p.plan_id AND action = ANY (\(Reversal.actions.map(\.rawValue)))
        ORDER BY id DESC LIMIT 1) AS last
      WHERE p.target_database = \(database) AND p.status = 'abandoned' AND p.app_label = \(app)
        AND last.action = \(PlanEvent.Action.reverting)
        AND p.plan_id IS DISTINCT FROM \(id?.rawValue)
      ORDER BY p.plan_id LIMIT 1
      """)
    return try rows.first.flatMap { PlanID(rawValue: try $0.decode(0)) }
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
