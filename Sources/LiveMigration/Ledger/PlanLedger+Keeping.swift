internal import Foundation
internal import Postgres

/// Plans that keep the old shape after their swap.
extension PlanLedger {
  /// Writes how long a plan keeps the old shape, from now on.
  func keep(
    _ id: PlanID, for duration: Duration, retiresUnattended: Bool,
    on connection: PostgresConnection
  ) async throws {
    try await connection.execute(
      """
      UPDATE \(identifier: tables.plans)
      SET kept_until = pg_catalog.clock_timestamp() OPERATOR(pg_catalog.+)
          pg_catalog.make_interval(secs => \(duration.seconds)),
        retires_unattended = \(retiresUnattended)
      WHERE plan_id = \(id.rawValue)
      """)
  }

  /// Writes that a plan keeps no old shape any more.
  func endKeeping(_ id: PlanID, on connection: PostgresConnection) async throws {
    try await connection.execute(
      """
      UPDATE \(identifier: tables.plans) SET kept_until = NULL, retires_unattended = false
      WHERE plan_id = \(id.rawValue)
      """)
  }

  /// Plans whose time to keep the old shape is over, and whose operator lets the daemon give it up.
  func overdue(database: String, on connection: PostgresConnection) async throws -> [PlanID] {
    guard try await version(on: connection) == .current else { return [] }
    return try await connection.query(
      """
      SELECT plan_id FROM \(identifier: tables.plans)
      WHERE target_database = \(database) AND status = 'finalizing' AND retires_unattended
        AND kept_until OPERATOR(pg_catalog.<) pg_catalog.now() ORDER BY plan_id
      """
    ).compactMap { PlanID(rawValue: try $0.decode(0)) }
  }
}
