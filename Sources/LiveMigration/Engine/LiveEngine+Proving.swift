internal import Foundation
internal import Postgres
internal import PrivateServer
internal import SchemaChange

extension LiveEngine {
  /// Runs a plan on a copy before it is offered.
  ///
  /// - Throws: `EngineError.proofDiffers`, `.directRunRefused`.
  func prove(
    _ plan: LivePlan, of study: StudiedMigration, wanted: Bool, on connection: PostgresConnection
  ) async throws -> Proof {
    guard wanted else { return .skipped(by: "--no-proof") }
    guard settings.proof, let proofMeans else { return .skipped(by: "[live] proof is false") }
    let file = study.file.path
    let direct = DirectRun(
      statements: MigrationParser.statements(study.loaded.text, file: file),
      session: study.searchPath?.former ?? plan.session)
    let driver = CopyDriver(plan: plan, study: study, settings: settings)
    let proof = PlanProof(
      means: proofMeans, direct: direct,
      mentions: study.changes.reduce(into: []) { $0.formUnion($1.mentions) },
      session: plan.session,
      drive: { try await driver.drive($0) })
    do {
      return try await proof.run(on: connection)
    } catch ProofRefusal.differs(let differences, let kept) {
      throw EngineError.proofDiffers(file: file, differences: differences, kept: kept)
    } catch ProofRefusal.directRunFails(let failure) {
      throw EngineError.directRunRefused(file: file, failure.location, failure.error)
    }
  }
}

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

  func drive(
    _ connect: @escaping @Sendable () async throws -> PostgresConnection
  ) async throws -> PlanProof.DriveEnd {
    let folder = try TemporaryFolder.make("djogi-proof")
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let workspace = Workspace(folder: folder)
    let engine = LiveEngine(
      workspace: workspace, database: study.file.database, settings: settings.forCopies, node: 0,
      connect: connect)
    do {
      let end = try await drive(engine, workspace)
      await engine.disconnect()
      return end
    } catch {
      await engine.disconnect()
      throw error
    }
  }

  private func drive(
    _ engine: LiveEngine, _ workspace: Workspace
  ) async throws -> PlanProof.DriveEnd {
    let ledger = PlanLedger(schema: ProofLedger.schema)
    let connection = try await engine.connection()
    try await connection.execute("CREATE SCHEMA \(identifier: ProofLedger.schema)")
    try await ledger.create(on: connection)
    let file = try PlanFile.write(plan, in: workspace)
    try await ledger.insert(
      plan.header, plan.steps[0].kind, file.checksum, file.bytes, on: connection)
    let id = plan.header.planID
    do {
      for _ in 0..<(2 * plan.steps.count + 2) {
        switch try await engine.show(id).row.status {
        case .pending, .running, .validating, .cutover:
          _ = try await engine.run(id, options: Self.everything) { _ in }
        case .paused: _ = try await engine.resume(id, options: Self.everything) { _ in }
        case .finalizing: _ = try await engine.finalize(id, justification: "proof") { _ in }
        case .complete: return .complete
        case .failed, .abandoned: return .stopped("the plan has failed")
        }
      }
      return .stopped("the plan does not come to its end")
    } catch let error as EngineError {
      if case .interrupted = error { throw CancellationError() }
      return .stopped(error.description)
    }
  }
}

extension LiveSettings {
  /// The settings with which a plan runs on a copy: nothing there is worth waiting for.
  fileprivate var forCopies: LiveSettings {
    var settings = self
    settings.ledgerSchema = ProofLedger.schema
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
