internal import Foundation
internal import Postgres
internal import PrivateServer
internal import SchemaChange

/// Drives a plan to its end on a copy: with an engine, a workspace and tables of its own.
struct CopyDriver: Sendable {
  let plan: LivePlan
  let study: StudiedMigration
  let settings: LiveSettings

  /// What an operator would allow, all of it; the file that the plan was made from is not there.
  private static let everything = RunOptions(
    approvals: Set(Gate.allCases), allowDestructive: true, allowRawDangerous: true,
    acceptsTriggers: true,
    justification: "proof")

  /// Drives the plan to its end.
  func drive(
    _ connect: @escaping @Sendable () async throws -> PostgresConnection
  ) async throws -> PlanProof.DriveEnd {
    try await withEngine(connect) { engine in
      do {
        guard try await goOn(engine, to: .complete) else {
          return .stopped("the plan does not come to its end")
        }
        return .complete
      } catch let error as EngineError {
        return .stopped(try Self.reason(error))
      }
    }
  }

  /// Swaps, swaps back and reverts the plan, as far as it can: then nothing of it is there.
  ///
  /// - Returns: Why that is not so; `nil` where it is.
  func takeBack(
    _ connect: @escaping @Sendable () async throws -> PostgresConnection
  ) async throws -> String? {
    try await withEngine(connect) { engine in
      let before = try await definitions(engine)
      let id = plan.header.planID
      do {
        guard try await goOn(engine, to: .finalizing) else {
          return "it does not come to its last gate"
        }
        if plan.keeping?.shape != nil {
          _ = try await engine.finalize(
            id, justification: "proof", keeping: KeepingTime(.seconds(3600))
          ) { _ in }
          _ = try await engine.rollback(id, justification: "proof") { _ in }
        }
        _ = try await engine.revert(id, justification: "proof") { _ in }
      } catch let error as EngineError {
        return try Self.reason(error)
      }
      let differences = try await definitions(engine).differences(from: before)
      return differences.isEmpty
        ? nil : differences.map(\.changeByPlan).joined(separator: "; ")
    }
  }

  private func definitions(_ engine: LiveEngine) async throws -> CatalogueSnapshot {
    try await engine.connection().transaction {
      try await CatalogueSnapshot.read(without: [ProofLedger.schema], on: $0)
    }
  }

  private static func reason(_ error: EngineError) throws -> String {
    if case .interrupted = error { throw CancellationError() }
    return error.description
  }

  /// Lends an engine to which the plan was given.
  private func withEngine<Result: Sendable>(
    _ connect: @escaping @Sendable () async throws -> PostgresConnection,
    _ body: (LiveEngine) async throws -> Result
  ) async throws -> Result {
    let folder = try TemporaryFolder.make("djogi-proof")
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let workspace = Workspace(folder: folder)
    let engine = LiveEngine(
      workspace: workspace, database: study.file.database, settings: settings.forCopies, node: 0,
      connect: connect)
    do {
      let ledger = PlanLedger(schema: ProofLedger.schema)
      let connection = try await engine.connection()
      try await connection.execute("CREATE SCHEMA \(identifier: ProofLedger.schema)")
      try await ledger.create(on: connection)
      let file = try PlanFile.write(plan, in: workspace)
      try await ledger.insert(
        plan.header, plan.steps[0].kind, file.checksum, file.bytes, on: connection)
      let result = try await body(engine)
      await engine.disconnect()
      return result
    } catch {
      await engine.disconnect()
      throw error
    }
  }

  /// Drives the plan until it has a status; `false` where it never has.
  ///
  /// - Throws: `EngineError`, also where a view does not show what its table becomes.
  private func goOn(_ engine: LiveEngine, to end: PlanStatus) async throws -> Bool {
    let id = plan.header.planID
    var shown: [String] = []
    for _ in 0..<(2 * plan.steps.count + 2) {
      let status = try await engine.show(id).row.status
      if status == .finalizing { shown = try await columns(of: plan.newShape.map(\.view), engine) }
      if status == .complete {
        let found = try await columns(of: plan.newShape.map(\.table), engine)
        guard found == shown else {
          throw EngineError.newShapeRefused(
            "its views show \(shown.joined(separator: ", ")), where the tables become "
              + found.joined(separator: ", "))
        }
      }
      if status == end { return true }
      switch status {
      case .pending, .running, .validating, .cutover:
        _ = try await engine.run(id, options: Self.everything) { _ in }
      case .paused: _ = try await engine.resume(id, options: Self.everything) { _ in }
      case .finalizing: _ = try await engine.finalize(id, justification: "proof") { _ in }
      case .complete, .failed, .abandoned: return false
      }
    }
    return false
  }

  /// What clients find in relations, in order.
  private func columns(
    of relations: [QualifiedName], _ engine: LiveEngine
  ) async throws -> [String] {
    guard !relations.isEmpty else { return [] }
    return try await engine.connection().query(
      """
      SELECT pg_catalog.format('%I (%s)', relname, pg_catalog.string_agg(
          pg_catalog.format('%I %s', attname, pg_catalog.format_type(atttypid, atttypmod)), ', ' ORDER BY attnum))
      FROM pg_catalog.unnest(\(relations.map(\.quoted))::text[]) AS name
        JOIN pg_catalog.pg_class AS c ON c.oid = pg_catalog.to_regclass(name)
        JOIN pg_catalog.pg_attribute ON attrelid = c.oid AND attnum > 0 AND NOT attisdropped
      GROUP BY c.oid, relname ORDER BY 1
      """
    ).map { try $0.decode(0) }
  }
}

extension CatalogueDifference {
  /// The difference in words, of what a plan left of itself.
  fileprivate var changeByPlan: String {
    switch self {
    case .missing(let object): "\(object.kind.rawValue) \(object.name) is gone"
    case .extra(let object): "\(object.kind.rawValue) \(object.name) is left over"
    case .changed(let object, let fact, _, _):
      "\(object.kind.rawValue) \(object.name) has another \(fact)"
    }
  }
}

extension LiveSettings {
  /// The settings with which a plan runs on a copy: nothing there is worth waiting for.
  fileprivate var forCopies: LiveSettings {
    var settings = self
    settings.ledgerSchema = ProofLedger.schema
    // No client waits behind a copy's swap, and a busy machine makes no plan wrong.
    settings.swapBudget = .seconds(300)
    settings.maxRowsPerSecond = nil
    settings.maxReplicationLag = nil
    settings.maxSlotLagMB = nil
    settings.throttleQuery = nil
    settings.windows = []
    settings.workers = 1
    settings.lockRetries = min(lockRetries, 5)
    settings.retryBase = .milliseconds(20)
    settings.retryCap = .milliseconds(200)
    settings.proof = false
    return settings
  }
}
