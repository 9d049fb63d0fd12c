internal import Postgres

/// One change that `tune` makes.
public struct TuningChange: Sendable, Hashable {
  /// What is changed.
  public var key: Tuning.Key
  /// Its new value as it is typed; `default` takes an earlier change back.
  public var value: String

  /// Makes a change.
  public init(key: Tuning.Key, value: String) {
    self.key = key
    self.value = value
  }
}

/// The settings of a plan's backfill as they are now.
public struct TuningState: Sendable {
  /// The plan.
  public var planID: PlanID
  /// What differs from the configuration.
  public var tuning: Tuning
  /// The settings with that.
  public var settings: LiveSettings
  /// Whether a session drives the plan now: it takes a change within a second.
  public var isDriven: Bool
}

extension LiveEngine {
  /// Shows how a plan's backfill is set, after changing what is asked for; no lock is needed.
  ///
  /// - Throws: `TuningError`; `PostgresError` when a throttle query cannot be run.
  public func tune(
    _ id: PlanID, _ changes: [TuningChange], justification: String? = nil
  ) async throws -> TuningState {
    let connection = try await session.primary()
    let row = try await row(id, on: connection)
    if !changes.isEmpty {
      guard Admission.accepts(.tune, in: row.status, at: nil, approving: []) else {
        throw TuningError.ended(id, row.status)
      }
      try await settled { connection in
        try await retryingRow(.tune, row, on: connection) {
          try await keepTuning(changes, of: row, justification: justification, on: connection)
        }
      }
    }
    let tuning = try await ledger.tuning(of: id, on: connection)
    return TuningState(
      planID: id, tuning: tuning, settings: tuning.applied(to: settings),
      isDriven: try await PlanLock.holder(of: id, on: connection) != nil)
  }

  /// Keeps changes with the plan and in its audit trail; all of them, or none when one is refused.
  func keepTuning(
    _ changes: [TuningChange], of row: PlanRow, justification: String?,
    on connection: PostgresConnection
  ) async throws {
    let (ledger, settings, id) = (ledger, settings, row.planID)
    for change in changes where Tuning.Key.queries.contains(change.key) {
      try await requireTrustedWriters(change.value, on: connection)
      try await tryOut(change.value, on: connection)
    }
    try await connection.transaction { connection in
      var tuning = try await ledger.lockedTuning(of: id, on: connection)
      let before = tuning.applied(to: settings)
      for change in changes { try tuning.set(change.key, to: change.value) }
      let after = tuning.applied(to: settings)
      try await ledger.setTuning(id, to: tuning, on: connection)
      let keys = Tuning.Key.allCases.filter { key in changes.contains { $0.key == key } }
      let detail = keys.map { "\($0.rawValue): \($0.text(in: before)) → \($0.text(in: after))" }
      try await ledger.record(
        .tuned, of: id, step: row.currentStep, detail: detail.joined(separator: ", "),
        justification: justification, on: connection)
    }
  }

  /// Refuses a query that the driver would not run: in a row that other roles may write, it could be theirs.
  private func requireTrustedWriters(
    _ query: String, on connection: PostgresConnection
  ) async throws {
    guard query != Tuning.none, query != Tuning.reset else { return }
    let writers = try await ledger.untrustedWriters(on: connection)
    guard writers.isEmpty else {
      throw EngineError.ledger(
        .untrustedQuery(table: ledger.tables.plans, writers: writers))
    }
  }

  /// A question that the server cannot answer must not stop a backfill later.
  private func tryOut(_ query: String, on connection: PostgresConnection) async throws {
    guard query != Tuning.none, query != Tuning.reset else { return }
    try await connection.transaction { connection in
      try await connection.execute("SET LOCAL transaction_read_only = on")
      try await connection.execute(
        "SELECT pg_catalog.set_config('statement_timeout', \(BackfillSurroundings.questionLimit), true)"
      )
      let answer: Bool? = try await connection.query(SQL(raw: query)).first?.decode(0)
      _ = answer
    }
  }
}
