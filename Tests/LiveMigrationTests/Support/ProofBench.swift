import Foundation
import Postgres
import PrivateServer
import Rehearsals
import SchemaChange
import TestSupport

@testable import LiveMigration

/// A database with a setup, and what proofs of changes to it need.
struct ProofBench: Sendable {
  let database: TestDatabase
  /// The role that plans.
  let user: String

  init(_ setup: String, user: String = TestCluster.superuser) async throws {
    database = try TestDatabase.current
    self.user = user
    let connection = try await database.connect()
    try await connection.script(setup)
    await connection.close()
  }

  /// Copies on the server of the tests, and on private ones where the test wants them.
  func means(startsServers: Bool = false) -> ProofMeans {
    let (database, user) = (database, user)
    return ProofMeans(
      sameServer: { name in
        try await database.cluster.connect(database: name ?? database.name, user: user)
      }, startsServers: startsServers)
  }

  /// Proves a plan that does what `plan` says, a script, against a file.
  func prove(
    file: String, plan: String, settings: PlanSession = PlanSession(), startsServers: Bool = false
  ) async throws -> Proof {
    try await prove(file: file, startsServers: startsServers) { connect in
      let connection = try await connect()
      do {
        try await connection.script(plan)
      } catch PostgresError.server(let error) {
        await connection.close()
        return .stopped(error.message)
      }
      await connection.close()
      return .complete
    }
  }

  func prove(
    file: String, startsServers: Bool = false, drive: @escaping PlanProof.Drive
  ) async throws -> Proof {
    let live = try await database.connect(user: user)
    let proof = PlanProof(
      means: means(startsServers: startsServers),
      direct: DirectRun(
        statements: MigrationParser.statements(file, file: "file.sql"), session: PlanSession()),
      mentions: try MigrationParser.parse(file).reduce(into: []) { $0.formUnion($1.mentions) },
      drive: drive)
    do {
      let result = try await proof.run(on: live)
      await live.close()
      return result
    } catch {
      await live.close()
      throw error
    }
  }

  /// The differences for which a plan is not offered.
  func differences(file: String, plan: String) async throws -> [String] {
    do {
      let proof = try await prove(file: file, plan: plan)
      return ["no difference, \(proof.sentence)"]
    } catch ProofRefusal.differs(let differences, let kept) {
      if let kept { try? FileManager.default.removeItem(atPath: kept) }
      return differences
    }
  }

  /// An engine that proves.
  func engine(_ workspace: MigrationWorkspace, means: ProofMeans? = nil) -> LiveEngine {
    let (database, user) = (database, user)
    return LiveEngine(
      workspace: Workspace(folder: workspace.folder), database: .main, settings: Rehearsal.quick,
      node: 1, proofMeans: means ?? self.means(),
      connect: { try await database.connect(user: user, applicationName: "proof") })
  }

  /// The scratch databases of this process on the server.
  func scratches() async throws -> [String] {
    let admin = try await database.cluster.connect()
    let names = try await admin.query(
      "SELECT datname::text FROM pg_database WHERE datname LIKE \(ScratchDatabases.prefix + "%")"
    ).map { try $0.decode(0, as: String.self) }
    await admin.close()
    return names.filter { $0.contains("_\(getpid())_") }
  }
}
