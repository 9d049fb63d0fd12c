internal import Postgres
internal import SchemaChange

/// The changes of a migration on their way into the schema, without a plan.
struct Application: Sendable {
  let version: String
  /// The migration's file.
  let path: String
  let facts: CatalogueFacts
  let settings: LiveSettings
  let connection: PostgresConnection
  /// The relations that were there before.
  let existing: Set<UInt32>
  /// Records that so many changes are done.
  let record: @Sendable (Int, PostgresConnection) async throws -> Void

  /// How long a statement may take that cannot be looked into, where `swap_budget_ms` does not say.
  private static let opaqueLimit = Duration.seconds(5)

  private var executor: SegmentExecutor {
    SegmentExecutor(settings: settings, connection: connection)
  }

  /// Applies changes.
  ///
  /// - Parameter done: How many changes of the migration were done before.
  func run(_ verdicts: [Verdict], after done: Int) async throws {
    guard !verdicts.isEmpty else {
      return try await executor.transaction([]) { try await record(done, $0) }
    }
    var done = done
    for batch in ApplyBatch.batches(of: verdicts, facts) {
      do {
        if batch.isDivisible {
          try await attempt(batch, after: done)
        } else {
          try await run(batch, after: done)
        }
      } catch is ForecastCheck.Difference where batch.isDivisible {
        try await runSingly(batch, after: done)
      } catch let error as PostgresError where batch.isDivisible {
        guard await connection.isAlive else { throw error }
        try await runSingly(batch, after: done)
      } catch let difference as ForecastCheck.Difference {
        guard let verdict = batch.verdicts.last else { throw difference }
        throw EngineError.offlineOnly(
          file: path, [difference.verdict(on: verdict.change, forecast: verdict.forecast)])
      }
      done += batch.verdicts.count
    }
  }

  /// Applies one by one what did not go through together: those before the one in question are done then, and it is told.
  private func runSingly(_ batch: ApplyBatch, after done: Int) async throws {
    for (index, verdict) in batch.verdicts.enumerated() {
      try await run([verdict], after: done + index)
    }
  }

  private func run(_ batch: ApplyBatch, after done: Int) async throws {
    if !batch.work.isTransactional {
      if case .buildIndex(let index, _, _, _) = batch.work {
        try await IndexClaim.requireFree(index, on: connection)
      }
      // Cut off, it may be done and not written down; the next attempt looks where this says that it was begun.
      try await executor.transaction([]) { try await record(done, $0) }
    }
    let retrying = Retrying(
      settings: settings,
      accepts: { error in
        guard error.isTransient else { return false }
        return await connection.isAlive
      },
      blockers: { (try? await Blockers.of(batch.work.statements, on: connection)) ?? [] },
      spent: {
        EngineError.notApplied(
          version: version, statement: done + 1, $0.error, blockers: $0.blockers)
      })
    try await retrying.run { _ in try await attempt(batch, after: done) }
  }

  private func attempt(_ batch: ApplyBatch, after done: Int) async throws {
    let end = done + batch.verdicts.count
    guard case .transactional(let statements) = batch.work else {
      return try await executor.run(batch.work) { try await record(end, $0) }
    }
    // Nothing is known of it, so nothing can be compared: its time is what holds it.
    if batch.verdicts.contains(where: { $0.rule == .opaqueStatement }) {
      return try await executor.transaction(
        statements, within: settings.swapBudget ?? Self.opaqueLimit
      ) { try await record(end, $0) }
    }
    let check = ForecastCheck(verdicts: batch.verdicts, facts: facts, existing: existing)
    try await executor.transaction(
      statements, locks: batch.locks, checking: check
    ) { try await record(end, $0) }
  }
}
