internal import Postgres
public import PrivateServer

/// Where scratch databases for proofs may be made.
public struct ProofMeans: Sendable {
  /// Opens sessions with databases of the server that the plan is for.
  let sameServer: ScratchDatabases.Connect
  /// Opens sessions with databases of the server that `[live] scratch_url` names.
  let scratchServer: ScratchDatabases.Connect?
  /// Whether a private server may be started.
  let startsServers: Bool

  /// Chooses means.
  public init(
    sameServer: @escaping ScratchDatabases.Connect, scratchServer: ScratchDatabases.Connect? = nil,
    startsServers: Bool = true
  ) {
    self.sameServer = sameServer
    self.scratchServer = scratchServer
    self.startsServers = startsServers
  }
}

/// A server on which copies can be made.
struct ProofSite: Sendable {
  enum Place: Sendable {
    case sameServer
    case scratchServer
    case privateServer(PrivateServer)
  }

  let place: Place
  let connect: ScratchDatabases.Connect
  /// Opens sessions as the role that the plan is made by, where the copies are made by another.
  let connectAsRole: ScratchDatabases.Connect

  var databases: ScratchDatabases { ScratchDatabases(connect: connect) }

  /// Where it is, in words.
  var words: String {
    switch place {
    case .sameServer: "on the same server"
    case .scratchServer: "on the server of scratch_url"
    case .privateServer: "on a private server"
    }
  }

  /// Whether values of real rows may be put there: they stay on the server, or on this machine.
  var takesRealRows: Bool {
    if case .scratchServer = place { false } else { true }
  }

  func close() async {
    if case .privateServer(let server) = place { await server.dispose() }
  }
}

extension ProofMeans {
  /// The ways to a copy, the most faithful first; each is opened when those before it have failed.
  var ways: [Way] { [.sameServer, .scratchServer, .privateServer] }

  enum Way: Sendable {
    case sameServer, scratchServer, privateServer
  }

  /// Opens a way.
  ///
  /// - Throws: `NoProof` with what it lacks.
  func open(_ way: Way, for live: PostgresConnection) async throws -> ProofSite {
    switch way {
    case .sameServer: return try await openSameServer(live)
    case .scratchServer: return try await openScratchServer(live)
    case .privateServer: return try await openPrivateServer(live)
    }
  }

  private func openSameServer(_ live: PostgresConnection) async throws -> ProofSite {
    guard try await Self.mayCreateDatabases(live) else {
      throw NoProof(
        "the role may not make databases (ALTER ROLE \(Quoting.identifier(live.info.user)) CREATEDB)"
      )
    }
    _ = try await ScratchDatabases(connect: sameServer).dropLeftOvers(on: live)
    return ProofSite(place: .sameServer, connect: sameServer, connectAsRole: sameServer)
  }

  private func openScratchServer(_ live: PostgresConnection) async throws -> ProofSite {
    guard let scratchServer else { throw NoProof("no [live] scratch_url is set") }
    let admin: PostgresConnection
    do {
      admin = try await scratchServer(nil)
    } catch let error as PostgresError {
      throw NoProof(
        "the server of [live] scratch_url cannot be reached, correct or remove it: \(error)")
    }
    do {
      let major = live.info.serverVersion / 10_000
      guard admin.info.serverVersion / 10_000 == major else {
        throw NoProof(
          "the server of [live] scratch_url has version \(admin.info.versionText), not \(major); name another"
        )
      }
      let isStandby: Bool = try await admin.query("SELECT pg_is_in_recovery()").only().decode(0)
      guard !isStandby, try await Self.mayCreateDatabases(admin) else {
        throw NoProof(
          "the role of [live] scratch_url may not make databases there; give it CREATEDB, or name another"
        )
      }
      _ = try await ScratchDatabases(connect: scratchServer).dropLeftOvers(on: admin)
    } catch {
      await admin.close()
      throw error
    }
    await admin.close()
    return ProofSite(place: .scratchServer, connect: scratchServer, connectAsRole: scratchServer)
  }

  private func openPrivateServer(_ live: PostgresConnection) async throws -> ProofSite {
    let major = live.info.serverVersion / 10_000
    guard startsServers, let programs = await ServerPrograms.folder(ofMajorVersion: major) else {
      throw NoProof("the programs of a server of version \(major) are not installed here")
    }
    let settings = [
      "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off",
      "shared_buffers": "'32MB'",
    ]
    let server = try await PrivateServer(settings: settings, programs: programs)
    do {
      let admin = try await PostgresConnection.connect(
        ConnectionConfiguration(server.url()), onNotice: { _ in })
      try await PrivateRoles.copy(from: live, to: admin)
      await admin.close()
    } catch {
      await server.dispose()
      throw error
    }
    let role = live.info.user
    return ProofSite(
      place: .privateServer(server),
      connect: { database in
        try await .connect(
          ConnectionConfiguration(server.url(database: database ?? "postgres")),
          onNotice: { _ in })
      },
      connectAsRole: { database in
        try await .connect(
          ConnectionConfiguration(server.url(database: database ?? "postgres", user: role)),
          onNotice: { _ in })
      })
  }

  private static func mayCreateDatabases(_ connection: PostgresConnection) async throws -> Bool {
    try await connection.query(
      "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
    ).only().decode(0)
  }
}

/// The roles and tablespaces of a server, made on a private one so that owners and grants can be copied.
enum PrivateRoles {
  static func copy(from live: PostgresConnection, to admin: PostgresConnection) async throws {
    let statements = try await live.query(
      """
      SELECT pg_catalog.format('CREATE ROLE %I LOGIN %s %s %s %s %s', rolname,
        CASE WHEN rolsuper THEN 'SUPERUSER' ELSE 'NOSUPERUSER' END,
        CASE WHEN rolinherit THEN 'INHERIT' ELSE 'NOINHERIT' END,
        CASE WHEN rolcreaterole THEN 'CREATEROLE' ELSE 'NOCREATEROLE' END,
        CASE WHEN rolcreatedb THEN 'CREATEDB' ELSE 'NOCREATEDB' END,
        CASE WHEN rolbypassrls THEN 'BYPASSRLS' ELSE 'NOBYPASSRLS' END)
      FROM pg_roles WHERE rolname !~ '^pg_' AND rolname <> \(PrivateServer.superuser)
      UNION ALL
      SELECT DISTINCT pg_catalog.format('GRANT %I TO %I', pg_catalog.pg_get_userbyid(roleid), pg_catalog.pg_get_userbyid(member))
      FROM pg_auth_members WHERE pg_catalog.pg_get_userbyid(member) !~ '^pg_'
      ORDER BY 1
      """
    ).map { try $0.decode(0, as: String.self) }
    try await admin.script(statements.joined(separator: ";\n"))
    let spaces = try await live.query(
      "SELECT spcname::text FROM pg_tablespace WHERE spcname !~ '^pg_' ORDER BY 1"
    ).map { try $0.decode(0, as: String.self) }
    guard !spaces.isEmpty else { return }
    guard admin.info.serverVersion >= 150_000 else {
      throw NoProof("a private server of this version has no tablespaces")
    }
    try await admin.execute("SET allow_in_place_tablespaces = on")
    for space in spaces {
      try await admin.execute("CREATE TABLESPACE \(identifier: space) LOCATION ''")
      try await admin.execute("GRANT CREATE ON TABLESPACE \(identifier: space) TO PUBLIC")
    }
  }
}
