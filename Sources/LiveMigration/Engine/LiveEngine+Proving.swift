internal import Foundation
internal import Postgres
internal import PrivateServer
internal import SchemaChange

extension LiveEngine {
  /// Runs a plan on a copy before it is offered, there and back.
  ///
  /// A plan that does not come back there is offered all the same where its operator may do without, and keeps no old
  /// shape then.
  ///
  /// - Throws: `EngineError.proofDiffers`, `.directRunRefused`.
  func prove(
    _ plan: inout LivePlan, of study: StudiedMigration, wanted: Bool,
    on connection: PostgresConnection
  ) async throws -> Proof {
    guard wanted else { return .skipped(by: "--no-proof") }
    guard settings.proof, let proofMeans else { return .skipped(by: "[live] proof is false") }
    let file = study.file.path
    let direct = DirectRun(
      statements: MigrationParser.statements(study.loaded.text, file: file),
      session: study.searchPath?.former ?? plan.session)
    let driver = CopyDriver(plan: plan, study: study, settings: settings)
    var proof = PlanProof(
      means: proofMeans, direct: direct,
      mentions: study.changes.reduce(into: []) { $0.formUnion($1.mentions) },
      session: plan.session,
      drive: { try await driver.drive($0) })
    if plan.keeping?.shape != nil || !plan.newShape.isEmpty {
      proof.takeBack = { try await driver.takeBack($0) }
    }
    do {
      let proof = try await proof.run(on: connection)
      guard case .proved(let facts) = proof, case .stopped(let reason) = facts.wayBack else {
        return proof
      }
      let why = "on a copy the plan was not taken back: \(reason)"
      guard plan.newShape.isEmpty else {
        throw EngineError.proofDiffers(file: file, differences: [why], kept: nil)
      }
      plan.keeping = .refused(why)
      return proof
    } catch ProofRefusal.differs(let differences, let kept) {
      throw EngineError.proofDiffers(file: file, differences: differences, kept: kept)
    } catch ProofRefusal.directRunFails(let failure) {
      throw EngineError.directRunRefused(file: file, failure.location, failure.error)
    }
  }
}
