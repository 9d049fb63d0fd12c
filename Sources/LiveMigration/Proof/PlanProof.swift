internal import Foundation
internal import Postgres
internal import PrivateServer
internal import SchemaChange

/// Runs a plan on a copy of the schema, the file directly beside it, and compares the ends.
struct PlanProof: Sendable {
  /// Drives a plan to where it ends, with everything approved, on the database that `connect` leads to.
  typealias Drive =
    @Sendable (_ connect: @escaping @Sendable () async throws -> PostgresConnection) async throws ->
    DriveEnd

  /// Says why a plan did not come back; `nil` where it did.
  typealias TakeBack =
    @Sendable (_ connect: @escaping @Sendable () async throws -> PostgresConnection) async throws ->
    String?

  /// Where a plan came to.
  enum DriveEnd: Sendable {
    case complete
    /// It stopped, and why: a gate that disagrees, a statement that the server refuses.
    case stopped(String)
  }

  let means: ProofMeans
  let direct: DirectRun
  /// The relations that the file names.
  let mentions: Set<QualifiedName>
  /// The settings under which the plan looks these up; the direct run's own where there are none.
  var session: PlanSession?
  let drive: Drive
  /// Takes the plan back on the database that `connect` leads to, and says why it did not come back; `nil` where that
  /// is not to be tried.
  var takeBack: TakeBack?

  /// Proves the plan on the first copy that can be had.
  ///
  /// - Throws: `ProofRefusal`.
  func run(on live: PostgresConnection) async throws -> Proof {
    let start = ContinuousClock.now
    let dump: SchemaDump
    do {
      dump = try await SchemaDump.make(of: live)
    } catch let reason as NoProof {
      return .notProved(reason: reason.description)
    }
    var reasons: [String] = []
    for way in means.ways {
      do {
        var facts = try await prove(by: way, dump, live)
        facts.duration = .now - start
        return .proved(facts)
      } catch let reason as NoProof {
        reasons.append(reason.description)
      } catch let failure as DirectRun.Failure {
        // What only lacks rows says nothing of the file: the real ones may be there.
        guard failure.error.isAboutData else { throw ProofRefusal.directRunFails(failure) }
        return .notProved(
          reason: "without rows, line \(failure.location.line) of the file is refused: "
            + failure.error.message)
      } catch is DirectRun.SharedChange {
        reasons.append(
          way == .privateServer
            ? "the file changes roles or databases"
            : "the file changes roles or databases, which a copy would share with others")
      } catch let error as PostgresError {
        reasons.append("\(error)")
      } catch let error as PrivateServerError {
        reasons.append("\(error)")
      }
    }
    return .notProved(reason: reasons.joined(separator: "; "))
  }

  private func prove(
    by way: ProofMeans.Way, _ dump: SchemaDump, _ live: PostgresConnection
  ) async throws -> Proof.Facts {
    let site = try await means.open(way, for: live)
    let copies = ProofCopies(site: site, settings: try await CopiedSettings.read(of: live))
    do {
      let facts = try await prove(dump, on: copies, live)
      await copies.dispose()
      await site.close()
      return facts
    } catch {
      await copies.dispose()
      await site.close()
      throw error
    }
  }

  private func prove(
    _ dump: SchemaDump, on copies: ProofCopies, _ live: PostgresConnection
  ) async throws -> Proof.Facts {
    let base = try await copies.make(like: live.info.database, role: live.info.user)
    try await copies.withSession(base) { try await dump.restore(on: $0) }
    let session = try await copies.session(base)
    let tables = try await ProofTables.read(
      named: mentions, path: self.session ?? direct.session, on: session)
    var specs = MadeRows(tables: tables).specs()
    if copies.site.takesRealRows {
      let sampled = SampledRows(tables: tables)
      specs = sampled.specs(try await sampled.read(from: live)) + specs
    }
    await session.close()
    let trial = ProofTrial(
      proof: self, copies: copies, base: base, filling: RowFilling(tables: tables))
    return try await trial.run(specs)
  }
}

/// The copies of one proof, all dropped at its end.
actor ProofCopies {
  let site: ProofSite
  let settings: CopiedSettings
  private var names: [String] = []
  /// The role that owns copies which another one makes for it.
  private var owner: String?

  init(site: ProofSite, settings: CopiedSettings) {
    self.site = site
    self.settings = settings
  }

  /// Makes an empty database that sorts and encodes like the real one.
  func make(like model: String, role: String) async throws -> String {
    let admin = try await site.connect(nil)
    let name = ScratchDatabases.newName()
    // Noted first: a cancelled creation may have happened.
    names.append(name)
    do {
      if case .sameServer = site.place {
        try await site.databases.create(name, like: model, on: admin)
      } else {
        try await site.databases.create(name, on: admin)
      }
      if case .privateServer = site.place {
        owner = role
        try await give(name, by: admin)
      }
    } catch {
      await admin.close()
      throw error
    }
    await admin.close()
    return name
  }

  /// Copies a copy, which no session may use meanwhile.
  func clone(_ original: String) async throws -> String {
    let admin = try await site.connect(nil)
    let name = ScratchDatabases.newName()
    names.append(name)
    do {
      try await site.databases.create(name, copying: original, on: admin)
      try await give(name, by: admin)
    } catch {
      await admin.close()
      throw error
    }
    await admin.close()
    return name
  }

  private func give(_ name: String, by admin: PostgresConnection) async throws {
    guard let owner else { return }
    try await admin.execute("ALTER DATABASE \(identifier: name) OWNER TO \(identifier: owner)")
  }

  /// Opens a session as the role that plans, with the settings that its sessions have.
  nonisolated func session(_ name: String) async throws -> PostgresConnection {
    let connection = try await site.connectAsRole(name)
    do {
      try await settings.set(on: connection)
    } catch {
      await connection.close()
      throw error
    }
    return connection
  }

  /// Opens a session of the one who makes copies for `body`.
  nonisolated func withSession(
    _ name: String, _ body: @Sendable (PostgresConnection) async throws -> Void
  ) async throws {
    let connection = try await site.connect(name)
    do {
      try await body(connection)
    } catch {
      await connection.close()
      throw error
    }
    await connection.close()
  }

  /// Drops them all, also in a cancelled task.
  func dispose() async {
    // A private server goes with all that is in it.
    if case .privateServer = site.place { return }
    let databases = site.databases
    await withTaskGroup { group in
      for name in names { group.addTask { await databases.drop(name) } }
    }
    names = []
  }
}
