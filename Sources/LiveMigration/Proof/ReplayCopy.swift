internal import Postgres
internal import PrivateServer

/// An empty copy of a database's schema with an open session, on which a migration's statements are tried in order.
struct ReplayCopy: Sendable {
  /// A session with the copy, with the settings of a session with the database.
  let session: PostgresConnection
  private let copies: ProofCopies

  /// Makes a copy by the first means that works.
  ///
  /// - Throws: `NoProof` with what each of them lacks.
  static func make(of live: PostgresConnection, by means: ProofMeans) async throws -> ReplayCopy {
    let dump = try await SchemaDump.make(of: live)
    var reasons: [String] = []
    for way in means.ways {
      do {
        let site = try await means.open(way, for: live)
        let copies = ProofCopies(site: site, settings: try await CopiedSettings.read(of: live))
        do {
          let name = try await copies.make(like: live.info.database, role: live.info.user)
          try await copies.withSession(name) { try await dump.restore(on: $0) }
          return ReplayCopy(session: try await copies.session(name), copies: copies)
        } catch {
          await copies.dispose()
          await site.close()
          throw error
        }
      } catch let reason as NoProof {
        reasons.append(reason.description)
      } catch let error as PrivateServerError {
        reasons.append("\(error)")
      }
    }
    throw NoProof(reasons.joined(separator: "; "))
  }

  /// Drops the copy.
  func dispose() async {
    await session.close()
    await copies.dispose()
    await copies.site.close()
  }

  /// Runs a statement and commits it.
  ///
  /// - Throws: `DirectRun.SharedChange` for what would stay in the whole server although the copy is dropped.
  func run(_ sql: String, isTransactional: Bool) async throws {
    guard isTransactional else {
      try await session.execute(SQL(raw: sql))
      return
    }
    try await session.transaction { connection in
      try await connection.script(sql)
      try await DirectRun.checkShared(on: connection)
    }
  }
}
