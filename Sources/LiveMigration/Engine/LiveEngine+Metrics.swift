internal import Postgres

/// Figures of all plans of a database, for a monitoring system.
public struct PlanMetrics: Sendable {
  /// How many plans have each status.
  public var counts: [PlanStatus: Int64]
  /// The plans that have not ended.
  public var plans: [PlanSnapshot]
  /// For how long each plan that waits at a gate has done so, in seconds.
  public var gateAges: [PlanID: Double]
  /// How far the last replica is behind, in seconds; `nil` where there is none, or the role may not see it.
  public var replicationLag: Double?
}

extension LiveEngine {
  /// Figures of all plans of the database as they are now; nothing is written.
  public func metrics() async throws -> PlanMetrics {
    try await settled(try await connection()) { connection in
      let plans = try await snapshot([])
      let waiting = plans.filter { $0.gate != nil }.map(\.row.planID)
      return PlanMetrics(
        counts: try await ledger.counts(database: database.rawValue, on: connection),
        plans: plans,
        gateAges: try await ledger.gateAges(of: waiting, on: connection),
        replicationLag: try await BackfillSurroundings.replicationLag(on: connection))
    }
  }
}
