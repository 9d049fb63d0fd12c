internal import Postgres
internal import PrivateServer

/// The scratch databases of one comparison, on one server.
struct SchemaScratch: Sendable {
  let copies: ProofCopies
  let model: String
  let role: String
  /// Why the server of `scratch_url` was passed over, where one is named.
  var passedOver: String?

  /// Where they are, in words.
  var words: String { copies.site.words + (passedOver.map { " (\($0))" } ?? "") }

  /// Opens a session with a new, empty database.
  func make() async throws -> PostgresConnection {
    let name = try await copies.make(like: model, role: role)
    return try await copies.site.connectAsRole(name)
  }

  /// What files lead to in a new database.
  func catalogue(of files: [SchemaFile]) async throws -> SchemaCatalogue {
    let connection = try await make()
    try await SchemaLoader(connection: connection).load(files)
    let catalogue = try await SchemaCatalogue.read(on: connection)
    await connection.close()
    return catalogue
  }

  /// Lends scratch databases on the first server that allows them; they are dropped whatever happens.
  static func lend<Result: Sendable>(
    by means: ProofMeans, for live: PostgresConnection,
    _ body: @Sendable (SchemaScratch) async throws -> Result
  ) async throws -> Result {
    var reasons: [String] = []
    var passedOver: String?
    for way in means.ways {
      let site: ProofSite
      do {
        site = try await means.open(way, for: live)
      } catch let reason as NoProof {
        reasons.append(reason.description)
        if way == .scratchServer, means.scratchServer != nil { passedOver = reason.description }
        continue
      } catch let error as PrivateServerError {
        reasons.append("\(error)")
        continue
      }
      let copies = ProofCopies(site: site, settings: try await CopiedSettings.read(of: live))
      let scratch = SchemaScratch(
        copies: copies, model: live.info.database, role: live.info.user, passedOver: passedOver)
      do {
        let result = try await body(scratch)
        await copies.dispose()
        await site.close()
        return result
      } catch {
        await copies.dispose()
        await site.close()
        throw error
      }
    }
    throw DesiredError.noScratch(reasons.joined(separator: "; "))
  }
}
