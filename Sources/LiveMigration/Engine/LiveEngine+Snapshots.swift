internal import Postgres

/// The state of one plan at one moment.
public struct PlanSnapshot: Sendable {
  /// Its row.
  public var row: PlanRow
  /// The gate that it waits at.
  public var gate: Gate?
  /// Whether a session drives it now.
  public var isDriven: Bool
  /// What to do next for a plan whose session died.
  public var next: NextStep?
  /// What its backfill last reported, as far as it is still true.
  public var progress: BackfillProgress?
  /// How far the questions of a gate are that are asked now.
  public var gateProgress: GateProgress?
}

extension LiveEngine {
  /// The state of plans, for watching; of every unfinished plan when none is named.
  public func snapshot(_ wanted: [PlanID]) async throws -> [PlanSnapshot] {
    let connection = try await connection()
    var rows: [PlanRow] = []
    if wanted.isEmpty {
      rows = try await list(statuses: nil, all: false)
    } else {
      for id in wanted { rows.append(try await row(id, on: connection)) }
    }
    // Only what a session that died has left is worth a look into its file.
    return try await snapshots(rows, on: connection) { row, isDriven in
      row.status == .running && !isDriven
    }
  }

  /// Plans as ``list(statuses:all:limit:)`` finds them, and what comes next for those that wait for somebody.
  public func standings(
    statuses: Set<PlanStatus>?, all: Bool, limit: Int? = nil
  ) async throws -> [PlanSnapshot] {
    let rows = try await list(statuses: statuses, all: all, limit: limit)
    return try await snapshots(rows, on: try await connection()) { row, isDriven in
      !row.status.isTerminal && !isDriven
    }
  }

  private func snapshots(
    _ rows: [PlanRow], on connection: PostgresConnection,
    tellingNext tellsNext: (PlanRow, _ isDriven: Bool) -> Bool
  ) async throws -> [PlanSnapshot] {
    var snapshots: [PlanSnapshot] = []
    for row in rows {
      // No session drives what has ended.
      let holder =
        row.status.isTerminal ? nil : try await PlanLock.holder(of: row.planID, on: connection)
      let isDriven = holder != nil
      let repair: NextStep.Repair? =
        row.waitingGate != nil && row.lastError != nil && !isDriven ? .rows : nil
      let next =
        tellsNext(row, isDriven) ? try await next(for: row, after: repair, on: connection) : nil
      snapshots.append(
        PlanSnapshot(
          row: row, gate: row.waitingGate, isDriven: isDriven, next: next,
          progress: row.progress(isDriven: isDriven),
          gateProgress: row.gateProgress(isDriven: isDriven)))
    }
    return snapshots
  }
}

extension PlanRow {
  /// What the backfill last reported; without what is only true while it goes on.
  func progress(isDriven: Bool) -> BackfillProgress? {
    var progress = BackfillProgress(json: backfillState)
    // The row counts with each transaction; what the backfill says of itself may be older.
    if let said = progress?.rowsDone { progress?.rowsDone = max(said, rowsDone) }
    let goesOn = isDriven && status == .running && currentStep == .backfillChunked
    return goesOn ? progress : progress?.atRest
  }

  /// How far the questions of a gate are that are asked now.
  func gateProgress(isDriven: Bool) -> GateProgress? {
    let isAsked =
      switch currentStep {
      case .validateBackfill: status == .running || status == .validating
      case .expandSchema: status == .running
      case .cleanupLegacyState: status == .finalizing
      default: false
      }
    return isDriven && isAsked ? GateProgress(json: backfillState) : nil
  }
}
